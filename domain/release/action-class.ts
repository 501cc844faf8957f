import type { ActionClass } from '../calendar/model.ts';
import type { ReleaseView, RolloutView } from './release.ts';
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

/** Whether nobody asks for what it does: a departure comes by the rhythm of its train, and what a watch takes back it takes back by itself. */
const isAutomatic = ({
  train,
  remediates,
  requestedBy,
}: Pick<ReleaseView, 'train' | 'remediates' | 'requestedBy'>): boolean =>
  train !== undefined || (remediates !== undefined && requestedBy.kind === 'system');

/** How a release counts in a stage, by what it shows: as in its workflow the modes decide. While they are not known, nothing goes back. */
export const classInStage = (
  view: Pick<ReleaseView, 'intent' | 'urgent' | 'train' | 'remediates' | 'requestedBy'>,
  { rollout }: { rollout: readonly Pick<RolloutView, 'mode'>[] },
): ActionClass =>
  actionClassOf({
    modes: rollout.map(({ mode }) => mode),
    intent: view.intent,
    ...(view.urgent === undefined ? {} : { urgent: view.urgent }),
    isAutomatic: isAutomatic(view),
  });

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
