import type { ActionClass } from '../calendar/model.ts';
import type { Intent } from './state.ts';

/** How a release counts where calendars and queues are asked; the first that matches (semantics §1.5). */
export function actionClassOf(o: {
  /** Mode of each component in the stage. */
  modes: readonly Intent[];
  /** What was asked for; left out where the mode alone says it. A newer version in an earlier stage makes no rollback of what nobody has asked as one. */
  intent?: Intent;
  /** Why it cannot wait, where somebody said so. */
  urgent?: string;
  /** Nobody asked for this action: an automatic rollback, or an automatic promotion. */
  isAutomatic: boolean;
}): ActionClass {
  const all = (mode: Intent): boolean => o.modes.length > 0 && o.modes.every((one) => one === mode);
  if (all('rollback') && (o.intent ?? 'rollback') === 'rollback')
    return o.isAutomatic ? 'automaticRollback' : 'rollback';
  if (o.urgent !== undefined) return 'hotfix';
  if (all('redeploy')) return 'config';
  return o.isAutomatic ? 'auto' : 'planned';
}

const ranks: Record<ActionClass, number> = {
  rollback: 0,
  automaticRollback: 0,
  hotfix: 1,
  planned: 2,
  config: 2,
  auto: 3,
};

/** Place of a class in an environment's queue: lower comes first (semantics §2, "Queue"). */
export const classRank = (actionClass: ActionClass): number => ranks[actionClass];
