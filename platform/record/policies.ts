import { sql } from 'kysely';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Actor } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { appendEvents } from './append.ts';

/** A policy as it was applied last. `baseDir` is the folder that relative paths in it start from. */
export interface StoredPolicy {
  digest: string;
  policy: Policy;
  text: string;
  baseDir: string;
  appliedAt: string;
  appliedBy: string;
  /** Person id of who wrote the change, where known: excluded from votes as `policyEditor`. */
  editedBy?: string;
}

/**
 * Puts a policy in force, with the event `policy.applied` that says what it changes. The policy that is in force already
 * changes nothing, but for comments in its text and the folder it was read from.
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
    sentences: string[];
  },
): Promise<{ changed: boolean }> {
  return inTransaction(db, async (trx) => {
    // Two at once would each take the other's policy for the one before.
    await sql`select pg_advisory_xact_lock(hashtext('gantry/policy'))`.execute(trx);
    const before = await currentDigest(trx);
    const source = { text: p.text, base_dir: p.baseDir };
    await trx
      .insertInto('policies')
      .values({ digest: p.digest, document: JSON.stringify(p.policy), ...source })
      .onConflict((conflict) => conflict.column('digest').doUpdateSet(source))
      .execute();
    if (before === p.digest) return { changed: false };
    const applied = await trx
      .insertInto('policy_applications')
      .values({ digest: p.digest, by_id: p.by.id, edited_by: p.editedBy ?? null })
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
    return { changed: true };
  });
}

async function currentDigest(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('policy_applications')
    .select('digest')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.digest;
}

/** The policy in force; undefined where none was ever applied. */
export async function currentPolicy(db: Db): Promise<StoredPolicy | undefined> {
  return storedOf(await newestApplication(db).executeTakeFirst());
}

/** The exact policy that a release was asked for under, in force or not. */
export async function policyByDigest(db: Db, digest: string): Promise<StoredPolicy | undefined> {
  return storedOf(await newestApplication(db).where('policies.digest', '=', digest).executeTakeFirst());
}

const newestApplication = (db: Db) =>
  db
    .selectFrom('policies')
    .innerJoin('policy_applications', 'policy_applications.digest', 'policies.digest')
    .select(['policies.digest', 'document', 'text', 'base_dir', 'at', 'by_id', 'edited_by'])
    .orderBy('number', 'desc')
    .limit(1);

type Application = Awaited<ReturnType<ReturnType<typeof newestApplication>['executeTakeFirst']>>;

const storedOf = (row: Application): StoredPolicy | undefined =>
  row && {
    digest: row.digest,
    policy: row.document,
    text: row.text,
    baseDir: row.base_dir,
    appliedAt: row.at.toISOString(),
    appliedBy: row.by_id,
    ...(row.edited_by === null ? {} : { editedBy: row.edited_by }),
  };
