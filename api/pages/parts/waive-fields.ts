import { longestWaiverMs } from '../../../domain/gates/waiver/evaluate.ts';
import { durationMs, formatDuration } from '../../../domain/policy/duration.ts';
import type { CheckView } from '../../../domain/release/release.ts';
import { GantryError } from '../../../platform/errors.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';

const lengths = ['1h', '8h', '1d', '2d', '3d', '7d'].filter((one) => durationMs(one) <= longestWaiverMs);

/** A check with why it may not be chosen; undefined where it may. */
interface Offered {
  check: CheckView;
  because: string | undefined;
}

const allowed = <T extends Offered>(offered: readonly T[]): T[] =>
  offered.filter(({ because }) => because === undefined);

/** Which failed check of which service is to count as passed, and for how long. */
export const waiveFields = (offered: readonly Offered[]): SafeHtml =>
  html`<div class="field">
      <label class="above" for="waive-check">Check</label
      ><select id="waive-check" name="check">
        ${allowed(offered).map(({ check: { id, service, outcome } }) => html`<option value="${id} ${service}">${id} of ${service}: ${outcome}</option>`)}
      </select>
    </div>
    <div class="field">
      <label class="above" for="waive-for">For</label
      ><select id="waive-for" name="for">
        ${lengths.map((one) => html`<option value="${one}">${formatDuration(durationMs(one))}</option>`)}
      </select>
    </div>`;

/** Which waiver is to be taken back. */
export const revokeFields = (
  offered: readonly (Offered & { environment: string })[],
  nameOf: (person: string) => string,
): SafeHtml =>
  html`<div class="field">
    <label class="above" for="revoke-waiver">Waiver</label
    ><select id="revoke-waiver" name="waiver">
      ${allowed(offered).map(({ check: { id, service, waiver }, environment }) => html`<option value="${id} ${service} ${environment}">${id} of ${service} in ${environment}, by ${nameOf(waiver?.by ?? '')}</option>`)}
    </select>
  </div>`;

/** The waiver that was chosen with {@link revokeFields}. @throws REQUEST_INVALID with what to choose */
export function chosenRevocation(field: (name: string) => string | undefined): {
  check: string;
  service: string;
  environment: string;
} {
  const [check, service, environment] = (field('waiver') ?? '').split(' ');
  if (!check || !service || !environment)
    throw new GantryError('REQUEST_INVALID', { detail: 'Choose the waiver' });
  return { check, service, environment };
}

/** The waiver that was chosen with {@link waiveFields}. @throws REQUEST_INVALID with what to choose */
export function chosenWaiver(
  field: (name: string) => string | undefined,
  now: Date,
): { check: string; service: string; expiresAt: string } {
  const invalid = (detail: string): GantryError => new GantryError('REQUEST_INVALID', { detail });
  const [check, service] = (field('check') ?? '').split(' ');
  if (!check || !service) throw invalid('Choose the check');
  const length = lengths.find((one) => one === field('for'));
  if (length === undefined) throw invalid('Choose for how long');
  return { check, service, expiresAt: new Date(now.getTime() + durationMs(length)).toISOString() };
}
