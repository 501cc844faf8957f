import type { DoorAnswer, DoorInput } from '../activities/contract.ts';
import { electorateOf } from '../domain/gates/approvals/electorate.ts';
import { isWaived } from '../domain/gates/checks/evaluate.ts';
import type { Artifact } from '../domain/release/artifact.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { passedGates } from './break-glass.ts';
import { calendarInput } from './calendar.ts';
import { record } from './proxies.ts';
import { hearsOfRegressions } from './regression.ts';
import type { ReleaseRun } from './run.ts';

/** What the door said with the grant of the lock. */
export interface DoorAhead {
  question: string;
  answer: DoorAnswer;
  /** As of the grant: what moves when anything happens to the release, or it waits for anything. */
  as: Standing;
}

interface Standing {
  revision: number;
  /** Local activities so far. */
  turns: number;
  at: number;
}

/** An activity may have been waited for since; a local one is counted. In milliseconds. */
const freshMs = 1_000;

const standingOf = (run: ReleaseRun): Standing => ({
  revision: run.revision,
  turns: run.recorder.turns,
  at: Date.now(),
});

const isAsThen = (run: ReleaseRun, then: Standing): boolean => {
  const now = standingOf(run);
  return now.revision === then.revision && now.turns === then.turns && now.at - then.at <= freshMs;
};

/** Keeps what the door said with the grant, for `askAtDoor`. */
export function keepDoorAhead(run: ReleaseRun, stage: StagePlan, asked: DoorInput, answer: DoorAnswer): void {
  run.doorAhead.set(stage.environment, { question: questionOf(asked), answer, as: standingOf(run) });
}

/**
 * What the door is asked before the first effect of a stage. With `mayWait` it says which votes are counted, so that a
 * decision that is still on its way is waited for.
 */
export function doorInput(run: ReleaseRun, stage: StagePlan, mayWait: boolean): DoorInput {
  const view = run.stageView(stage);
  return {
    releaseId: run.view.id,
    environment: stage.environment,
    ...(view.approval ? { requestId: view.approval.requestId } : {}),
    ...(view.approval && mayWait ? { votes: view.approval.votes.map(({ decisionId }) => decisionId) } : {}),
    subjectDigest: stage.subjectDigest,
    checks: view.checks
      .filter(
        ({ how }) => how !== 'rehearsal' && !(how === 'sampled' && passedGates(view).includes('samples')),
      )
      .map((check) => ({
        check: check.id,
        service: check.service,
        required: check.required,
        ...(check.resultId ? { resultId: check.resultId } : {}),
        ...(isWaived(check, run.now) ? { isWaived: true as const } : {}),
      })),
    builds: stage.components.map(buildOf),
    ...(hearsOfRegressions(run) ? heardOf(run) : {}),
    now: run.now,
    planned: stage.components.map(({ service, previousVersion }) => ({
      service,
      ...(previousVersion ? { previousVersion } : {}),
    })),
    ...electorateOf(stage),
    rules: stage.rules,
    candidates: stage.candidates,
    ...(view.glass && passedGates(view).length > 0
      ? { glass: { gates: passedGates(view), people: view.glass.breaks.map(({ person }) => person) } }
      : {}),
    ...(run.hasCalendar ? { calendar: calendarInput(run, stage) } : {}),
    ...(view.calendar ? { answer: view.calendar } : {}),
  };
}

/** A plan from before revisions were told has read of regressions without: those are known by their incident alone. */
const heardOf = ({
  seenRegressions,
}: ReleaseRun): Pick<DoorInput, 'regressions' | 'regressionRevisions'> => ({
  regressions: [...seenRegressions.keys()],
  regressionRevisions: Object.fromEntries([...seenRegressions].filter(([, revision]) => revision > 0)),
});

/** Everything that is asked but the time: the clock of a workflow moves with every answer. */
const questionOf = ({ calendar, ...asked }: DoorInput): string =>
  JSON.stringify({ ...asked, now: '', ...(calendar ? { calendar: { ...calendar, now: '' } } : {}) });

/** Asks the door; or takes what it said with the grant, once: where nothing has happened since and the same would be asked. */
export async function askAtDoor(run: ReleaseRun, stage: StagePlan, mayWait: boolean): Promise<DoorAnswer> {
  const input = doorInput(run, stage, mayWait);
  const ahead = run.doorAhead.get(stage.environment);
  run.doorAhead.delete(stage.environment);
  if (ahead && isAsThen(run, ahead.as) && ahead.question === questionOf(input)) return ahead.answer;
  return run.recorder.alone(() => record.checkDoor(input));
}

const buildOf = ({ service, version, digest, commit }: StagePlan['components'][number]): Artifact => ({
  service,
  version,
  ...(digest === undefined ? {} : { digest }),
  ...(commit === undefined ? {} : { commit }),
});
