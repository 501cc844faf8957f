import type { Db } from '../database/open.ts';

/** Number of the newest entry of a release; 0 where there is none. */
export async function timelineHead(db: Db, releaseId: string): Promise<number> {
  const head = await db
    .selectFrom('chain_heads')
    .select('seq')
    .where('scope', '=', releaseId)
    .executeTakeFirst();
  return head?.seq ?? 0;
}
