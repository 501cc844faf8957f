import { condition } from '@temporalio/workflow';
import { mayVote } from '../domain/gates/approvals/quorum.ts';
import type { Actor } from '../domain/release/release.ts';
import { advance, assertAdvanceable } from './advance.ts';
import {
  abort,
  assertAbortable,
  assertAbortPossible,
  assertOpen,
  assertResumable,
  assertRollBackPossible,
  assertSomethingShipped,
  obey,
  pause,
  resume,
  rollBack,
} from './commands.ts';
import {
  abortUpdate,
  advanceUpdate,
  pauseUpdate,
  resumeUpdate,
  rollBackUpdate,
  type Command,
  type OperatorMessage,
  type OperatorSignal,
} from './contract.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { count, quorumOf } from './votes.ts';

/** Signals have no answer, so a refused one is written to the log instead; none may throw, that would fail the run. */
export async function obeySignals(run: ReleaseRun): Promise<never> {
  let number = 0;
  for (;;) {
    await condition(() => run.signals.length > 0);
    const next = run.signals.shift();
    if (!next) continue;
    number += 1;
    // whoever can reach the engine may have sent anything
    const message = next.message as Partial<OperatorMessage> | null;
    const by = typeof message?.by === 'string' && message.by ? message.by : 'unknown';
    const reason = typeof message?.reason === 'string' ? message.reason : '';
    const refused = await obeySignal(run, next.name, by, reason, number);
    if (refused !== undefined) {
      run.tell(
        'signal.refused',
        run.title,
        `Signal ${next.name} from ${run.nameOf(by)} was refused: ${refused}`,
        {
          actor: engine(by),
          ...(reason ? { reason } : {}),
        },
      );
    }
  }
}

const engine = (by: string): Actor => ({ id: by, kind: 'engine', assurance: 'engine' });

async function obeySignal(
  run: ReleaseRun,
  name: OperatorSignal,
  by: string,
  reason: string,
  number: number,
): Promise<string | undefined> {
  if (name === 'approve' || name === 'reject') return receiveVote(run, name, by, reason, number);
  const input: Command = { by: engine(by), commandId: `signal/${number}`, ...(reason ? { reason } : {}) };
  // asked only by those whom it concerns: the answer stands in the history
  const isHeeded = (): boolean => run.isMended('a-way-back-that-is-shut-is-not-taken');
  const steps = {
    pause: [assertOpen, pause, pauseUpdate],
    resume: [
      (r: ReleaseRun, of: Command) => (isHeeded() ? assertResumable(r, of) : assertOpen(r)),
      resume,
      resumeUpdate,
    ],
    abort: [
      (r: ReleaseRun, of: Command) => (isHeeded() ? assertAbortable(r, of) : assertAbortPossible(r, of)),
      abort,
      abortUpdate,
    ],
    rollBack: [
      (r: ReleaseRun) => (isHeeded() ? assertRollBackPossible(r) : assertSomethingShipped(r)),
      rollBack,
      rollBackUpdate,
    ],
    advance: [assertAdvanceable, advance, advanceUpdate],
  } as const;
  const [assertPossible, apply, update] = steps[name];
  try {
    assertPossible(run, input);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  obey(run, update, input, apply);
  return undefined;
}

async function receiveVote(
  run: ReleaseRun,
  choice: 'approve' | 'reject',
  by: string,
  reason: string,
  number: number,
): Promise<string | undefined> {
  const stage = run.plan.stages.find((candidate) => run.stageView(candidate).approval?.state === 'open');
  const approval = stage && run.stageView(stage).approval;
  if (!stage || !approval) return 'no approval request is open.';
  if (stage.engineSignals === 'refuse')
    return `decisions by signal do not count in ${stage.environment}; use the mailed link, the page or the CLI.`;
  if (choice === 'reject' && !reason) return 'a rejection needs a reason.';
  const eligible = mayVote(quorumOf({ stage, approval }), by, {});
  if (!eligible.ok) return eligible.because;
  const received = await run.recorder.alone(() =>
    record.receiveSignal({
      requestId: approval.requestId,
      releaseId: run.view.id,
      stage: stage.environment,
      subjectDigest: approval.subjectDigest,
      by,
      reason,
      choice,
      number,
      at: run.now,
    }),
  );
  if ('refused' in received) return received.refused;
  if (approval.state !== 'open') return 'the request closed in between.';
  count(run, received.decision);
  return undefined;
}
