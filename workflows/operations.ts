import type { DeploymentChange, OperationInput } from '../activities/contract.ts';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import { deploymentId, operationId, type Operation } from '../domain/release/operation-id.ts';
import type { ReleaseRun } from './run.ts';
import { planOf } from './way.ts';

interface OperationOf {
  kind: Operation['kind'];
  step: number;
  round?: number;
  weight: number;
  summary: string;
  target?: string;
  action?: OperationInput['action'];
}

/** What a deployer is asked to do. Its id is made of release, stage, component and step, never of the attempt. */
export function operation(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  of: OperationOf,
): OperationInput {
  return {
    operationId: operationId({
      releaseId: run.view.id,
      environment: stage.environment,
      service: component.service,
      kind: of.kind,
      step: of.step,
      ...(of.round === undefined ? {} : { round: of.round }),
      ...targetOf(of),
    }),
    releaseId: run.view.id,
    environment: stage.environment,
    component: of.kind === 'undo' || of.kind === 'rehearsalUndo' ? goingBack(component) : component,
    deploy: stage.deploy,
    weight: of.weight,
    step: of.step,
    steps: planOf(stage).steps.length,
    policyDigest: run.order.policyDigest,
    requestedBy: run.order.requestedBy,
    summary: of.summary,
    ...targetOf(of),
    ...(of.action === undefined ? {} : { action: of.action }),
    ...(of.kind === 'rehearsalApply' || of.kind === 'rehearsalUndo' ? { isRehearsal: true as const } : {}),
  };
}

const targetOf = ({ target }: OperationOf): { target?: string } => (target === undefined ? {} : { target });

/** The component as an undo must know it: what it brings back is not always what ran before. */
export function goingBack(component: PlannedComponent): PlannedComponent {
  const { backTo } = component;
  if (!backTo) return component;
  const back: PlannedComponent = { ...component, previousVersion: backTo.version };
  if (backTo.digest === undefined) delete back.previousDigest;
  else back.previousDigest = backTo.digest;
  return back;
}

/** A change of what runs where, for the read model. */
export function deploymentChange(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  status: DeploymentChange['status'],
  exposure: number,
): DeploymentChange {
  return {
    id: deploymentId({
      releaseId: run.view.id,
      environment: stage.environment,
      service: component.service,
    }),
    environment: stage.environment,
    service: component.service,
    version: component.version,
    ...(component.digest ? { digest: component.digest } : {}),
    ...(component.commit ? { commit: component.commit } : {}),
    ...previousOf(status === 'rolledBack' ? goingBack(component) : component),
    mode: component.mode,
    status,
    exposure,
    ...(stage.watch ? { followMs: stage.watch.forMs } : {}),
    at: run.now,
  };
}

const previousOf = ({ previousVersion }: PlannedComponent): Pick<DeploymentChange, 'previousVersion'> =>
  previousVersion ? { previousVersion } : {};
