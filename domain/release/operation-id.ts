/** What one effect belongs to. `step` counts from 1; a further attempt at an undo that people asked for is a step of its own. */
export interface Operation {
  releaseId: string;
  environment: string;
  service: string;
  kind: 'apply' | 'undo' | 'rehearsalApply' | 'rehearsalUndo' | 'probe';
  step: number;
  /** Part of the environment, where it has parts. */
  target?: string;
}

/**
 * Key of one effect in the outside world: release, stage, component and step, never the attempt, so that a repeated attempt
 * joins the first (design §8). Its parts cannot hold a plus sign, so no two operations share a key.
 */
export const operationId = ({ releaseId, environment, service, kind, step, target }: Operation): string =>
  [releaseId, environment, service, kind, step, ...(target === undefined ? [] : [target])].join('+');
