import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { AnalysisResult } from '../activities/contract.ts';
import { withStop } from '../domain/full-stop.ts';
import { instantText } from '../domain/instant-text.ts';
import { formatDuration } from '../domain/policy/duration.ts';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { DoubtView, HoldView } from '../domain/release/release.ts';
import { waysToEnd } from '../domain/rollout/shut-way-back.ts';
import { goBackByItself } from './back-by-itself.ts';
import { causeOf, Stop } from './failures.ts';
import { untilNotHeld } from './holding.ts';
import { wayBackOfDoubt } from './no-way-back.ts';
import { changes } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

/** One component at one place of one stage, and how it is measured there. */
export interface Judged {
  stage: StagePlan;
  component: PlannedComponent;
  place: string;
  metrics: StagePlan['analysis'];
  /** How long the analysis lasts, in milliseconds; a fresh one lasts as long. */
  durationMs: number;
  /** Measures and writes down what came of it. */
  measure: (durationMs: number) => Promise<AnalysisResult>;
}

type DoubtHold = HoldView & { doubt: DoubtView };

/**
 * What follows an analysis that did not pass and does not send the release back (semantics §6.4): it stays at its exposure, and
 * people continue, extend, or roll back. A source that comes back in time gets one fresh analysis. Returns once it may go on;
 * without an answer it goes back, or, where it cannot, more people are told. Never on by itself.
 */
export async function settleDoubt(run: ReleaseRun, judged: Judged, first: AnalysisResult): Promise<void> {
  const hold = holdFor(run, judged, first);
  let result = first;
  let isAsked = false;
  if (first.phase === 'error') {
    const fresh = await waitForSource(run, judged, hold);
    if (fresh === 'passed') return goOn(run, judged, hold);
    result = fresh ?? first;
  }
  for (;;) {
    if (!run.view.holds.includes(hold)) break; // continued, or resumed
    if (hold.doubt.extendByMs === undefined) {
      if (result.phase === 'failed' && judged.stage.autoRollback) {
        drop(run, hold);
        return goBackByItself(run, judged.stage, failedStop(result));
      }
      ask(run, judged, hold, { result, isAgain: isAsked });
      isAsked = true;
      await untilAnswered(run, judged, hold);
      continue;
    }
    const byMs = hold.doubt.extendByMs;
    const extended = await measureAgain(run, judged, hold, byMs);
    if (extended?.phase === 'passed') return goOn(run, judged, hold);
    result = extended ?? result;
  }
  await untilNotHeld(run);
}

export const failedStop = (result: AnalysisResult) => ({
  kind: 'rollBack' as const,
  because: `analysis failed: ${result.because}`,
  measuredAt: result.endedAt,
});

/** The hold that the doubt is answered at. */
function holdFor(run: ReleaseRun, { component, place }: Judged, result: AnalysisResult): DoubtHold {
  run.hold({
    by: 'gantry',
    reason: `analysis is ${result.phase}: ${result.because}`,
    kind: 'analysis',
    doubt: {
      service: component.service,
      place,
      phase: result.phase === 'passed' ? 'inconclusive' : result.phase,
      who: peopleAsked(run),
    },
  });
  return run.view.holds.at(-1) as DoubtHold;
}

const peopleAsked = (run: ReleaseRun): string[] => [...new Set([...run.audience, ...run.plan.onCall])];

