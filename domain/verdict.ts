/** Who could open a gate: any `seats` of `candidates` (person ids) for the named rule. */
export interface Ask {
  rule: string;
  candidates: string[];
  seats: number;
}

/**
 * What a rule concludes. `because` is one sentence for people; instants are RFC 3339 in UTC.
 * A rule that cannot be evaluated is `waiting` with that reason, never `allowed`.
 */
export type Verdict =
  | { kind: 'allowed'; because: string }
  | { kind: 'waiting'; because: string; until?: string }
  | { kind: 'needsPeople'; because: string; who: Ask[] }
  | { kind: 'denied'; because: string; remedy: string };

/** What stands beside a verdict that somebody may pass: the verdict itself stays as it is. */
export interface Passed {
  /** People who take it on themselves. */
  by: string;
  because: string;
  until: string;
}

/** A verdict beside the gate that gave it: one row of "why does it wait". */
export type GateRow = Verdict & { gate: string; passed?: Passed };

/** The same with the instant when this kind of verdict began. */
export type GateVerdict = GateRow & { since: string };

const rank = { allowed: 0, waiting: 1, needsPeople: 2, denied: 3 } as const;

/** The verdict that heads the list: denied before people before waiting (semantics §0, "Combining"). */
export function headlineVerdict<V extends Verdict>(verdicts: readonly V[]): V | undefined {
  return verdicts.reduce<V | undefined>(
    (worst, next) => (!worst || rank[next.kind] > rank[worst.kind] ? next : worst),
    undefined,
  );
}

/** A gate that keeps the stage shut: it does not allow, and nobody may pass it. */
export const isShut = (verdict: Verdict & { passed?: Passed }): boolean =>
  verdict.kind !== 'allowed' && verdict.passed === undefined;

/** All gates allow or are passed in the same round; an empty list allows, because then nothing was asked for. */
export const allAllowed = (verdicts: readonly (Verdict & { passed?: Passed })[]): boolean =>
  !verdicts.some(isShut);
