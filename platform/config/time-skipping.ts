import type { FieldProblem } from '../../domain/problem-code.ts';
import { isLoopback } from '../loopback.ts';
import type { SettingName, SettingValues } from './settings.ts';

/** Where one of these is set, others than this machine take part: a real record, a real engine, people who get real mail. */
const shared = [
  'DATABASE_URL',
  'TEMPORAL_ADDRESS',
  'SMTP_URL',
  'OIDC_ISSUER',
] as const satisfies readonly SettingName[];

/**
 * A moved clock lets approvals run out and watches end before their time, so it is for a rehearsal on this machine alone:
 * never beside what a team or production relies on.
 */
export function timeSkippingProblems(values: Partial<SettingValues>): FieldProblem[] {
  if (values.GANTRY_TIME_SKIPPING !== 'allow') return [];
  const host = values.GANTRY_HOST;
  const met: string[] = [
    ...shared.filter((name) => values[name] !== undefined),
    ...(host !== undefined && !isLoopback(host) ? ['GANTRY_HOST'] : []),
    ...(values.PUBLIC_URL !== undefined && !isLoopback(new URL(values.PUBLIC_URL).hostname)
      ? ['PUBLIC_URL']
      : []),
  ];
  if (met.length === 0) return [];
  return [
    {
      pointer: 'GANTRY_TIME_SKIPPING',
      code: 'CONFIGURATION_INVALID',
      detail: `GANTRY_TIME_SKIPPING is allow, which is for rehearsals on this machine alone, but ${met.join(' and ')} reaches beyond it`,
      remedy:
        'Leave GANTRY_TIME_SKIPPING out, or rehearse with a `gantry up` that has everything of its own.',
    },
  ];
}
