import { html, type SafeHtml } from '../../../platform/html.ts';
import type { MovedSince } from '../../../platform/record/moved-since.ts';

/** Facts of a request stay as they were when people were asked; what runs there may not. Nothing where nothing has moved. */
export const movedSinceSection = (stage: string, moved: readonly MovedSince[]): SafeHtml | undefined =>
  moved.length === 0
    ? undefined
    : html`<section>
        <h2>Since you were asked</h2>
        <dl>
          ${moved.map(
            ({ service, before, now }) =>
              html`<dt>${stage} runs ${service}</dt>
                <dd><del>${before ?? 'none'}</del> <ins>${now ?? 'none'}</ins></dd>`,
          )}
        </dl>
        <p>
          What you read below was planned against what ran before. It is planned anew before anything starts, and people are asked again where that
          changes what they decide on.
        </p>
      </section>`;
