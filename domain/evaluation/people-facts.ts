import { electorateOf, standingVotes } from '../gates/approvals/electorate.ts';
import { mayVote } from '../gates/approvals/quorum.ts';
import { inForce, mayBreak } from '../release/break-glass.ts';
import type { StagePlan } from '../release/plan.ts';
import { mayLift, mayPostpone, type Standing } from '../release/postpone.ts';
import type { ApprovalView, GlassView, PostponementView, TaskView } from '../release/release.ts';
import { tasksOf } from '../release/tasks.ts';
import type { Passed } from '../verdict.ts';
import type { Facts } from './facts.schema.ts';
import type { Refusal } from './refusal.ts';

const managerRole = 'release-manager';

/** Delays that their people had the authority for; the others with the reason. */
export function postponementsOf(
  plan: StagePlan,
  { postponements, owner, now }: Facts,
): { views: PostponementView[]; refusals: Refusal[] } {
  const standingOf = (person: string): Standing => ({
    person,
    isApprover: mayVote(electorateOf(plan), person).ok,
    isOwner: owner === person,
    isReleaseManager: plan.candidates.some(({ id, roles }) => id === person && roles.includes(managerRole)),
  });
  const views: PostponementView[] = [];
  const refusals: Refusal[] = [];
  postponements.forEach(({ by, at = now, until, reason, lifted }, index) => {
    const answer = mayPostpone(standingOf(by), { until, now: at, earlier: views });
    if (!answer.ok) {
      refusals.push({ fact: `postponements.${index}`, because: answer.because });
      return;
    }
    const view: PostponementView = { by, as: answer.as, at, until, reason };
    const isLifted = lifted !== undefined && Date.parse(lifted.at) <= Date.parse(now);
    if (isLifted && mayLift(standingOf(lifted.by), view)) view.lifted = lifted;
    else if (isLifted)
      refusals.push({
        fact: `postponements.${index}.lifted`,
        because: `${by} postponed it, and ${lifted.by} may not lift that.`,
      });
    views.push(view);
  });
  return { views, refusals };
}

/** What broken glass gives at `now`, and words of people who may not. */
export function glassOf(
  plan: StagePlan,
  { breakGlass, now }: Facts,
): { passed?: Passed; refusals: Refusal[] } {
  const rule = plan.breakGlass;
  const refusals: Refusal[] = [];
  const glass: GlassView = { breaks: [] };
  breakGlass.forEach(({ by, at = now, reason, incident }, index) => {
    const answer = mayBreak(by, { rule, candidates: plan.candidates, glass, now: at });
    if (answer.ok) glass.breaks.push({ person: by, at, reason, incident });
    else refusals.push({ fact: `breakGlass.${index}`, because: answer.because });
  });
  const passed = inForce(glass, rule, now);
  return { ...(passed ? { passed } : {}), refusals };
}

/** Tasks that are given, and those that an approval was given under. */
export function tasksWith(
  { environment }: StagePlan,
  { tasks, owner, now }: Facts,
  approval: ApprovalView | undefined,
): TaskView[] {
  const given = tasks.map((task, index): TaskView => {
    const askedBy = task.askedBy ?? owner ?? task.owner;
    return {
      id: `t${index + 1}`,
      title: task.title,
      owner: task.owner,
      before: task.before ?? environment,
      ...(task.due === undefined ? {} : { due: task.due }),
      state: task.state,
      askedBy,
      ...(task.acceptedBy === undefined ? {} : { acceptedBy: task.acceptedBy }),
      at: now,
      by: task.acceptedBy ?? askedBy,
      ...(task.reason === undefined ? {} : { reason: task.reason }),
    };
  });
  if (approval?.state !== 'approved') return given;
  const conditions = standingVotes(approval).flatMap(({ person, choice, conditions: asked = [] }) =>
    choice === 'approve' ? asked.map((condition) => ({ condition, askedBy: person })) : [],
  );
  return [...given, ...tasksOf(conditions, given, approval.closedAt ?? now)];
}
