import { formatDuration } from '../domain/policy/duration.ts';
import type { DoubtView, HoldView } from '../domain/release/release.ts';
import { assertOpen, whoOf } from './commands.ts';
import { extension, type ContinueAnalysisInput, type ExtendAnalysisInput } from './contract-analysis.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';

type DoubtHold = HoldView & { doubt: DoubtView };

const doubts = (run: ReleaseRun, service: string | undefined): DoubtHold[] =>
  run.view.holds.filter(
    (hold): hold is DoubtHold =>
      hold.doubt !== undefined && (service === undefined || hold.doubt.service === service),
  );

/** Only a doubt can be answered, and only with a reason: it is read when things went wrong after all. */
export function assertInDoubt(run: ReleaseRun, input: ContinueAnalysisInput): void {
  assertOpen(run);
  const of = input.service === undefined ? run.title : `${input.service} in ${run.title}`;
  if (doubts(run, input.service).length === 0)
    throw refusal('COMMAND_NOT_POSSIBLE', `No analysis of ${of} waits for an answer.`);
  if (!input.reason) throw refusal('COMMAND_NOT_POSSIBLE', 'Say why: give a reason.');
}

export function assertExtendable(run: ReleaseRun, input: ExtendAnalysisInput): void {
  assertInDoubt(run, input);
  const { leastMs, mostMs } = extension;
  if (!Number.isSafeInteger(input.byMs) || input.byMs < leastMs || input.byMs > mostMs)
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `An analysis is extended by ${formatDuration(leastMs)} to ${formatDuration(mostMs)}.`,
    );
}

/** Goes on although the analysis did not pass: a person's word for this component at this step, and for nothing after it. */
export function continueAnalysis(run: ReleaseRun, input: ContinueAnalysisInput): void {
  const answered = doubts(run, input.service);
  run.lift((hold) => answered.includes(hold as DoubtHold));
  tell(run, input, answered, 'analysis.continued', () => 'goes on although its analysis did not pass');
}

/** Stays where it is and is measured anew. */
export function extendAnalysis(run: ReleaseRun, input: ExtendAnalysisInput): void {
  const answered = doubts(run, input.service);
  for (const hold of answered) {
    hold.doubt.extendByMs = input.byMs;
    delete hold.until;
    delete hold.doubt.answerBy;
  }
  tell(
    run,
    input,
    answered,
    'analysis.extended',
    () => `is measured for another ${formatDuration(input.byMs)}`,
  );
}

function tell(
  run: ReleaseRun,
  input: ContinueAnalysisInput,
  answered: readonly DoubtHold[],
  action: 'analysis.continued' | 'analysis.extended',
  what: () => string,
): void {
  for (const { doubt } of answered)
    run.tell(
      action,
      doubt.service,
      `${doubt.service} in ${run.view.stage ?? 'its stage'}, ${doubt.place}, ${what()}: ${run.nameOf(whoOf(input.by))} said so.`,
      {
        actor: input.by,
        ...(input.reason ? { reason: input.reason } : {}),
        facts: { place: doubt.place, phase: doubt.phase, environment: run.view.stage ?? '' },
      },
    );
}
