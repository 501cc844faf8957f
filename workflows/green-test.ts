import { isCancellation } from '@temporalio/workflow';
import type { RunnableCheck } from '../domain/policy/check.schema.ts';
import { durationMs } from '../domain/policy/duration.ts';
import type { StepView } from '../domain/rollout/view.ts';
import { tryWord } from './apply-step.ts';
import { failForGood } from './back-by-itself.ts';
import { causeOf } from './failures.ts';
import { runCheckAt } from './places.ts';
import type { Way } from './way.ts';

/**
 * Tests the new version beside the one that runs, before traffic is switched to it. Anything but a pass sends it back: no
 * customer has met it yet, so there is nothing to be in doubt about.
 */
export async function testGreen(way: Way, step: StepView, check: RunnableCheck): Promise<void> {
  const { run, stage } = way;
  const sentence = await whyNotGreen(way, step, check);
  if (sentence === undefined) return;
  await failForGood(run, stage, { kind: 'failed', because: sentence });
}

/** Runs the test before a switch. Why traffic is not to be switched, in a sentence; undefined where it may be. */
export async function whyNotGreen(
  way: Way,
  step: StepView,
  check: RunnableCheck,
): Promise<string | undefined> {
  const { run, stage, component } = way;
  step.test = { outcome: 'running', summary: 'is running' };
  run.tell(
    'check.started',
    `check ${check.id}`,
    `${tryWord(way)}${check.id} runs against ${component.service} ${component.version} in ${stage.environment}, before the switch.`,
  );
  const answer = await ask(way, check);
  step.test = answer;
  const sentence = `${check.id} of ${component.service} ${component.version} in ${stage.environment}, before the switch: ${answer.outcome}, ${answer.summary}`;
  run.tell('check.finished', `check ${check.id}`, `${tryWord(way)}${sentence}`, {
    facts: { outcome: answer.outcome, ...(answer.resultId ? { result: answer.resultId } : {}) },
  });
  return answer.outcome === 'passed' || !check.required ? undefined : sentence;
}

/** A test is made once in each rehearsal and once more for real: a round has one result, and gives it back. */
const roundOf = ({ run, stage, component, rehearsal }: Way): number =>
  rehearsal ?? run.rehearsals.count(stage, component) + 1;

async function ask(way: Way, check: RunnableCheck): Promise<NonNullable<StepView['test']>> {
  const { run, stage, component } = way;
  const minutes = Math.ceil((durationMs(check.timeout) * check.attempts) / 60_000) + 2;
  const summary = `${tryWord(way)}test ${component.service} ${component.version} in ${stage.environment} with ${check.id}, before the switch`;
  try {
    const asked = {
      releaseId: run.view.id,
      environment: stage.environment,
      component,
      check,
      round: roundOf(way),
      policyDigest: run.order.policyDigest,
    };
    const result = await runCheckAt(run, stage, asked, { summary, minutes, patience: Infinity });
    return {
      outcome: result.outcome,
      summary: result.summary,
      ...(result.resultId ? { resultId: result.resultId } : {}),
    };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { outcome: 'error', summary: causeOf(error).because };
  }
}
