import { sql } from 'kysely';
import type { RiskBand } from '../../domain/risk/model.ts';
import type { Db } from '../database/open.ts';

/** How many deployments of each band are over, and how many of them went wrong: whether the bands mean anything. */
export async function outcomesByBand(db: Db): Promise<{ band: RiskBand; n: number; failed: number }[]> {
  const { rows } = await sql<{ band: RiskBand; n: number; failed: number }>`
    select part->'risk'->>'band' as band, count(*)::int as n,
      count(*) filter (where deployments.status in ('rolledBack', 'failed'))::int as failed
    from deployments
    join releases on releases.id = deployments.release_id
    cross join lateral jsonb_array_elements(releases.view->'stages') as part
    where deployments.ended_at is not null
      and part->>'environment' = deployments.environment
      and part->'risk'->>'band' is not null
    group by 1`.execute(db);
  return rows;
}
