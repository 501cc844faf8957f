import { allHandlersFinished, condition } from '@temporalio/workflow';
import type { NoticeKind } from '../../activities/contract.ts';
import { stateWord, type Residue, type TerminalState } from '../../domain/release/state.ts';
import { bannedBy } from '../quarantine-after.ts';
import type { ReleaseRun } from '../run.ts';
import { handOver } from './hand-over.ts';

/** What the workflow answers when it ends. A business "no" is an answer, never a failed run. */
export interface ReleaseOutcome {
  state: TerminalState;
  residue: Residue;
  because: string;
  reached?: string;
}

export interface End {
  state: TerminalState;
  residue: Residue;
  because: string;
  by?: string;
}

const noticeOf: Partial<Record<TerminalState, NoticeKind>> = {
  succeeded: 'released',
  rolledBack: 'rolledBack',
  rejected: 'rejected',
  expired: 'expired',
};

/** Writes the end down, tells the people whom it concerns, and waits until the record holds all of it, with the mail to be sent. */
export async function conclude(run: ReleaseRun, end: End): Promise<ReleaseOutcome> {
  run.view.residue = end.residue;
  run.view.ended = { at: run.now, because: end.because, ...(end.by ? { by: end.by } : {}) };
  run.enter(end.state);
  run.recorder.quarantined(bannedBy(run, end));
  const sentence = `${run.title} ended as ${stateWord(end.state)}: ${end.because}`;
  run.tell('release.ended', run.title, sentence, {
    facts: {
      state: end.state,
      residue: end.residue,
      ...(run.view.reached ? { reached: run.view.reached } : {}),
    },
  });
  if (run.version < 2) await run.recorder.written(); // the mail is made from the record
  run.notify({
    occasion: 'ended',
    kind: noticeOf[end.state] ?? 'ended',
    to: [...run.audience, ...voters(run)],
    ...(run.view.stage ? { environment: run.view.stage } : {}),
    sentence,
  });
  await run.settled();
  await run.recorder.written();
  if (end.state === 'succeeded') await handOver(run);
  await condition(allHandlersFinished);
  return {
    state: end.state,
    residue: end.residue,
    because: end.because,
    ...(run.view.reached ? { reached: run.view.reached } : {}),
  };
}

/** Whoever voted is told how it ended: every rollback, and also every release that went well. */
const voters = (run: ReleaseRun): string[] =>
  run.view.stages.flatMap((stage) => stage.approval?.votes.map((vote) => vote.person) ?? []);
