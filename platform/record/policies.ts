import { sql } from 'kysely';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Actor } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { appendEvents } from './append.ts';
import { syncPolicyCalendar } from './calendar/sync-policy.ts';
import { currentPolicy } from './stored-policies.ts';
import { makerOfToken } from './tokens.ts';

export { currentPolicy, policyByDigest, type StoredPolicy } from './stored-policies.ts';

/**
 * Puts a policy in force, with the event `policy.applied` that says what it changes, and makes the calendar what it says. The
 * policy that is in force already changes nothing, but for comments in its text and the folder it was read from. `trains`
 * are those whose definition is another now. Throws CALENDAR_RULE_EXISTS.
 */
export async function storePolicy(
  db: Db,
  p: {
    policy: Policy;
    text: string;
    digest: string;
    baseDir: string;
    by: Actor;
    editedBy?: string;
    /** Who made the token of who edited it, where that is known already; left out: of the token that it is applied with. */
    editTokenMaker?: string;
    sentences: string[];
  },
): Promise<{ changed: boolean; trains: string[] }> {
  return inTransaction(db, async (trx) => {
    // Two at once would each take the other's policy for the one before.
    await sql`select pg_advisory_xact_lock(hashtext('gantry/policy'))`.execute(trx);
    const last = await currentPolicy(trx);
    const before = last?.digest;
    const source = { text: p.text, base_dir: p.baseDir };
    await trx
      .insertInto('policies')
      .values({ digest: p.digest, document: JSON.stringify(p.policy), ...source })
      .onConflict((conflict) => conflict.column('digest').doUpdateSet(source))
      .execute();
    if (before === p.digest) return { changed: false, trains: [] };
    const maker = p.editTokenMaker ?? (await makerOfToken(trx, p.by));
    const applied = await trx
      .insertInto('policy_applications')
      .values({
        digest: p.digest,
        by_id: p.by.id,
        edited_by: p.editedBy ?? null,
        edit_token_maker: maker ?? null,
      })
      .returning(['number', 'at'])
      .executeTakeFirstOrThrow();
    await appendEvents(trx, null, [
      {
        key: `policy/${applied.number}`,
        at: applied.at.toISOString(),
        actor: p.by,
        action: 'policy.applied',
        object: `policy ${p.digest.slice(0, 12)}`,
        sentence: before === undefined ? 'The first policy is in force.' : 'A changed policy is in force.',
        facts: {
          digest: p.digest,
          changes: p.sentences,
          ...(before === undefined ? {} : { before }),
          ...(p.editedBy === undefined ? {} : { editedBy: p.editedBy }),
        },
      },
    ]);
    const { trains } = await syncPolicyCalendar(trx, {
      policy: p.policy,
      ...(last ? { before: last.policy } : {}),
      by: p.by,
      at: applied.at.toISOString(),
    });
    return { changed: true, trains };
  });
}
