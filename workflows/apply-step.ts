import { isCancellation } from '@temporalio/workflow';
import type { OperationResult } from '../activities/contract.ts';
import { isOverLimit } from '../domain/rollout/targets.ts';
import { causeOf } from './failures.ts';
import { move } from './move-target.ts';
import { operation } from './operations.ts';
import { operate, stepMinutes } from './places.ts';
import type { Way } from './way.ts';

/** What people read before a sentence about something that is only tried out. */
export const tryWord = ({ rehearsal }: Pick<Way, 'rehearsal'>): string =>
  rehearsal === undefined ? '' : 'rehearsal: ';

/** Does what a step is about: one operation, or one on each of its targets side by side. */
export async function applyStep(way: Way, index: number): Promise<OperationResult> {
  const targets = way.plan.steps[index]?.targets;
  return targets ? applyToTargets(way, index, targets) : applyOnce(way, index, { step: index + 1 });
}

async function applyOnce(
  way: Way,
  index: number,
  of: { step: number; target?: string },
): Promise<OperationResult> {
  const { run, stage, component, plan } = way;
  const settings = plan.steps[index];
  const share = settings?.share ?? 100;
  const what = of.target ?? settings?.action ?? `${share} %`;
  const summary = `${tryWord(way)}deploy ${component.service} ${component.version} to ${stage.environment}, step ${index + 1} of ${plan.steps.length} (${what})`;
  const input = operation(run, stage, component, {
    kind: way.rehearsal === undefined ? 'apply' : 'rehearsalApply',
    ...(way.rehearsal === undefined ? {} : { round: way.rehearsal }),
    step: of.step,
    weight: share,
    summary,
    ...(of.target === undefined ? {} : { target: of.target }),
    ...(settings?.action === undefined ? {} : { action: settings.action }),
  });
  try {
    return await operate(run, stage, 'apply', input, { summary, minutes: stepMinutes(stage) });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { outcome: 'unknown', because: causeOf(error).because };
  }
}

/** The outcome of a wave: failed once too many targets have failed, unknown where nobody knows of one, else done. */
async function applyToTargets(way: Way, index: number, names: readonly string[]): Promise<OperationResult> {
  const { run, rollout, plan, component } = way;
  const known = rollout.targets ?? [];
  const wave = known.filter(({ name }) => names.includes(name));
  for (const target of wave) move(target, 'applying', run.now);
  const first = plan.steps[index]?.first ?? 1;
  const ends = await Promise.allSettled(
    wave.map(async (target, place) => {
      const result = await applyOnce(way, index, { step: first + place, target: target.name });
      move(target, result.outcome, run.now, result.outcome === 'done' ? undefined : result.because);
      if (result.outcome === 'failed')
        run.tell(
          'step.failed',
          component.service,
          `${tryWord(way)}${component.service} ${component.version} on ${target.name}: ${result.because}`,
          { facts: { target: target.name, ...(result.resultId ? { result: result.resultId } : {}) } },
        );
      return { name: target.name, ...result };
    }),
  );
  const cancelled = ends.find((end) => end.status === 'rejected');
  if (cancelled) throw cancelled.reason; // only now: nothing of this wave runs any more, so it can be undone
  const results = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  return outcomeOf(results, isOverLimit(known, plan.maxFailures ?? 1));
}

function outcomeOf(
  results: readonly (OperationResult & { name: string })[],
  isOver: boolean,
): OperationResult {
  const bad = results.filter(({ outcome }) => outcome !== 'done');
  const because = bad.map((one) => `${one.name}: ${one.because}`).join('; ') || 'done';
  if (isOver)
    return {
      outcome: 'failed',
      because,
      ...(results.every(({ notStarted }) => notStarted) ? { notStarted: true as const } : {}),
    };
  const isUnknown = results.some(({ outcome }) => outcome === 'unknown');
  return { outcome: isUnknown ? 'unknown' : 'done', because };
}
