import type { CalendarAnswer } from '../calendar/model.ts';
import type { CheckView, PostponementView } from '../release/release.ts';
import { namedIn, type Names } from '../release/names.ts';
import { passRows } from '../release/break-glass.ts';
import type { GateRow, GateVerdict, Passed } from '../verdict.ts';
import type { StandingRows } from './standing.ts';
import { type ApprovalFacts, evaluateApprovals } from './approvals/evaluate.ts';
import { evaluateChecks } from './checks/evaluate.ts';
import { evaluateLock, type LockFacts } from './lock/evaluate.ts';
import { evaluateTasks, type TaskFacts } from './tasks/evaluate.ts';
import { evaluatePostponed } from './postponed/evaluate.ts';

/** Everything that the gates of one stage must be told. */
export interface GateFacts {
  checks: readonly CheckView[];
  /** What risk says; nothing where it is no gate of the stage. */
  risk?: readonly GateRow[];
  /** What is known to be wrong with its versions elsewhere; nothing where nothing is. */
  regressions?: readonly GateRow[];
  /** Nothing but what the band asks for keeps the risk gate shut. */
  isRiskByDuty?: boolean;
  approvals: ApprovalFacts;
  lock: LockFacts;
  /** What the calendar says; absent for releases from before there was one. */
  calendar?: CalendarAnswer;
  /** Decisions to delay it; absent where nobody has. */
  postponements?: readonly PostponementView[];
  /** Who starts it past its gates; absent where nobody does. */
  passed?: Passed;
  /** Work that its stages wait for; absent where there is none. */
  tasks?: TaskFacts;
  /** How sentences call people, by id; left out: by their ids. */
  names?: Names;
  /** Rows of what the stage asks of the way here and the way back; absent where it asks for nothing of it. */
  standing?: StandingRows;
}

/** Rows of the calendar that come before the checks: what must be there before anything else is worth doing. */
const beforeChecks: readonly string[] = ['review', 'dependencies'];

/**
 * One verdict a gate, all of them each time and in the order of semantics §3: a gate behind a shut one is still shown.
 * `since` is kept while the kind stays.
 */
export function evaluateGates(facts: GateFacts, before: readonly GateVerdict[], now: string): GateVerdict[] {
  const dated = facts.calendar?.verdicts ?? [];
  const nameOf = namedIn(facts.names);
  const postponed = evaluatePostponed(facts.postponements, now, nameOf);
  const tasks = facts.tasks && evaluateTasks(facts.tasks, now);
  const { first = [], afterChecks = [] } = facts.standing ?? {};
  const rows: GateRow[] = [
    ...first,
    ...dated.filter((row) => beforeChecks.includes(row.gate)),
    { gate: 'checks', ...evaluateChecks(facts.checks, now, nameOf) },
    ...afterChecks,
    ...(facts.risk ?? []),
    ...(facts.regressions ?? []),
    { gate: 'approvals', ...evaluateApprovals(facts.approvals, now) },
    ...(tasks ? [{ gate: 'tasks', ...tasks }] : []),
    ...(postponed ? [{ gate: 'postponed', ...postponed }] : []),
    ...dated.filter((row) => !beforeChecks.includes(row.gate)),
    { gate: 'lock', ...evaluateLock(facts.lock) },
  ];
  return (facts.passed ? passRows(rows, facts.passed, facts.isRiskByDuty) : rows).map((row) => {
    const earlier = before.find((known) => known.gate === row.gate);
    return { ...row, since: earlier?.kind === row.kind ? earlier.since : now };
  });
}
