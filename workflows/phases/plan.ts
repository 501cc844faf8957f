import { isCancellation, sleep } from '@temporalio/workflow';
import type { CheckView, StageView } from '../../domain/release/release.ts';
import type { PlannedComponent, ReleasePlan, StagePlan } from '../../domain/release/plan.ts';
import { causeOf, isFinal, Stop } from '../failures.ts';
import { reads, record } from '../proxies.ts';
import { meetQuarantines } from '../quarantine.ts';
import { meetRegressions } from '../regression.ts';
import { assessAhead } from '../risk.ts';
import type { ReleaseRun } from '../run.ts';
import { openingRollout } from '../../domain/rollout/opening.ts';
import { planOf } from '../way.ts';

/** Finds out what this release means: stages, change list from Git, people concerned. Refused here, it has touched nothing. */
export async function plan(run: ReleaseRun): Promise<void> {
  run.recorder.tell('release.started', run.title, `${run.title} has started.`, {}, true);
  const found = await findOut(run);
  run.plan = found;
  run.view.components = found.components;
  run.view.changes = found.changes;
  if (found.owner) run.view.owner = found.owner;
  meetQuarantines(run, found.quarantines);
  run.view.stages = found.stages.map(openingStage);
  meetRegressions(run, found.regressions);
  if (found.refused)
    throw new Stop({ kind: 'refused', because: `${found.refused.because} ${found.refused.remedy}` });
  const [first] = found.stages;
  if (first) run.view.stage = first.environment;
  run.enter('planned');
  const way = found.stages.map((stage) => stage.environment).join(' → ');
  run.tell(
    'release.planned',
    run.title,
    `${run.title} goes to ${way} with ${found.changes.count} ${found.changes.count === 1 ? 'change' : 'changes'}.`,
    {
      facts: {
        policy: run.order.policyDigest,
        changes: found.changes.count,
        breaking: found.changes.breaking,
        subjects: Object.fromEntries(found.stages.map((stage) => [stage.environment, stage.subjectDigest])),
        commits: Object.fromEntries(
          found.components.map((component) => [
            component.service,
            component.commit ?? component.digest ?? component.version,
          ]),
        ),
      },
    },
  );
  await assessAhead(run);
}

/** How long a source may be away before the release is refused. */
const planWithinMs = 5 * 60_000;
/** Between two tries, in milliseconds: longer each time, up to the last. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const;

/** No release could read ranges of versions once: what was declared to be compatible with an irreversible migration opened no way back. */
function asRead(run: ReleaseRun, plan: ReleasePlan): ReleasePlan {
  const isRanged = ({ migrations }: PlannedComponent): boolean =>
    migrations?.kind === 'irreversible' && migrations.compatible.length > 0;
  const isAny = plan.stages.some(({ components }) => components.some(isRanged));
  if (!isAny || run.isMended('reads-ranges-of-versions')) return plan;
  const unread = (one: PlannedComponent): PlannedComponent =>
    one.migrations && isRanged(one) ? { ...one, migrations: { ...one.migrations, isFinal: true } } : one;
  const stages = plan.stages.map((stage) => ({ ...stage, components: stage.components.map(unread) }));
  return { ...plan, stages };
}

/** A plan that cannot be made, after minutes of trying, is a refusal with its reason: nothing has been touched. */
export async function findOut(run: ReleaseRun): Promise<ReleasePlan> {
  const deadline = Date.now() + planWithinMs;
  const summary = `plan ${run.title}`;
  for (let tried = 0; ; tried += 1) {
    try {
      if (run.order.readsGit === false)
        return asRead(run, await run.recorder.alone(() => record.planRelease(run.order)));
      const options = run.version >= 2 ? { summary, retry: { maximumAttempts: 1 } } : { summary };
      return asRead(run, await reads.planRelease.executeWithOptions(options, [run.order]));
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { because } = causeOf(error);
      const isOver = run.version < 2 || isFinal(error) || Date.now() >= deadline;
      if (isOver || !run.isMended('a-plan-that-waits-says-why'))
        throw new Stop({ kind: 'refused', because: `it could not be planned: ${because}` });
      tellWhy(run, because, tried);
      await sleep(pausesMs[tried] ?? 30_000, { summary: `then plan ${run.title} again` });
      run.leaveIfStopped();
    }
  }
}

/** Told once for each reason: nobody should wonder for minutes why nothing happens. */
function tellWhy(run: ReleaseRun, because: string, tried: number): void {
  const sentence = `${run.title} cannot be planned yet: ${because}`;
  if (tried > 0 && run.view.headline.startsWith(sentence)) return;
  run.recorder.tell('release.waiting', run.title, sentence);
  run.view.headline = `${sentence} It is tried again for five minutes.`;
  run.recorder.hurry();
}

/** A stage before anything has happened in it. */
export function openingStage(stage: StagePlan): StageView {
  return {
    environment: stage.environment,
    state: 'pending',
    checks: stage.components.flatMap((component) =>
      stage.checks.map((check) => ({
        id: check.id,
        service: component.service,
        outcome: 'pending' as const,
        required: check.required,
        summary: check.kind === 'rehearsal' ? 'runs before the first step' : 'has not run yet',
        round: 0,
        ...howOf(check),
      })),
    ),
    verdicts: [],
    rollout: stage.components.map((component) => ({
      service: component.service,
      version: component.version,
      ...(component.previousVersion ? { previousVersion: component.previousVersion } : {}),
      mode: component.mode,
      ...openingRollout(planOf(stage)),
      exposure: 0,
      metrics: [],
    })),
    soak: [],
  };
}

const howOf = (check: StagePlan['checks'][number]): Pick<CheckView, 'how'> =>
  check.kind === 'rehearsal' ? { how: 'rehearsal' } : check.sample ? { how: 'sampled' } : {};
