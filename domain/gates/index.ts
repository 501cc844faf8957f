import type { CalendarAnswer } from '../calendar/model.ts';
import type { CheckView } from '../release/release.ts';
import type { GateRow, GateVerdict } from '../verdict.ts';
import type { StandingRows } from './standing.ts';
import { type ApprovalFacts, evaluateApprovals } from './approvals/evaluate.ts';
import { evaluateChecks } from './checks/evaluate.ts';
import { evaluateLock, type LockFacts } from './lock/evaluate.ts';

/** Everything that the gates of one stage must be told. */
export interface GateFacts {
  checks: readonly CheckView[];
  /** What risk says; nothing where it is no gate of the stage. */
  risk?: readonly GateRow[];
  approvals: ApprovalFacts;
  lock: LockFacts;
  /** What the calendar says; absent for releases from before there was one. */
  calendar?: CalendarAnswer;
  /** Rows of what the stage asks of the way here and the way back; absent where it asks for nothing of it. */
  standing?: StandingRows;
}

/** Rows of the calendar that come before the checks: what must be there before anything else is worth doing. */
const beforeChecks: readonly string[] = ['dependencies'];

/**
 * One verdict a gate, all of them each time and in the order of semantics §3: a gate behind a shut one is still shown.
 * `since` is kept while the kind stays.
 */
export function evaluateGates(facts: GateFacts, before: readonly GateVerdict[], now: string): GateVerdict[] {
  const dated = facts.calendar?.verdicts ?? [];
  const { first = [], afterChecks = [] } = facts.standing ?? {};
  const rows: GateRow[] = [
    ...first,
    ...dated.filter((row) => beforeChecks.includes(row.gate)),
    { gate: 'checks', ...evaluateChecks(facts.checks, now) },
    ...afterChecks,
    ...(facts.risk ?? []),
    { gate: 'approvals', ...evaluateApprovals(facts.approvals, now) },
    ...dated.filter((row) => !beforeChecks.includes(row.gate)),
    { gate: 'lock', ...evaluateLock(facts.lock) },
  ];
  return rows.map((row) => {
    const earlier = before.find((known) => known.gate === row.gate);
    return { ...row, since: earlier?.kind === row.kind ? earlier.since : now };
  });
}
