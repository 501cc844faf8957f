import type { StageView } from '../../../domain/release/release.ts';
import type { GateRow, Verdict } from '../../../domain/verdict.ts';
import type { AuditEntry } from '../entry.ts';

/** What a gate said last, and who let the stage pass it all the same. */
export interface SaidByGate {
  gate: string;
  kind: Verdict['kind'];
  because: string;
  /** Person ids, comma between; what they gave as reason; until when it held, where that is known. */
  passed?: { by: string; because: string; until?: string };
}

/**
 * The verdicts of a stage: as the release holds them, else, for one that has ended holds none, as the log has them of its last round.
 * The log tells verdicts without who passed them, which the broken glass of the stage tells.
 */
export function verdictsOf({ verdicts, glass }: StageView, round: AuditEntry | undefined): SaidByGate[] {
  if (verdicts.length > 0) return verdicts;
  return Object.entries(round?.facts ?? {}).flatMap(([gate, said]) => {
    if (!isSaid(said)) return [];
    const { kind, because } = said;
    const isPassed = kind !== 'allowed' && glass?.used?.gates.includes(gate) === true;
    return [{ gate, kind, because, ...(isPassed ? { passed: passedBy(glass.breaks) } : {}) }];
  });
}

function passedBy(breaks: NonNullable<StageView['glass']>['breaks']): NonNullable<SaidByGate['passed']> {
  const last = breaks.at(-1);
  return {
    by: [...new Set(breaks.map(({ person }) => person))].join(', '),
    because: `break-glass for ${last?.incident ?? ''}: ${last?.reason ?? ''}`,
  };
}

const kinds: readonly unknown[] = ['allowed', 'waiting', 'needsPeople', 'denied'] satisfies GateRow['kind'][];

const isSaid = (said: unknown): said is Pick<Verdict, 'kind' | 'because'> =>
  typeof said === 'object' &&
  said !== null &&
  'kind' in said &&
  'because' in said &&
  kinds.includes(said.kind) &&
  typeof said.because === 'string';
