import { withoutStop } from '../domain/full-stop.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { headlineVerdict } from '../domain/verdict.ts';
import { isStillOpen } from './calendar.ts';
import { Stop } from './failures.ts';
import { freeLock } from './locks.ts';
import type { ReleaseRun } from './run.ts';

/** Whether something came that the gates of the stage have not seen: a task, a regression, or the loss of a waiver. */
export const isDoubted = (run: ReleaseRun, { environment }: StagePlan): boolean =>
  run.stagesWithNewTasks.has(environment) || run.reopened.has(environment);

/** The same once the door was passed, where the release turns back for it. */
export const hasNewDoubt = (run: ReleaseRun, stage: StagePlan): boolean =>
  run.turnsBackForDoubts && isDoubted(run, stage);

/** Before its first step a stage turns back: for what its gates have not seen, or for the calendar as it is now. */
export async function turnsBack(run: ReleaseRun, stage: StagePlan): Promise<boolean> {
  if (!run.turnsBackForDoubts || run.compensations.isBegun) return false;
  if (hasNewDoubt(run, stage)) return true;
  await run.recorder.written();
  const known = run.stageView(stage).calendar;
  const isOpen = await isStillOpen(run, stage, { isFirst: true, known });
  return !isOpen || (run.rehearsesApart && hasNewDoubt(run, stage));
}

/** The gates have not seen it. Nothing was announced yet; they are asked again, and others may have the environment meanwhile. */
export async function turnBackForDoubt(run: ReleaseRun, stage: StagePlan): Promise<'shut'> {
  const { environment } = stage;
  const because = run.reopened.get(environment)?.because;
  const what =
    because === undefined ? `a task was added that ${environment} waits for` : withoutStop(because);
  run.tell('door.shut', environment, `Nothing was deployed: ${what}.`);
  await freeLock(run, stage);
  return 'shut';
}

/** The calendar came to shut between the door and the first step: nothing was done, and nothing is to be undone. */
export async function turnBackForCalendar(run: ReleaseRun, stage: StagePlan): Promise<'shut'> {
  const { calendar } = run.stageView(stage);
  const shut = headlineVerdict(calendar?.verdicts.filter(({ kind }) => kind !== 'allowed') ?? []);
  const because = calendar?.expired ?? shut?.because ?? 'The calendar could not be asked.';
  run.tell('door.shut', stage.environment, `Nothing was deployed: ${because}`);
  if (calendar?.expired !== undefined) throw new Stop({ kind: 'expired', because: calendar.expired });
  await freeLock(run, stage);
  return 'shut';
}
