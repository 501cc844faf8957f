import { instantText } from '../domain/instant-text.ts';
import {
  authoritiesOf,
  isBeforeStart,
  mayLift,
  mayPostpone,
  movedTo,
  ruling,
  runningOf,
  whyNotLiftable,
} from '../domain/release/postpone.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { Command, PostponeInput } from './contract.ts';
import { refusal } from './failures.ts';
import { freeLock } from './locks.ts';
import type { ReleaseRun } from './run.ts';
import { standingOf } from './person-standing.ts';
import { voidApproval } from './void-approval.ts';
import { isInstant } from './well-formed.ts';

export function assertPostponable(run: ReleaseRun, input: PostponeInput): void {
  assertOpen(run);
  if (!isBeforeStart(run.view))
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} has started in ${run.view.stage ?? 'its stage'} already; pause it instead.`,
    );
  if (!isInstant(input.until))
    throw refusal('COMMAND_NOT_POSSIBLE', 'A postponement ends at an instant between 1970 and 2200.');
  if (!input.reason) throw refusal('COMMAND_NOT_POSSIBLE', `Say why ${run.title} is to wait: give a reason.`);
  const answer = judged(run, input);
  if (!answer.ok) throw refusal(answer.isPast ? 'START_PASSED' : 'AUTHORITY_MISSING', answer.because);
}

const judged = (run: ReleaseRun, { by, until }: PostponeInput) =>
  mayPostpone(standingOf(run, whoOf(by)), {
    until,
    now: run.now,
    earlier: run.view.postponements ?? [],
  });

/** Delays the release. A request whose time would be over before that is closed: who is asked then knows what holds then. */
export function postpone(run: ReleaseRun, input: PostponeInput): void {
  const answer = judged(run, input);
  if (!answer.ok) return; // a retry after its time; the validator has refused all others
  const until = new Date(input.until).toISOString();
  const by = whoOf(input.by);
  run.view.postponements = [
    ...(run.view.postponements ?? []),
    { by, as: answer.as, at: run.now, until, reason: input.reason ?? '', commandId: input.commandId },
  ];
  run.wasPostponed = true;
  moveSchedule(run);
  const asked = run.view.stages.flatMap(({ approval }) => (approval?.state === 'open' ? approval.asked : []));
  for (const stage of run.plan.stages) {
    const { approval } = run.stageView(stage);
    if (approval?.state === 'open' && Date.parse(approval.deadline) <= Date.parse(until))
      voidApproval(run, stage, `the release was postponed until ${instantText(until)}`);
  }
  showAsPlanned(run);
  const sentence = `${run.nameOf(by)} postponed ${run.title} until ${instantText(until)}: ${input.reason ?? ''}`;
  run.tell('release.postponed', run.title, sentence, {
    actor: input.by,
    ...(input.reason ? { reason: input.reason } : {}),
    facts: { until, as: answer.as },
  });
  run.notify({
    occasion: `postponed/${run.view.postponements.length}`,
    kind: 'postponed',
    to: [...run.audience, ...asked],
    ...(run.view.stage ? { environment: run.view.stage } : {}),
    sentence,
    facts: { delay: String(run.view.postponements.length) },
  });
}

export function assertLiftable(run: ReleaseRun, input: Command): void {
  assertOpen(run);
  const latest = ruling(run.view.postponements, run.now);
  if (!latest) throw refusal('COMMAND_NOT_POSSIBLE', `Nobody has postponed ${run.title}.`);
  const why = whyNotLiftable(standingOf(run, whoOf(input.by)), latest, run.nameOf);
  if (why !== undefined) throw refusal('AUTHORITY_MISSING', why);
}

const liftable = (run: ReleaseRun, person: string) => {
  const standing = standingOf(run, person);
  return runningOf(run.view.postponements, run.now).filter((one) => mayLift(standing, one));
};

/** Lifts every delay that this person may lift; what a higher authority has set goes on. */
export function liftPostponement(run: ReleaseRun, input: Command): void {
  const by = whoOf(input.by);
  for (const one of liftable(run, by)) one.lifted = { at: run.now, by };
  moveSchedule(run);
  const left = ruling(run.view.postponements, run.now);
  const then = left
    ? ` It is still postponed until ${instantText(left.until)}.`
    : ' Its gates are asked again.';
  run.tell(
    'release.postponementLifted',
    run.title,
    `${run.nameOf(by)} lifted the postponement of ${run.title}.${then}`,
    {
      actor: input.by,
      ...(input.reason ? { reason: input.reason } : {}),
      facts: { as: authoritiesOf(standingOf(run, by))[0] ?? 'author' },
    },
  );
}

/** The schedule as it was asked for, moved by the delay that rules. */
export function moveSchedule(run: ReleaseRun): void {
  const { view } = run;
  const latest = ruling(view.postponements, run.now);
  const asked = view.scheduleAsked ?? view.schedule ?? {};
  if (latest) {
    if (Object.keys(asked).length > 0) {
      view.scheduleAsked = asked;
      view.schedule = movedTo(asked, latest.until, run.now);
    }
  } else if (view.scheduleAsked) {
    view.schedule = view.scheduleAsked;
    delete view.scheduleAsked;
  }
  for (const stage of view.stages) delete stage.calendar; // it hung on what is another now
}

export const isPostponed = (run: ReleaseRun): boolean =>
  ruling(run.view.postponements, run.now) !== undefined;

/** While it is delayed it is planned for then, and nobody else waits for it (semantics §12). */
function showAsPlanned(run: ReleaseRun): void {
  const stage = run.view.stages.find(({ environment }) => environment === run.view.stage);
  if (stage?.state !== 'gating' && stage?.state !== 'ready') return;
  stage.state = 'gating';
  run.enter('planned');
}

/** Keeps a delayed release out of others' way. True once its delay is over: then it must be looked at anew. */
export async function followPostponement(run: ReleaseRun, stage: StagePlan): Promise<boolean> {
  if (!run.wasPostponed) return false;
  if (isPostponed(run)) {
    showAsPlanned(run);
    await freeLock(run, stage);
    return false;
  }
  run.wasPostponed = false;
  delete run.view.scheduleAsked; // it stays moved: what was asked for before is past
  run.enter('gating');
  run.tell(
    'release.postponementOver',
    run.title,
    `${run.title} is postponed no more: its gates are asked again, and people where facts have changed.`,
  );
  return true;
}
