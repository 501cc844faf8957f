import { trainQuery, trainWorkflowId, type TrainView } from '../workflows/contract-train.ts';
import type { ApiDeps } from './deps.ts';

/**
 * How a train stands by its workflow; undefined where that has not begun, or does not answer, for whatever reason.
 * @param withinMs how long it is waited for, in milliseconds; left out: as long as for every question
 */
export async function trainNow(
  { engine }: Pick<ApiDeps, 'engine'>,
  train: string,
  withinMs?: number,
): Promise<TrainView | undefined> {
  // one whose code fails in the engine is no reason to show or steer none: the record tells the rest
  return engine.query(trainWorkflowId(train), trainQuery, withinMs).then(
    (view) => view as TrainView,
    () => undefined,
  );
}
