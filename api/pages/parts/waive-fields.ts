import { longestWaiverMs } from '../../../domain/gates/waiver/evaluate.ts';
import { durationMs, formatDuration } from '../../../domain/policy/duration.ts';
import type { CheckView } from '../../../domain/release/release.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { wrongField } from '../page-call.ts';
import { choiceField, type PageForm } from './form.ts';

const lengths = ['1h', '8h', '1d', '2d', '3d', '7d'].filter((one) => durationMs(one) <= longestWaiverMs);

/** A check with why it may not be chosen; undefined where it may. */
interface Offered {
  check: CheckView;
  because: string | undefined;
}

const allowed = <T extends Offered>(offered: readonly T[]): T[] =>
  offered.filter(({ because }) => because === undefined);

/** Which failed check of which service is to count as passed, and for how long. */
export const waiveFields = (form: PageForm, offered: readonly Offered[]): SafeHtml =>
  html`${choiceField(form, {
    name: 'check',
    label: 'Check',
    options: allowed(offered).map(({ check: { id, service, outcome } }) => [
      `${id} ${service}`,
      `${id} of ${service}: ${outcome}`,
    ]),
  })}
  ${choiceField(form, {
    name: 'for',
    label: 'For',
    options: lengths.map((one) => [one, formatDuration(durationMs(one))]),
  })}`;

/** Which waiver is to be taken back. */
export const revokeFields = (
  form: PageForm,
  offered: readonly (Offered & { environment: string })[],
  nameOf: (person: string) => string,
): SafeHtml =>
  choiceField(form, {
    name: 'waiver',
    label: 'Waiver',
    options: allowed(offered).map(({ check: { id, service, waiver }, environment }) => [
      `${id} ${service} ${environment}`,
      `${id} of ${service} in ${environment}, by ${nameOf(waiver?.by ?? '')}`,
    ]),
  });

/** The waiver that was chosen with {@link revokeFields}. @throws REQUEST_INVALID with what to choose */
export function chosenRevocation(field: (name: string) => string | undefined): {
  check: string;
  service: string;
  environment: string;
} {
  const [check, service, environment] = (field('waiver') ?? '').split(' ');
  if (!check || !service || !environment) throw wrongField('waiver', 'Choose the waiver');
  return { check, service, environment };
}

/** The waiver that was chosen with {@link waiveFields}. @throws REQUEST_INVALID with what to choose */
export function chosenWaiver(
  field: (name: string) => string | undefined,
  now: Date,
): { check: string; service: string; expiresAt: string } {
  const [check, service] = (field('check') ?? '').split(' ');
  if (!check || !service) throw wrongField('check', 'Choose the check');
  const length = lengths.find((one) => one === field('for'));
  if (length === undefined) throw wrongField('for', 'Choose for how long');
  return { check, service, expiresAt: new Date(now.getTime() + durationMs(length)).toISOString() };
}