/** A source that is away: its owner is told, and once it is back within its time there is one fresh analysis. */
async function waitForSource(
  run: ReleaseRun,
  judged: Judged,
  hold: DoubtHold,
): Promise<AnalysisResult | 'passed' | undefined> {
  const { stage, component, place } = judged;
  const withinMs = stage.doubt?.sourceBackMs ?? 0;
  hold.doubt.againUntil = new Date(Date.now() + withinMs).toISOString();
  run.tell(
    'analysis.awaitsSource',
    component.service,
    `${component.service} ${component.version} in ${stage.environment}, ${place}, stays where it is: metrics give no answer. They are asked again ${instantText(hold.doubt.againUntil)} at the latest.`,
  );
  run.notify({
    occasion: `source/${stage.environment}/${component.service}/${place}/${run.view.seq}`,
    kind: 'held',
    to: run.audience,
    environment: stage.environment,
    sentence: `${run.title} is held in ${stage.environment}: ${withStop(hold.reason)} When the source is back within ${formatDuration(withinMs)}, it is measured again; else you are asked.`,
  });
  const summary = `wait for the metric sources of ${component.service} in ${stage.environment}`;
  const answer = await unlessAnswered(run, hold, () =>
    changes(Math.ceil(withinMs / 60_000) + 15).awaitSources.executeWithOptions({ summary }, [
      {
        releaseId: run.view.id,
        environment: stage.environment,
        component,
        at: place,
        weight: exposureOf(run, judged),
        metrics: judged.metrics,
        policyDigest: run.order.policyDigest,
        withinMs,
      },
    ]),
  );
  delete hold.doubt.againUntil;
  if (answer === undefined) return undefined;
  if ('error' in answer || !answer.value.isBack) {
    const because = 'error' in answer ? causeOf(answer.error).because : answer.value.because;
    return {
      phase: 'inconclusive',
      because: `metrics gave no answer for ${formatDuration(withinMs)}: ${because}`,
      metrics: [],
      endedAt: run.now,
    };
  }
  const fresh = await measureAgain(run, judged, hold, judged.durationMs);
  if (fresh === undefined) return undefined;
  if (fresh.phase === 'passed') return 'passed';
  // one fresh analysis and no more: a source that is away again is asked people about
  return fresh.phase === 'error' ? { ...fresh, phase: 'inconclusive' } : fresh;
}

/** A further analysis at the same place; undefined where people answered meanwhile. */
async function measureAgain(
  run: ReleaseRun,
  judged: Judged,
  hold: DoubtHold,
  durationMs: number,
): Promise<AnalysisResult | undefined> {
  delete hold.doubt.extendByMs;
  delete hold.until;
  hold.doubt.againUntil = new Date(Date.now() + durationMs).toISOString();
  run.refresh();
  const answer = await unlessAnswered(run, hold, () => judged.measure(durationMs));
  delete hold.doubt.againUntil;
  if (answer === undefined) return undefined;
  if ('error' in answer) throw answer.error;
  return answer.value;
}

/** Passed after all: the hold ends by itself. */
async function goOn(run: ReleaseRun, { component, stage, place }: Judged, hold: DoubtHold): Promise<void> {
  drop(run, hold);
  run.tell(
    'hold.lifted',
    run.title,
    `${component.service} ${component.version} in ${stage.environment}, ${place}: a further analysis passed, so it goes on.`,
  );
  await untilNotHeld(run);
}

/** Whoever takes it away waits in its place and says what follows, so it is no lifting of a hold by others. */
function drop(run: ReleaseRun, hold: DoubtHold): void {
  const index = run.view.holds.indexOf(hold);
  if (index >= 0) run.view.holds.splice(index, 1);
}

/** Tells people what they can do, until when, and what comes without an answer. */
function ask(
  run: ReleaseRun,
  judged: Judged,
  hold: DoubtHold,
  { result, isAgain }: { result: AnalysisResult; isAgain: boolean },
): void {
  const { stage, component, place } = judged;
  const withinMs = stage.doubt?.answerMs ?? 0;
  hold.doubt.phase = result.phase === 'passed' ? 'inconclusive' : result.phase;
  hold.reason = `analysis is ${result.phase}: ${result.because}`;
  const deadline = new Date(Date.now() + withinMs).toISOString();
  hold.doubt.answerBy = deadline;
  if (goesBack(run, judged, hold)) hold.until = deadline;
  else delete hold.until;
  const silence =
    hold.until === undefined
      ? `It stays at ${exposureOf(run, judged)} % until somebody answers.`
      : `Without an answer within ${formatDuration(withinMs)} it ${run.compensations.isBegun ? 'is rolled back' : 'ends'}.`;
  run.tell(
    'analysis.asked',
    component.service,
    `${component.service} ${component.version} in ${stage.environment}, ${place}: analysis is ${result.phase}${isAgain ? ' again' : ''}. People are asked to continue, to extend its analysis or to ${waysToEnd(run.view)[0]}: ${hold.doubt.who.join(', ') || 'nobody is known'}. ${silence}`,
    { facts: { environment: stage.environment, place, phase: result.phase, asked: hold.doubt.who } },
  );
  run.notify({
    occasion: `held/${stage.environment}/${component.service}/${place}/${run.view.seq}`,
    kind: 'held',
    to: hold.doubt.who,
    environment: stage.environment,
    sentence: `${run.title} is held in ${stage.environment}: analysis is ${result.phase}. ${withStop(result.because)} ${silence}`,
    facts: { analysis: 'asked' },
  });
}

