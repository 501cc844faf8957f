import { withoutStop } from '../../domain/full-stop.ts';
import { isCancellation } from '@temporalio/workflow';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import {
  isCovered,
  judgeDrift,
  mayStart,
  type DriftFinding,
  type Reading,
} from '../../domain/rollout/drift.ts';
import { causeOf } from '../failures.ts';
import { untilNotHeld } from '../holding.ts';
import { operation } from '../operations.ts';
import { probeAt } from '../places.ts';
import type { ReleaseRun } from '../run.ts';
import { planOf } from '../way.ts';

/**
 * Looks before the first step whether what really runs is what the record says, where the policy asks for it. By the rule
 * `stop` a release goes on only where both agree for certain, or a person has looked and resumed it; then it is looked at
 * again, and whatever has come to differ since is shown anew.
 */
export async function probe(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const rule = stage.drift;
  if (rule === undefined) return;
  run.stageView(stage).state = 'deploying';
  run.enter('deploying');
  await untilNotHeld(run);
  for (let accepted: DriftFinding[] = []; ;) {
    const findings = await lookAtAll(run, stage);
    run.leaveIfStopped();
    run.stageView(stage).drift = { at: run.now, findings };
    const { isAllowed, because } = mayStart(rule, findings);
    const facts = { rule, findings };
    const isOff = findings.some(({ kind }) => kind !== 'same');
    run.tell(isOff ? 'drift.found' : 'drift.looked', stage.environment, `${stage.environment}: ${because}`, {
      facts,
    });
    if (isAllowed || isCovered(accepted, findings)) return;
    accepted = findings;
    hold(run, stage, because);
    await untilNotHeld(run);
  }
}

function hold(run: ReleaseRun, stage: StagePlan, because: string): void {
  run.hold({
    by: 'gantry',
    kind: 'drift',
    reason: `what runs in ${stage.environment} is not for certain what the record says: ${because} Look at it; then resume it to start all the same, or abort it.`,
  });
  run.notify({
    occasion: `drift/${stage.environment}/${run.view.seq}`,
    kind: 'held',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is held before its first step in ${stage.environment}: ${because}`,
  });
}

/** Every component, and of a rollout in batches every target of it. */
function lookAtAll(run: ReleaseRun, stage: StagePlan): Promise<DriftFinding[]> {
  const targets = planOf(stage).steps.flatMap((step) => step.targets ?? []);
  const places = targets.length > 0 ? targets : [undefined];
  return Promise.all(
    stage.components.flatMap((component) =>
      places.map(async (target) => {
        const name = target === undefined ? component.service : `${component.service} on ${target}`;
        return judgeDrift(name, recordedOf(component), await look(run, stage, component, target));
      }),
    ),
  );
}

const recordedOf = ({ previousVersion, previousDigest }: PlannedComponent) => ({
  ...(previousVersion === undefined ? {} : { version: previousVersion }),
  ...(previousDigest === undefined ? {} : { digest: previousDigest }),
});

async function look(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  target: string | undefined,
): Promise<Reading> {
  const at = target === undefined ? {} : { target };
  const summary = `look what runs of ${component.service} in ${stage.environment}`;
  const { releaseId, environment, deploy, policyDigest, operationId } = operation(run, stage, component, {
    kind: 'probe',
    step: run.view.seq,
    weight: 0,
    summary,
    ...at,
  });
  try {
    return await probeAt(
      run,
      stage,
      { operationId, releaseId, environment, component, deploy, policyDigest, ...at },
      { summary },
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { kind: 'unknown', because: withoutStop(causeOf(error).because) };
  }
}
