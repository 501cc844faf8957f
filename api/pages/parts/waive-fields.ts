import { isInForce } from '../../../domain/gates/checks/evaluate.ts';
import { longestWaiverMs } from '../../../domain/gates/waiver/evaluate.ts';
import { durationMs, formatDuration } from '../../../domain/policy/duration.ts';
import type { CheckView, ReleaseView } from '../../../domain/release/release.ts';
import { GantryError } from '../../../platform/errors.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';

const lengths = ['1h', '8h', '1d', '2d', '3d', '7d'].filter((one) => durationMs(one) <= longestWaiverMs);

/** Checks of the stage that it is in which a waiver could be about; what may never be waived is refused by the release. */
export const waivableChecks = (view: ReleaseView): CheckView[] =>
  (view.stages.find((stage) => stage.environment === view.stage)?.checks ?? []).filter(({ outcome }) =>
    ['failed', 'error', 'inconclusive'].includes(outcome),
  );

/** Which failed check of which service is to count as passed, and for how long. */
export const waiveFields = (view: ReleaseView): SafeHtml =>
  html`<div class="field">
      <label class="above" for="waive-check">Check</label
      ><select id="waive-check" name="check">
        ${waivableChecks(view).map(({ id, service, outcome }) => html`<option value="${id} ${service}">${id} of ${service}: ${outcome}</option>`)}
      </select>
    </div>
    <div class="field">
      <label class="above" for="waive-for">For</label
      ><select id="waive-for" name="for">
        ${lengths.map((one) => html`<option value="${one}">${formatDuration(durationMs(one))}</option>`)}
      </select>
    </div>`;

/** Checks of any stage with a waiver that is in force at `now`, each with its environment. */
export const waivedChecks = (view: ReleaseView, now: string): (CheckView & { environment: string })[] =>
  view.stages.flatMap(({ environment, checks }) =>
    checks.filter(({ waiver }) => isInForce(waiver, now)).map((check) => ({ ...check, environment })),
  );

/** Which waiver is to be taken back. */
export const revokeFields = (view: ReleaseView, now: string): SafeHtml =>
  html`<div class="field">
    <label class="above" for="revoke-waiver">Waiver</label
    ><select id="revoke-waiver" name="waiver">
      ${waivedChecks(view, now).map(({ id, service, environment, waiver }) => html`<option value="${id} ${service} ${environment}">${id} of ${service} in ${environment}, by ${waiver?.by}</option>`)}
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
