import { withoutStop } from '../domain/full-stop.ts';
import { isCancellation } from '@temporalio/workflow';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { canProbe, judgeByHand, type HandFinding } from '../domain/rollout/by-hand.ts';
import type { Reading } from '../domain/rollout/drift.ts';
import { isTouched } from '../domain/rollout/targets.ts';
import { causeOf } from './failures.ts';
import { move } from './move-target.ts';
import { goingBack, operation } from './operations.ts';
import { probeAt } from './places.ts';
import type { ReleaseRun } from './run.ts';

/** Whose undo is said to have been done by hand. */
interface ByHand {
  stage: StagePlan;
  component: PlannedComponent;
  rollout: RolloutView;
  /** Places of which a person has heard that nobody can tell. */
  doubts: Set<string>;
}

/** What looking has shown: every sentence, and whether all of it lets the undoing go on. */
export interface Looked {
  isDone: boolean;
  because: string;
}

/** A component that cannot be looked at is believed, as in histories from before anybody looked: nothing is asked of it. */
export const isLookedAt = (run: ReleaseRun, { deploy }: StagePlan): boolean =>
  canProbe(deploy) && run.isMended('looks-at-what-was-done-by-hand');

/** Looks at every place that was not brought back. Targets that are back are settled, so that a retry leaves them alone. */
export async function lookByHand(run: ReleaseRun, one: ByHand): Promise<Looked> {
  const { component, rollout, doubts } = one;
  const { previousVersion, previousDigest } = goingBack(component);
  const should = {
    ...(previousVersion === undefined ? {} : { version: previousVersion }),
    ...(previousDigest === undefined ? {} : { digest: previousDigest }),
  };
  const places = rollout.targets?.filter(isTouched) ?? [undefined];
  const findings = await Promise.all(
    places.map(async (target) => {
      const place = target === undefined ? component.service : `${component.service} on ${target.name}`;
      const finding = judgeByHand(place, should, await look(run, one, target?.name), doubts);
      if (finding.kind === 'doubted') doubts.add(place);
      if (target && isBack(finding)) move(target, 'doneByHand', run.now);
      if (target && !isBack(finding)) move(target, 'undoFailed', run.now, finding.because);
      return finding;
    }),
  );
  const open = findings.filter((finding) => !isBack(finding));
  const said = open.length > 0 ? open : findings;
  return { isDone: open.length === 0, because: said.map(({ because }) => because).join(' ') };
}

const isBack = ({ kind }: HandFinding): boolean => kind === 'confirmed' || kind === 'believed';

/** A runner is offered the look once: where none takes it, nobody can tell, and the person decides. */
async function look(
  run: ReleaseRun,
  { stage, component }: ByHand,
  target: string | undefined,
): Promise<Reading> {
  const summary = `look whether ${component.service} in ${stage.environment} was brought back by hand`;
  const input = operation(run, stage, component, {
    ...{ kind: 'probe', step: run.view.seq, weight: 0, summary },
    ...(target === undefined ? {} : { target }),
  });
  const { operationId, releaseId, environment, deploy, policyDigest } = input;
  const at = target === undefined ? {} : { target };
  try {
    return await probeAt(
      run,
      stage,
      { operationId, releaseId, environment, component, deploy, policyDigest, ...at },
      { summary, patience: 1 },
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    delete run.stageView(stage).missingRunner; // from now on it waits for a person alone
    return { kind: 'unknown', because: withoutStop(causeOf(error).because) };
  }
}
