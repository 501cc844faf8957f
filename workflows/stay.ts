import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { metricsDuring } from '../domain/analysis/places.ts';
import { formatDuration } from '../domain/policy/duration.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { StepView } from '../domain/rollout/view.ts';
import { isUnpaused } from '../domain/rollout/skip.ts';
import { shareWord, stepName } from '../domain/rollout/where.ts';
import { judge } from './analysis.ts';
import type { Way } from './way.ts';

/** How long a pause without an end is measured at most; a person has gone on long before. */
const measuredMs = 24 * 60 * 60_000;

/** Whether anything is waited for after a step. */
export const staysAt = (way: Way, index: number): boolean =>
  metricsAt(way, index).length > 0 || way.plan.steps[index]?.hold !== 0;

/** What is measured while this step holds. */
const metricsAt = ({ stage, plan }: Way, index: number): StagePlan['analysis'] =>
  metricsDuring(stage.analysis, 'steps', plan.steps[index]?.weight ?? 100);

/** The pause after a step: measured where there are metrics, else waited for. The last step's health is judged while it soaks. */
export async function stayAt(way: Way, index: number): Promise<void> {
  const { stage, plan, rollout } = way;
  const step = rollout.steps[index];
  const hold = plan.steps[index]?.hold ?? 0;
  if (!step) return;
  const isMeasured = metricsAt(way, index).length > 0 && (hold !== 0 || index < plan.steps.length - 1);
  const isUnkept = isUnpaused(rollout, index);
  if (isUnkept || hold === 0) {
    if (isMeasured && (!isUnkept || heedsVerdicts(way))) await measure(way, index, { durationMs: 0 });
    return;
  }
  if (!stage.rollout && hold !== 'manual') {
    // releases from before a pause could be skipped
    if (isMeasured) await measure(way, index, { durationMs: hold });
    else await sleep(hold, { summary: holdWords(way, hold) });
    return;
  }
  await stayUntilSkipped(way, { index, step, hold, isMeasured });
}

interface Stay {
  index: number;
  step: StepView;
  hold: number | 'manual';
  isMeasured: boolean;
}

async function stayUntilSkipped(way: Way, { index, step, hold, isMeasured }: Stay): Promise<void> {
  const { run } = way;
  step.until = hold === 'manual' ? 'manual' : new Date(Date.now() + hold).toISOString();
  if (hold === 'manual') askToGoOn(way, step);
  else run.refresh();
  const isSkipped = (): boolean => step.skipped !== undefined;
  const since = run.now;
  let isCutShort = false;
  try {
    if (isMeasured)
      isCutShort = await unless(isSkipped, () =>
        measure(way, index, { durationMs: hold === 'manual' ? measuredMs : hold }),
      );
    else if (hold !== 'manual') await condition(isSkipped, hold, { summary: holdWords(way, hold) });
    if (hold === 'manual') await condition(isSkipped);
  } finally {
    delete step.until;
  }
  if (isCutShort && heedsVerdicts(way)) await measure(way, index, { durationMs: 0, since });
}

/** Whoever skips a pause skips time: what was measured until then is judged all the same (semantics §6, "the next step needs"). */
const heedsVerdicts = ({ run }: Way): boolean => run.isMended('a-skip-passes-over-no-verdict');

const measure = async (
  way: Way,
  index: number,
  times: { durationMs: number; since?: string },
): Promise<void> =>
  judge(way.run, way.stage, way.component, {
    place: `step ${index + 1}`,
    ...times,
    metrics: metricsAt(way, index),
  });

const holdWords = ({ component, rollout }: Way, hold: number): string =>
  `hold ${component.service} at ${rollout.exposure} % for ${formatDuration(hold)}`;

/** Nothing goes on by itself here: whoever may let it go on is told. */
function askToGoOn({ run, stage, component, rollout }: Way, step: StepView): void {
  const at = step.action
    ? `is ready for the next step after “${stepName(step)}”`
    : `has ${rollout.exposure} % ${shareWord(rollout)}`;
  const sentence = `${component.service} ${component.version} ${at} in ${stage.environment} and waits until a person goes on.`;
  run.tell('step.held', component.service, sentence);
  run.notify({
    occasion: `goOn/${component.service}/${stage.environment}/${rollout.steps.indexOf(step)}`,
    kind: 'held',
    to: run.audience,
    environment: stage.environment,
    sentence: `${sentence} Let it go on with \`gantry release advance\` or on its page.`,
  });
}

/** Works until it is through or `isOver`: then the work is cancelled, and its end waited for. Answers whether it was cut short. */
async function unless(isOver: () => boolean, work: () => Promise<void>): Promise<boolean> {
  const scope = new CancellationScope();
  void scope
    .run(async () => {
      await condition(isOver);
      scope.cancel();
    })
    .catch(ignoreCancellation);
  try {
    await scope.run(work);
    return false;
  } catch (error) {
    if (!(isCancellation(error) && isOver())) throw error;
    return true;
  } finally {
    scope.cancel();
  }
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