/** What failed stays where the policy takes nothing back by itself; the rest goes back, where there is a way. */
const goesBack = (run: ReleaseRun, judged: Judged, { doubt }: DoubtHold): boolean =>
  doubt.phase !== 'failed' && wayBackOfDoubt(run, judged.stage) === undefined;

/** Waits for an answer: the hold is gone, or it is to be extended. When nobody answers, back, or louder. */
async function untilAnswered(run: ReleaseRun, judged: Judged, hold: DoubtHold): Promise<void> {
  while (!isAnswered(run, hold)) {
    run.leaveIfStopped();
    const round = run.revision;
    const by = hold.doubt.answerBy;
    const deadline = by === undefined ? undefined : Date.parse(by);
    if (deadline !== undefined && Date.now() >= deadline) {
      if (goesBack(run, judged, hold))
        throw new Stop({ kind: 'rollBack', because: `${withStop(hold.reason)} Nobody answered in time.` });
      escalate(run, judged, hold);
      continue;
    }
    await run.change(
      round,
      deadline,
      hold.until === undefined ? 'hold, then tell more' : 'hold, then roll back',
    );
  }
}

/** Nobody answered and it cannot go back by itself: it stays, and everybody who might help is told, once. */
function escalate(run: ReleaseRun, judged: Judged, hold: DoubtHold): void {
  const { stage, component, place } = judged;
  delete hold.until;
  delete hold.doubt.answerBy;
  const why =
    hold.doubt.phase === 'failed'
      ? 'The policy takes nothing back by itself here.'
      : (wayBackOfDoubt(run, stage) ?? '');
  const to = [...new Set([...run.plan.onCall, ...run.audience, ...(run.plan.owners ?? [])])];
  hold.doubt.who = [...new Set([...hold.doubt.who, ...to])];
  const sentence = `${run.title} needs a person in ${stage.environment}: ${withStop(hold.reason)} Nobody has answered. ${why} It stays at ${exposureOf(run, judged)} %.`;
  run.tell('analysis.escalated', component.service, sentence, {
    facts: { environment: stage.environment, place, told: to },
  });
  run.notify({
    occasion: `unanswered/${stage.environment}/${component.service}/${place}/${run.view.seq}`,
    kind: 'needsPerson',
    to,
    environment: stage.environment,
    sentence,
  });
}

const isAnswered = (run: ReleaseRun, hold: DoubtHold): boolean =>
  !run.view.holds.includes(hold) || hold.doubt.extendByMs !== undefined;

/** Does work while the hold stands. An answer of people ends it, and what was begun is waited for. */
async function unlessAnswered<T>(
  run: ReleaseRun,
  hold: DoubtHold,
  work: () => Promise<T>,
): Promise<{ value: T } | { error: unknown } | undefined> {
  const scope = new CancellationScope();
  let outcome: { value: T } | { error: unknown } | undefined;
  const job = scope.run(work).then(
    (value) => void (outcome = { value }),
    (error: unknown) => void (outcome = { error }),
  );
  try {
    await condition(() => outcome !== undefined || isAnswered(run, hold));
  } finally {
    scope.cancel();
    await job;
  }
  if (isAnswered(run, hold)) return undefined;
  if (outcome !== undefined && 'error' in outcome && isCancellation(outcome.error)) throw outcome.error;
  return outcome;
}

const exposureOf = (run: ReleaseRun, { stage, component }: Judged): number =>
  run.stageView(stage).rollout.find(({ service }) => service === component.service)?.exposure ?? 0;
