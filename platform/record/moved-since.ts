import type { Db } from '../database/open.ts';
import type { ApprovalRequestRow } from './approvals.ts';
import { runsAt } from './running.ts';

/** One service that runs at another version now than when people were asked; absent versions: none ran, none runs. */
export interface MovedSince {
  service: string;
  before?: string;
  now?: string;
}

/**
 * What has come to run in the stage of an open request since it was planned: the door will find it stale, and have it planned anew
 * (trust §1.5.7), so whoever decides should know. Empty where nothing has moved, and for requests that are closed.
 */
export async function movedSince(
  db: Db,
  { state, stage, plan }: Pick<ApprovalRequestRow, 'state' | 'stage' | 'plan'>,
): Promise<MovedSince[]> {
  if (state !== 'open') return [];
  const moved: MovedSince[] = [];
  for (const { service, previousVersion: before } of plan.components) {
    const now = (await runsAt(db, stage, service))?.version;
    if (now === before) continue;
    moved.push({
      service,
      ...(before === undefined ? {} : { before }),
      ...(now === undefined ? {} : { now }),
    });
  }
  return moved;
}
