import type { Db } from '../database/open.ts';
import { requestById, type ApprovalRequestRow } from './approvals.ts';

/** As many times as one release can be asked about anew before somebody looks into it. */
const mostHops = 50;

/** The newest request that came in the place of this one, over all that came between; undefined where none did yet. */
export async function replacementOf(
  db: Db,
  request: ApprovalRequestRow,
): Promise<ApprovalRequestRow | undefined> {
  let newest: string | undefined;
  for (let here = request.id, hops = 0; hops < mostHops; hops += 1) {
    const next = await db
      .selectFrom('approval_requests')
      .select('id')
      .where('previous', '=', here)
      .orderBy('opened_at', 'desc')
      .orderBy('id')
      .executeTakeFirst();
    if (!next) break;
    here = newest = next.id;
  }
  return newest === undefined ? undefined : requestById(db, newest);
}
