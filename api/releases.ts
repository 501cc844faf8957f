import { notOpened } from '../domain/release/break-glass.ts';
import { withResidue } from '../domain/release/residue.ts';
import { releaseTitle, type Actor, type ReleaseView } from '../domain/release/release.ts';
import { isTerminal } from '../domain/release/state.ts';
import { GantryError } from '../platform/errors.ts';
import { newId, sha256 } from '../platform/ids.ts';
import { withoutControls } from '../platform/plain-text.ts';
import { readOrder, readRelease } from '../platform/record/releases.ts';
import {
  abortUpdate,
  advanceUpdate,
  amendUpdate,
  breakGlassUpdate,
  dropDependencyUpdate,
  liftPostponementUpdate,
  milestonesUpdate,
  moveTaskUpdate,
  pauseUpdate,
  postponeUpdate,
  proceedUpdate,
  recoverUpdate,
  rescheduleUpdate,
  resumeUpdate,
  retryCheckUpdate,
  rollBackUpdate,
  stateQuery,
  waiveUpdate,
  withdrawUpdate,
  type AbortInput,
  type AdvanceInput,
  type AmendInput,
  type BreakGlassInput,
  type Command,
  type CommandAnswer,
  type DropDependencyInput,
  type MilestonesInput,
  type MoveTaskInput,
  type PostponeInput,
  type RecoverInput,
  type RescheduleInput,
  type RetryCheckInput,
  type WaiveInput,
  type WithdrawInput,
} from '../workflows/contract.ts';
import {
  continueAnalysisUpdate,
  extendAnalysisUpdate,
  type ContinueAnalysisInput,
  type ExtendAnalysisInput,
} from '../workflows/contract-analysis.ts';
import { revokeWaiverUpdate, type RevokeWaiverInput } from '../workflows/contract-waivers.ts';
import { addTaskUpdate, type AddTaskInput } from '../workflows/contract-tasks.ts';
import { receiveGlassBreak, receiveWithdrawal } from '../platform/record/approvals.ts';
import type { ApiDeps } from './deps.ts';
import { ended, refuseEnded } from './ended.ts';
import { judgedAfter, recordedAt } from './recorded-at.ts';

export { createRelease } from './create-release.ts';
export { decide, type Receipt } from './decide.ts';

/** What each command needs beside who gives it and why. */
export interface CommandExtras {
  pause: object;
  resume: object;
  abort: Pick<AbortInput, 'leave'>;
  rollBack: object;
  advance: Pick<AdvanceInput, 'to' | 'service'>;
  recover: Pick<RecoverInput, 'service' | 'how'>;
  retryCheck: Pick<RetryCheckInput, 'check'>;
  withdraw: Pick<WithdrawInput, 'requestId' | 'person'>;
  reschedule: Pick<RescheduleInput, 'schedule'>;
  milestones: Pick<MilestonesInput, 'milestones'>;
  proceed: object;
  dropDependency: Pick<DropDependencyInput, 'number'>;
  amend: Pick<AmendInput, 'notes' | 'schedule' | 'policyDigest'>;
  breakGlass: Pick<BreakGlassInput, 'incident'>;
  moveTask: Pick<MoveTaskInput, 'task' | 'to'>;
  addTask: Pick<AddTaskInput, 'title' | 'owner' | 'before' | 'due'>;
  postpone: Pick<PostponeInput, 'until'>;
  liftPostponement: object;
  continueAnalysis: Pick<ContinueAnalysisInput, 'service'>;
  extendAnalysis: Pick<ExtendAnalysisInput, 'service' | 'byMs'>;
  waive: Pick<WaiveInput, 'check' | 'service' | 'reason' | 'expiresAt'>;
  revokeWaiver: Pick<RevokeWaiverInput, 'check' | 'service' | 'environment' | 'reason'>;
}
export type CommandName = keyof CommandExtras;

const movesGates: ReadonlySet<CommandName> = new Set<CommandName>([
  'amend',
  'breakGlass',
  'dropDependency',
  'liftPostponement',
  'moveTask',
  'postpone',
  'proceed',
  'reschedule',
  'revokeWaiver',
  'waive',
]);

