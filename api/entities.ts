import { departuresOf, listTrains, trainById } from '../platform/record/calendar/trains.ts';
import type { TrainState } from '../workflows/contract-train.ts';
import { trainWorkflowId } from '../workflows/contract-train.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/** Sees to it that the entities that the installation and its policy call for run. */
export async function ensureEntities(deps: ApiDeps): Promise<void> {
  await deps.engine.startCalendarWatch();
  await ensureTrains(deps);
}

/** Sees to it that every train of the policy has its workflow; one that runs already is left alone. */
async function ensureTrains(deps: ApiDeps): Promise<void> {
  for (const { definition } of await listTrains(deps.store.db)) await ensureTrain(deps, definition.id);
}

/**
 * The same for one train, which the policy must have.
 * @param withinMs milliseconds that are left for it; left out: as long as one call may take
 */
export async function ensureTrain(deps: ApiDeps, train: string, withinMs?: number): Promise<void> {
  const [last] = await departuresOf(deps.store.db, { train, limit: 1 });
  const isOver = last !== undefined && ['departed', 'skipped', 'failed'].includes(last.state);
  const state: TrainState = {
    train,
    number: last === undefined ? 0 : isOver ? last.number : last.number - 1,
    after: isOver ? last.scheduledAt : nowOf(deps).toISOString(),
    forgivenUpTo: (await trainById(deps.store.db, train))?.forgivenUpTo ?? 0,
    applied: [],
  };
  await deps.engine.startTrain({
    ...{ workflowId: trainWorkflowId(train), state },
    ...(withinMs === undefined ? {} : { withinMs }),
  });
}
