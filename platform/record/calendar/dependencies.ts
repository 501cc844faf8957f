import type { Selectable } from 'kysely';
import type { Dependency } from '../../../domain/calendar/model.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** What a release waits for, with what became of it. `number` is its place in the order's list, from 1. */
export interface DependencyRecord {
  releaseId: string;
  number: number;
  dependency: Dependency;
  state: 'open' | 'met' | 'failed' | 'dropped';
  /** Why it is met or failed, or who dropped it. */
  because?: string;
  updatedAt: string;
}

/** Writes what a release needs; what is written stays as it is. */
export async function writeDependencies(
  trx: Db,
  o: { releaseId: string; needs: readonly Dependency[]; at: string },
): Promise<void> {
  if (o.needs.length === 0) return;
  await trx
    .insertInto('release_dependencies')
    .values(
      o.needs.map((dependency, index) => ({
        release_id: o.releaseId,
        number: index + 1,
        dependency: JSON.stringify(dependency),
        kind: dependency.kind,
        service: dependency.kind === 'version' ? dependency.service : null,
        environment: dependency.kind === 'version' ? dependency.environment : null,
        other_release: dependency.kind === 'release' ? dependency.releaseId : null,
        state: 'open' as const,
        updated_at: o.at,
      })),
    )
    .onConflict((conflict) => conflict.columns(['release_id', 'number']).doNothing())
    .execute();
}

export async function dependenciesOf(db: Db, releaseId: string): Promise<DependencyRecord[]> {
  const rows = await db
    .selectFrom('release_dependencies')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('number')
    .execute();
  return rows.map(dependencyOf);
}

/**
 * Notes what became of a dependency; answers whether that is news. A dropped one stays dropped, and one that was met may
 * fail later (semantics §2, C8).
 */
export async function settleDependency(
  trx: Db,
  o: {
    releaseId: string;
    number: number;
    state: Exclude<DependencyRecord['state'], 'open'>;
    because: string;
    at: string;
  },
): Promise<boolean> {
  const settled = await trx
    .updateTable('release_dependencies')
    .set({ state: o.state, because: o.because, updated_at: o.at })
    .where('release_id', '=', o.releaseId)
    .where('number', '=', o.number)
    .where('state', '!=', 'dropped')
    .where('state', '!=', o.state)
    .executeTakeFirst();
  return settled.numUpdatedRows > 0n;
}

const dependencyOf = (row: Selectable<Database['release_dependencies']>): DependencyRecord => ({
  releaseId: row.release_id,
  number: row.number,
  dependency: row.dependency,
  state: row.state,
  ...(row.because === null ? {} : { because: row.because }),
  updatedAt: row.updated_at.toISOString(),
});
