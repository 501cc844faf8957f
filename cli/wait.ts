import { afterDenial } from '../domain/gates/after-denial.ts';
import { explain } from '../domain/release/explain.ts';
import { headlineVerdict, type GateVerdict } from '../domain/verdict.ts';
import { currentStage, releaseTitle } from '../domain/release/release.ts';
import { wordOf } from '../domain/release/stalled.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import type { ReleaseView } from './answers.ts';
import { startDeadline } from './deadline.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { followRelease } from './follow.ts';
import { noteNext } from './next-step.ts';
import { plainText } from './plain-text.ts';
import { createProgress } from './progress.ts';
import type { Session } from './session.ts';

interface WaitOptions {
  timeoutMs: number;
}

/**
 * Follows a release until it has ended (0 succeeded, 1 any other end), a gate denies it or an undo failed (1, at once:
 * waiting longer would change nothing), the time is over (6), or somebody presses Ctrl-C (130). None of these touches the release.
 */
export async function waitForEnd(
  session: Session,
  id: string,
  { timeoutMs }: WaitOptions,
): Promise<ExitCode> {
  const { io, client, output } = session;
  const deadline = startDeadline(io.interrupted, timeoutMs);
  const progress = createProgress(io, output.local);
  let last: ReleaseView | undefined;
  try {
    for await (const update of followRelease(client, id, deadline.signal)) {
      if (update.kind === 'entry') continue;
      last = update.view;
      progress.say(`${releaseTitle(last.components)} ${wordOf(last)}: ${last.headline}`);
      if (isTerminal(last.state) || last.state === 'stuck' || denial(last) !== undefined) break;
    }
  } finally {
    deadline.end();
    progress.end();
  }
  return conclude(session, id, last);
}

function conclude(session: Session, id: string, last: ReleaseView | undefined): ExitCode {
  const { io, output } = session;
  if (last && output.json) output.document(last);
  if (last && isTerminal(last.state)) return announceEnd(session, last);
  if (last?.state === 'stuck') return announceStuck(session, last);
  const refusal = last && denial(last);
  if (refusal) return announceDenial(session, last, refusal);
  const again = `Follow it again: gantry release follow ${last?.id ?? id}`;
  output.note(
    io.interrupted.aborted
      ? `Stopped following; the release goes on. ${again}`
      : `The time to wait is over; the release goes on. ${again}`,
  );
  return io.interrupted.aborted ? exitCode.interrupted : exitCode.timedOut;
}

export function announceEnd({ output }: Session, view: ReleaseView): ExitCode {
  const good = view.state === 'succeeded';
  if (!output.json) {
    const word = output.paint[good ? 'good' : 'bad'](stateWord(view.state));
    const because = view.ended === undefined ? '' : `: ${view.ended.because}`;
    output.line(output.quiet ? view.id : `${releaseTitle(view.components)} ${word}${because}`);
  }
  return good ? exitCode.done : exitCode.bad;
}

function announceDenial(
  { output }: Session,
  view: ReleaseView,
  refusal: GateVerdict & { kind: 'denied' },
): ExitCode {
  if (!output.json) {
    output.line(
      output.quiet
        ? view.id
        : `${releaseTitle(view.components)} waits, for a gate says no: ${refusal.because}`,
    );
  }
  output.note(`Now: ${refusal.remedy}`);
  // a request that people have answered is as they left it
  if (refusal.gate !== 'approvals' || !currentStage(view)?.approval)
    output.note(afterDenial(refusal, view.id));
  output.note(`The release waits on: gantry release why ${view.id}`);
  return exitCode.bad;
}

function announceStuck({ io, output }: Session, view: ReleaseView): ExitCode {
  if (!output.json) output.line(output.quiet ? view.id : plainText(view.headline));
  const { next } = explain(view, io.now().toISOString());
  if (next) noteNext(output, next);
  return exitCode.bad;
}

/** The verdict of the stage it is in that will not change by itself. */
export function denial(view: ReleaseView): (GateVerdict & { kind: 'denied' }) | undefined {
  const stage = currentStage(view);
  const worst = headlineVerdict(stage?.verdicts ?? []);
  return worst?.kind === 'denied' ? worst : undefined;
}
