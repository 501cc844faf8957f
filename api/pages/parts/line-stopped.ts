import { html, type SafeHtml } from '../../../platform/html.ts';
import type { LineStop } from '../../../platform/record/calendar/line-stops.ts';
import { time } from './time.ts';

/** Says on every page of releases that the line is stopped: what for, by whom, why, since when, and how it goes on. */
export function lineStopped(
  stops: readonly LineStop[],
  { zone, nameOf }: { zone: string; nameOf: (person: string) => string },
): SafeHtml | undefined {
  if (stops.length === 0) return undefined;
  return html`<section class="errors" aria-labelledby="line-stopped">
    <h2 id="line-stopped">The line is stopped</h2>
    <ul class="plain">
      ${stops.map(
        (one) =>
          html`<li>
            <strong>Nothing starts for ${one.about}</strong> since ${time(one.since, zone)}: ${nameOf(one.by)} stopped it${one.reason === undefined ? '' : `, because: ${one.reason}`}.
            <br />To go on, <a href="/calendar/rules#freezes">lift ${one.id}</a>, or use <code>gantry freeze lift ${one.id} --reason "…"</code>
          </li>`,
      )}
    </ul>
  </section>`;
}
