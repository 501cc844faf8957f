import { sql } from 'kysely';
import { quarantinedName, type Quarantine } from '../../../domain/gates/quarantine/evaluate.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { addWakes } from '../calendar/wakes.ts';
import { openReleasesWith } from '../open-releases.ts';
import { knownBuilds } from './known-builds.ts';
import { oneAtATime, quarantineById } from './quarantines.ts';

/**
 * Adds to bans that a process of an older version has set which builds they are on, as of when they were set, so that another name for one of
 * them is banned, too. Releases of other versions of that service hear of it: one of them may be that build. The log says nothing new, for
 * nobody has banned more. Answers the ids; none where nothing is to be done.
 */
export async function completeBans(db: Db): Promise<string[]> {
  const without = await db.selectFrom('quarantines').select('id').where('builds', 'is', null).execute();
  const completed: string[] = [];
  for (const { id } of without) if (await complete(db, id)) completed.push(id);
  return completed;
}

const complete = async (db: Db, id: string): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    await oneAtATime(trx); // another process may be first, or lift it at this moment
    const ban = await quarantineById(trx, id);
    if (!ban) return false;
    const builds = await knownBuilds(trx, ban, new Date(ban.at));
    const row = await trx
      .updateTable('quarantines')
      .set({ builds: JSON.stringify(builds), revision: sql<number>`revision + 1` })
      .where('id', '=', id)
      .where('builds', 'is', null)
      .returning('revision')
      .executeTakeFirst();
    if (!row) return false;
    if (ban.liftedAt === undefined && builds.length > 0) await tellOthers(trx, { ...ban, builds }, row);
    return true;
  });

/** Releases of the banned name have heard of it when it was set. */
async function tellOthers(
  trx: Db,
  quarantine: Quarantine,
  { revision }: { revision: number },
): Promise<void> {
  const { service = '', version = '', reason } = quarantine;
  const name = quarantinedName(quarantine);
  await addWakes(trx, {
    waiting: await openReleasesWith(trx, (where) =>
      where.and([
        where('release_components.service', '=', service),
        where('release_components.version', '!=', version),
      ]),
    ),
    cause: `The builds of ${name} are known by now, which is quarantined: ${reason}`,
    revision,
    about: { quarantine, revision, isLifted: false },
  });
}
