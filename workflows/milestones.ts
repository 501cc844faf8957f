import { instantText } from '../domain/instant-text.ts';
import { estimated, inOrder, milestoneWord, newsMs, slips } from '../domain/release/milestones.ts';
import type { MilestoneKind } from '../domain/release/release.ts';
import type { MilestonesInput } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';

/** Notes that a milestone was reached; one that was not planned is none. */
export function reach(run: ReleaseRun, kind: MilestoneKind): void {
  const milestone = run.view.milestones?.find((one) => one.kind === kind && one.actualAt === undefined);
  if (!milestone) return;
  milestone.actualAt = run.now;
  const isLate = Date.parse(milestone.actualAt) > Date.parse(milestone.plannedAt);
  run.tell(
    isLate ? 'milestone.missed' : 'milestone.met',
    milestoneWord(kind),
    `${run.title}: ${milestoneWord(kind)} was reached${isLate ? `, planned was ${instantText(milestone.plannedAt)}` : ' in time'}.`,
  );
  followMilestones(run);
}

/** Brings the estimates up to date, and tells owners of every date that moved: old and new (semantics §2, "Delay"). */
export function followMilestones(run: ReleaseRun): void {
  const { milestones } = run.view;
  if (!milestones) return;
  const predictedEnd = run.view.stages.at(-1)?.calendar?.predicted?.end;
  const after = estimated(milestones, {
    now: run.now,
    ...(predictedEnd === undefined ? {} : { predictedEnd }),
  });
  const moved = slips(milestones, after);
  if (moved.length === 0) return;
  run.view.milestones = after;
  const list = moved
    .map(
      (slip) =>
        `${milestoneWord(slip.kind)} ${instantText(slip.after)} (before: ${instantText(slip.before)})`,
    )
    .join(', ');
  const sentence = `${run.title} has new dates: ${list}.`;
  run.tell('milestone.slipped', run.title, sentence);
  run.notify({
    occasion: `milestones/${run.view.seq}`,
    kind: 'rescheduled',
    to: [...run.audience, ...moved.flatMap(({ owner }) => (owner === undefined ? [] : [owner]))],
    sentence,
  });
}

/** A milestone that was reached keeps its dates. */
export function assertMilestonesOpen(run: ReleaseRun, { milestones }: MilestonesInput): void {
  if (!run.hasCalendar)
    throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} was started before releases had milestones.`);
  const reached = run.view.milestones?.find(
    ({ kind, actualAt }) => actualAt !== undefined && milestones.some((one) => one.kind === kind),
  );
  if (reached)
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title}: ${milestoneWord(reached.kind)} was reached already, ${instantText(reached.actualAt ?? '')}.`,
    );
}

/** Puts dates in the place of those that were planned, and tells everybody whose date it is: old and new. */
export function setMilestones(run: ReleaseRun, input: MilestonesInput): void {
  const known = run.view.milestones ?? [];
  const others = known.filter(({ kind }) => !input.milestones.some((one) => one.kind === kind));
  run.view.milestones = inOrder([
    ...others,
    ...input.milestones.map((one) => ({ ...one, estimateAt: one.plannedAt })),
  ]);
  const list = input.milestones
    .map(({ kind, plannedAt }) => {
      const before = known.find((one) => one.kind === kind)?.plannedAt;
      return `${milestoneWord(kind)} ${instantText(plannedAt)}${before === undefined ? '' : ` (before: ${instantText(before)})`}`;
    })
    .join(', ');
  const sentence = `${run.title} is planned anew: ${list}.`;
  run.tell('milestone.planned', run.title, sentence, {
    actor: input.by,
    ...(input.reason ? { reason: input.reason } : {}),
  });
  run.notify({
    occasion: `milestones/${run.view.seq}`,
    kind: 'rescheduled',
    to: [
      ...run.audience,
      ...run.view.milestones.flatMap(({ owner }) => (owner === undefined ? [] : [owner])),
    ],
    sentence,
  });
}

/** When the next planned date passes: then the estimates move. Epoch milliseconds. */
export function nextMilestone(run: ReleaseRun): number | undefined {
  const open = inOrder(run.view.milestones ?? []).filter(({ actualAt }) => actualAt === undefined);
  const times = open.map((milestone) => Date.parse(milestone.estimateAt) + newsMs(milestone));
  const ahead = times.filter((ms) => ms > Date.now());
  return ahead.length > 0 ? Math.min(...ahead) : undefined;
}
