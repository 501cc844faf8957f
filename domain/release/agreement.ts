import { closeCommand } from './close-command.ts';

/** How the engine has the workflow of a release. `says`: what the workflow tells of itself; absent where no worker answered for it. */
export type EngineRun =
  | { kind: 'missing' | 'ended' }
  | { kind: 'running'; says?: { releaseId: string; entries: number; toldAt: string; hasEnded: boolean } };

/** How the record has a release. */
export interface RecordedRelease {
  releaseId: string;
  title: string;
  /** Entries that its workflow has told so far, as of before the engine was asked. */
  entriesBefore: number;
  /** The same as of afterwards. */
  entries: number;
  endedAt?: string;
  /** The engine once took it over; left out: it did. */
  isStarted?: boolean;
}

/** What is younger than this may still be on its way from one to the other. */
const onItsWayMs = 2 * 60_000;

/**
 * What record and engine do not agree on about one workflow, in a sentence; undefined where they do, or nobody can tell. They are written one
 * after the other and cannot come apart by a crash: only copies of two moments do that (docs/guides/operations.md).
 * @param recorded undefined where the record has no release of that workflow
 */
export function disagreement(
  workflowId: string,
  recorded: RecordedRelease | undefined,
  run: EngineRun,
  now: string,
): string | undefined {
  if (!recorded)
    return run.kind === 'running'
      ? `Temporal runs the workflow ${workflowId}, and the record has no release of it.`
      : undefined;
  const { title, endedAt } = recorded;
  const isOld = (at: string): boolean => Date.parse(now) - Date.parse(at) > onItsWayMs;
  if (run.kind !== 'running') return endedAt === undefined ? notMoved(workflowId, recorded, run) : undefined;
  const { says } = run;
  if (!says)
    return recorded.isStarted === false && endedAt === undefined
      ? `${title} (${recorded.releaseId}) is not started: Temporal runs a workflow as ${workflowId} already.`
      : undefined;
  if (says.releaseId !== recorded.releaseId)
    return `Temporal runs another release (${says.releaseId}) as ${workflowId}, so nothing moves ${title} (${recorded.releaseId}).`;
  if (endedAt !== undefined)
    return !says.hasEnded && isOld(endedAt)
      ? `The record has the end of ${title}, and its workflow in Temporal goes on from before it.`
      : undefined;
  if (says.entries < recorded.entriesBefore)
    return `The workflow of ${title} goes on from before what the record has of it (entry ${says.entries} of ${recorded.entriesBefore}).`;
  if (says.entries > recorded.entries && isOld(says.toldAt))
    return `The record lacks what the workflow of ${title} has done (entries ${recorded.entries + 1} to ${says.entries}).`;
  return undefined;
}

/** What is open in the record and runs nowhere. */
function notMoved(
  workflowId: string,
  { releaseId, title, isStarted = true }: RecordedRelease,
  { kind }: EngineRun,
): string | undefined {
  if (!isStarted)
    return kind === 'missing'
      ? undefined // it is started as soon as the engine takes it
      : `${title} (${releaseId}) cannot be started: Temporal has a workflow that has ended as ${workflowId} already.`;
  const how = kind === 'missing' ? 'Temporal has no workflow of it' : 'its workflow in Temporal has ended';
  const close =
    kind === 'missing'
      ? ` Where nothing better can be restored, \`${closeCommand(releaseId)}\` ends it in the record.`
      : '';
  return `The record calls ${title} open, and ${how}: nothing moves it, and no command reaches it.${close}`;
}
