import { attribute, html, type SafeHtml } from '../../platform/html.ts';
import { showInstant } from '../../platform/instants.ts';
import type { RefusedForm } from '../pages/parts/decision-fields.ts';
import { describedBy, fieldError } from '../pages/parts/refused.ts';
import { time } from '../pages/parts/time.ts';
import type { DelayOffer } from './postponement.ts';

/** How long it is to wait: one of the lengths that this person may give, or a local time of theirs. Nothing chosen beforehand. */
export function delayFields(
  { choices, latest }: Extract<DelayOffer, { ok: true }>,
  zone: string,
  again: RefusedForm | undefined,
): SafeHtml {
  const errors = again?.errors ?? {};
  const { delay = '', until = '' } = again?.input ?? {};
  const isUsed =
    errors.until !== undefined || delay !== '' || until !== '' || again?.input.decision === 'postpone';
  const kept = choices.some((one) => one.until === delay) || Number.isNaN(Date.parse(delay)) ? [] : [delay];
  return html`<details ${attribute('open', isUsed)}>
    <summary>Postpone until…</summary>
    <div class="field">
      <label class="above" for="delay">For how long</label
      ><select id="delay" name="delay" ${describedBy('until', errors.until)}>
        <option value="">choose, or name a time below</option>
        ${kept.map((one) => html`<option value="${one}" selected>until ${showInstant(one, zone)}</option>`)}
        ${choices.map(
          (one) =>
            html`<option value="${one.until}" ${attribute('selected', one.until === delay)}>
              ${one.length}: until ${showInstant(one.until, zone)}
            </option>`,
        )}
      </select>
    </div>
    <div class="field">
      <label class="above" for="until"
        >Or until
        <span class="quiet">(${zone}${latest === undefined ? undefined : html`; at the latest ${time(latest, zone)}`})</span></label
      ><input type="datetime-local" id="until" name="until" value="${until}" ${describedBy('until', errors.until)} />
      ${fieldError('until', errors.until)}
    </div>
  </details>`;
}
