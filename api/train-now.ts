import { GantryError } from '../platform/errors.ts';
import { trainQuery, trainWorkflowId, type TrainView } from '../workflows/contract-train.ts';
import type { ApiDeps } from './deps.ts';

/**
 * How a train stands by its workflow; undefined where that has not begun, or does not answer.
 * @param withinMs how long it is waited for, in milliseconds; left out: as long as for every question
 */
export async function trainNow(
  { engine }: Pick<ApiDeps, 'engine'>,
  train: string,
  withinMs?: number,
): Promise<TrainView | undefined> {
  try {
    return (await engine.query(trainWorkflowId(train), trainQuery, withinMs)) as TrainView;
  } catch (error) {
    if (error instanceof GantryError) return undefined;
    throw error;
  }
}