const updates: Record<CommandName, string> = {
  pause: pauseUpdate,
  resume: resumeUpdate,
  abort: abortUpdate,
  rollBack: rollBackUpdate,
  advance: advanceUpdate,
  recover: recoverUpdate,
  retryCheck: retryCheckUpdate,
  withdraw: withdrawUpdate,
  reschedule: rescheduleUpdate,
  milestones: milestonesUpdate,
  proceed: proceedUpdate,
  dropDependency: dropDependencyUpdate,
  amend: amendUpdate,
  breakGlass: breakGlassUpdate,
  moveTask: moveTaskUpdate,
  addTask: addTaskUpdate,
  postpone: postponeUpdate,
  liftPostponement: liftPostponementUpdate,
  waive: waiveUpdate,
  revokeWaiver: revokeWaiverUpdate,
  continueAnalysis: continueAnalysisUpdate,
  extendAnalysis: extendAnalysisUpdate,
};

/** Who gives a command, and what makes its repetition the same command. */
export interface CommandOrigin {
  by: Actor;
  reason?: string;
  requestId?: string;
  /** Idempotency key of the caller; without one each request is a command of its own. */
  key?: string;
}

/**
 * Gives a release a command, and answers with the release after it, so that the caller reads what it wrote (promise P17).
 * @throws RELEASE_ENDED, RELEASE_NOT_STARTED, what the workflow refuses it with, or TEMPORAL_UNREACHABLE: then it may still be
 * done, and the same key may be sent again.
 */
export async function command<N extends CommandName>(
  deps: ApiDeps,
  view: ReleaseView,
  name: N,
  origin: CommandOrigin,
  extras: CommandExtras[N],
): Promise<ReleaseView & { note?: string }> {
  refuseEnded(view);
  const commandId = commandIdOf(view.id, name, origin);
  const { by, reason, requestId } = origin;
  const given: Command = {
    by,
    commandId,
    ...(reason === undefined ? {} : { reason: withoutControls(reason) }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  if (name === 'withdraw')
    await receiveWithdrawal(deps.store.db, view.id, given, extras as CommandExtras['withdraw']);
  if (name === 'breakGlass')
    await receiveGlassBreak(deps.store.db, {
      releaseId: view.id,
      environment: view.stage ?? '',
      by,
      commandId,
      reason: given.reason ?? '',
      ...(extras as CommandExtras['breakGlass']),
    });
  try {
    const update = {
      workflowId: view.workflowId,
      name: updates[name],
      updateId: commandId,
      input: { ...given, ...extras },
    };
    const answer = (await deps.engine.update(update)) as CommandAnswer;
    const isAboutNotes = name === 'amend' && Object.keys(extras).join() === 'notes';
    const isJudgedAnew = movesGates.has(name) && !isAboutNotes;
    const after = await (isJudgedAnew ? judgedAfter : recordedAt)(deps, view, answer);
    const note = answer.note ?? (name === 'breakGlass' ? notOpened(after) : undefined);
    return note === undefined ? after : { ...after, note };
  } catch (error) {
    throw await explained(deps, view, error);
  }
}

/** The release as its workflow has it now, or as it was last recorded where the workflow does not answer. */
export async function liveState(
  deps: ApiDeps,
  view: ReleaseView,
): Promise<{ view: ReleaseView; live: boolean; note?: string }> {
  if (isTerminal(view.state)) return { view, live: true };
  try {
    const now = (await deps.engine.query(view.workflowId, stateQuery)) as ReleaseView;
    return { view: withResidue(now), live: true };
  } catch (error) {
    deps.log.debug({ error, releaseId: view.id }, 'no live view');
    return { view, live: false, note: 'Live view unavailable: this is what was last recorded.' };
  }
}

/** The engine knows only that no such workflow runs; the record knows why. */
async function explained(deps: ApiDeps, view: ReleaseView, error: unknown): Promise<unknown> {
  if (!(error instanceof GantryError) || error.code !== 'RELEASE_ENDED') return error;
  const [now, order] = [await readRelease(deps.store.db, view.id), await readOrder(deps.store.db, view.id)];
  if (order?.started === false)
    return new GantryError(
      'RELEASE_NOT_STARTED',
      { release: releaseTitle(view.components), id: view.id },
      { cause: error },
    );
  return ended(now ?? view, error);
}

/** A key makes the id: what was given with it once is found again by it. @param of the release, or the workflow of a train */
export const commandIdOf = (
  of: string,
  name: string,
  { by, key }: Pick<CommandOrigin, 'by' | 'key'>,
): string =>
  key === undefined ? newId('cmd') : `cmd_${sha256([of, name, by.id, key].join('\n')).slice(0, 32)}`;
