/** What really runs in a place, as its deployer says. `unknown`: it could not be asked, or did not tell. */
export type Reading =
  | { kind: 'runs'; version?: string; digest?: string; because: string }
  | { kind: 'nothing'; because: string }
  | { kind: 'unknown'; because: string };

/** What runs there by the record; both absent: nothing does. */
export interface Recorded {
  version?: string;
  digest?: string;
}

/** How the record and the world agree about one component. `because` is one sentence for people. */
export interface DriftFinding {
  service: string;
  kind: 'same' | 'drifted' | 'unknown';
  /** Version by the record, and version or digest that really runs; absent: nothing. */
  recorded?: string;
  found?: string;
  because: string;
}

/**
 * Compares what runs by the record with what really runs. Digests decide where both sides know theirs, else versions; what
 * has neither in common cannot be told apart, and is unknown: never the same.
 */
export function judgeDrift(service: string, recorded: Recorded, reading: Reading): DriftFinding {
  const known = recorded.version === undefined ? {} : { recorded: recorded.version };
  const inRecord = recorded.version ?? 'nothing';
  if (reading.kind === 'unknown')
    return {
      service,
      kind: 'unknown',
      ...known,
      because: `It is not known what runs of ${service}: ${reading.because}.`,
    };
  const found = reading.kind === 'nothing' ? undefined : (reading.version ?? reading.digest);
  const say = (kind: 'same' | 'drifted' | 'unknown', because: string): DriftFinding => ({
    service,
    kind,
    ...known,
    ...(found === undefined ? {} : { found }),
    because,
  });
  if (reading.kind === 'nothing')
    return recorded.version === undefined
      ? say('same', `Nothing of ${service} runs there, as the record says.`)
      : say('drifted', `The record says that ${service} ${inRecord} runs there, and nothing of it does.`);
  if (recorded.version === undefined)
    return say(
      'drifted',
      `The record knows of no ${service} there, and ${found ?? 'an unnamed version'} runs.`,
    );
  const isSame = agrees(recorded, reading);
  if (isSame === undefined)
    return say(
      'unknown',
      `It is not known whether ${service} ${inRecord} runs there: ${reading.because}, which names neither its version nor its digest.`,
    );
  return isSame
    ? say('same', `${service} ${inRecord} runs there, as the record says.`)
    : say('drifted', `The record says that ${service} ${inRecord} runs there, and ${found ?? ''} does.`);
}

function agrees(recorded: Recorded, reading: { version?: string; digest?: string }): boolean | undefined {
  if (recorded.digest !== undefined && reading.digest !== undefined)
    return recorded.digest === reading.digest;
  if (recorded.version !== undefined && reading.version !== undefined)
    return withoutV(recorded.version) === withoutV(reading.version);
  return undefined;
}

/** Many programs say v1.4.0 of themselves where the release says 1.4.0. */
const withoutV = (version: string): string => version.replace(/^v(?=\d)/, '');

export type DriftRule = 'stop' | 'show';

/** What the rule makes of the findings: `stop` goes on only where record and world agree for certain. */
export function mayStart(
  rule: DriftRule,
  findings: readonly DriftFinding[],
): { isAllowed: boolean; because: string } {
  const off = findings.filter(({ kind }) => kind !== 'same');
  if (off.length === 0) return { isAllowed: true, because: 'What runs there is what the record says.' };
  return { isAllowed: rule === 'show', because: off.map(({ because }) => because).join(' ') };
}

/** Whether somebody who accepted the earlier findings has seen all that is found now. */
export const isCovered = (accepted: readonly DriftFinding[], now: readonly DriftFinding[]): boolean =>
  now.every(
    (one) =>
      one.kind === 'same' ||
      accepted.some(
        (seen) => seen.service === one.service && seen.kind === one.kind && seen.found === one.found,
      ),
  );
