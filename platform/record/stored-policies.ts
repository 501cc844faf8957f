import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Db } from '../database/open.ts';

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
