import type { Policy } from '../../domain/policy/policy.schema.ts';
import { recordBehind, type Db } from '../database/open.ts';

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
  /** Person id of who made the token that it was applied with, where that is another than whom the token acts for. */
  editTokenMaker?: string;
}

/** The policy in force; undefined where none was ever applied. */
export async function currentPolicy(db: Db): Promise<StoredPolicy | undefined> {
  return storedOf(db, await newestApplication(db).executeTakeFirst());
}

/** The exact policy that a release was asked for under, in force or not. */
export async function policyByDigest(db: Db, digest: string): Promise<StoredPolicy | undefined> {
  return storedOf(db, await newestApplication(db).where('policies.digest', '=', digest).executeTakeFirst());
}

const newestApplication = (db: Db) =>
  db
    .selectFrom('policies')
    .innerJoin('policy_applications', 'policy_applications.digest', 'policies.digest')
    .select(['policies.digest', 'text', 'base_dir', 'at', 'by_id', 'edited_by', 'edit_token_maker'])
    .orderBy('number', 'desc')
    .limit(1);

type Application = Awaited<ReturnType<ReturnType<typeof newestApplication>['executeTakeFirst']>>;

async function storedOf(db: Db, row: Application): Promise<StoredPolicy | undefined> {
  return (
    row && {
      digest: row.digest,
      policy: await documentOf(db, row.digest),
      text: row.text,
      baseDir: row.base_dir,
      appliedAt: row.at.toISOString(),
      appliedBy: row.by_id,
      ...(row.edited_by === null ? {} : { editedBy: row.edited_by }),
      ...(row.edit_token_maker === null ? {} : { editTokenMaker: row.edit_token_maker }),
    }
  );
}

/** A digest means one document for ever, and documents are large: the newest few are read once. */
const documents = new WeakMap<Db, Map<string, Policy>>();
const documentsKept = 20;

async function documentOf(db: Db, digest: string): Promise<Policy> {
  const record = recordBehind(db);
  const kept = documents.get(record) ?? new Map<string, Policy>();
  documents.set(record, kept);
  const known = kept.get(digest);
  if (known) return known;
  const { document } = await db
    .selectFrom('policies')
    .select('document')
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow();
  if (db.isTransaction) return document; // it may be rolled back with what wrote it
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= documentsKept) kept.delete(oldest);
  kept.set(digest, document);
  return document;
}
