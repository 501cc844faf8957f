/** What one effect belongs to. `step` counts from 1; a further attempt at an undo that people asked for is a step of its own. */
export interface Operation {
  releaseId: string;
  environment: string;
  service: string;
  kind: 'apply' | 'undo' | 'rehearsalApply' | 'rehearsalUndo' | 'probe';
  step: number;
  /** Which rehearsal it belongs to, from 1; the second of a release does what the first did, so it needs keys of its own. */
  round?: number;
  /** Part of the environment, where it has parts. */
  target?: string;
}

/**
 * Key of one effect in the outside world: release, stage, component and step, never the attempt, so that a repeated attempt
 * joins the first (design §8). Its parts cannot hold a plus sign, so no two operations share a key.
 */
export const operationId = (of: Operation): string => {
  const { releaseId, environment, service, kind, step, round = 1, target } = of;
  const place = round === 1 ? step : `${round}.${step}`;
  return [releaseId, environment, service, kind, place, ...(target === undefined ? [] : [target])].join('+');
};

/**
 * How the ids of everything begin that must not go on behind an undo of a component: the steps of its rollout, and for the real
 * undo also what is left of a rehearsal, whose worker may have died half way.
 */
export const endedByUndo = (
  of: Pick<Operation, 'releaseId' | 'environment' | 'service'> & { isRehearsal?: boolean | undefined },
): string[] => {
  const { releaseId, environment, service, isRehearsal } = of;
  const kinds: Operation['kind'][] = isRehearsal
    ? ['rehearsalApply']
    : ['apply', 'rehearsalApply', 'rehearsalUndo'];
  return kinds.map((kind) => [releaseId, environment, service, kind, ''].join('+'));
};

/** Key of one component's deployment by a release into an environment. */
export const deploymentId = (of: Pick<Operation, 'releaseId' | 'environment' | 'service'>): string =>
  [of.releaseId, of.environment, of.service].join('+');
