import type { CheckView } from '../release/release.ts';
import type { GateVerdict, Verdict } from '../verdict.ts';
import { type ApprovalFacts, evaluateApprovals } from './approvals/evaluate.ts';
import { evaluateChecks } from './checks/evaluate.ts';
import { evaluateLock, type LockFacts } from './lock/evaluate.ts';

/** Everything that the gates of one stage must be told. */
export interface GateFacts {
  checks: readonly CheckView[];
  approvals: ApprovalFacts;
  lock: LockFacts;
}

/** A kind of gate by the name that verdicts, pages and documents use. */
export interface Gate {
  gate: string;
  evaluate: (facts: GateFacts, now: string) => Verdict;
}

/** Every gate before a stage, in the order in which they are asked and shown (semantics §3). */
export const gates: readonly Gate[] = [
  { gate: 'checks', evaluate: ({ checks }) => evaluateChecks(checks) },
  { gate: 'approvals', evaluate: ({ approvals }, now) => evaluateApprovals(approvals, now) },
  { gate: 'lock', evaluate: ({ lock }) => evaluateLock(lock) },
];

/** One verdict a gate, all of them each time: a gate behind a shut one is still shown. `since` is kept while the kind stays. */
export function evaluateGates(facts: GateFacts, before: readonly GateVerdict[], now: string): GateVerdict[] {
  return gates.map(({ gate, evaluate }) => {
    const verdict = evaluate(facts, now);
    const earlier = before.find((known) => known.gate === gate);
    return { gate, ...verdict, since: earlier?.kind === verdict.kind ? earlier.since : now };
  });
}
