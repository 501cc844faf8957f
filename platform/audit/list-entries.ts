import { sql } from 'kysely';
import { eventsCalled } from '../../domain/release/event-words.ts';
import type { Db } from '../database/open.ts';
import type { AuditEntry } from '../record/entry.ts';

/** Which entries of the log are looked for; all of them where nothing is asked. */
export interface EntryFilter {
  /** Part of what an entry is about, in any case; the id of a release, or `shop@1.4.0`, for all entries of that. */
  subject?: string | undefined;
  /** Beginning of its action, such as `approval` or `release.created`; or words of what people call it, such as `freeze`. */
  kind?: string | undefined;
  /** Id of who did it, or of the person behind a token. */
  person?: string | undefined;
  /** Only entries before this place in the log. */
  before?: number | undefined;
  limit: number;
}

/** Entries of the log, newest first, read from the text that is hashed. `next` is `before` of the page after this one. */
export async function listEntries(
  db: Db,
  { subject, kind, person, before, limit }: EntryFilter,
): Promise<{ items: AuditEntry[]; next?: number }> {
  let query = db
    .selectFrom('audit_entries')
    .select(['seq', 'body'])
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('seq', '<', before);
  if (kind !== undefined)
    query = query.where(
      sql<boolean>`(starts_with(action, ${kind}) or action = any(${eventsCalled(kind)}::text[]))`,
    );
  if (subject !== undefined) {
    const releases = await releasesNamed(db, subject);
    query = query.where(
      sql<boolean>`(release_id = any(${[subject, ...releases]}::text[]) or strpos(lower(object), lower(${subject})) > 0)`,
    );
  }
  // Two questions, because each has an index in the order of the log; one with `or` reads the whole log.
  const asked =
    person === undefined
      ? [query]
      : [
          query.where('actor_id', '=', person),
          // What a token did is told by its text alone: the columns know only the token.
          query.where(sql<boolean>`person_behind(body) = ${person}`),
        ];
  const found = (await Promise.all(asked.map(async (one) => one.execute()))).flat();
  const rows = [...new Map(found.map((row) => [row.seq, row])).values()].sort((a, b) => b.seq - a.seq);
  const items = rows.slice(0, limit).map(({ body }) => JSON.parse(body) as AuditEntry);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, next: last.seq } : { items };
}

/** Ids of the releases that people mean by `shop@1.4.0` or `shop 1.4.0`, every attempt; none for anything else. */
async function releasesNamed(db: Db, subject: string): Promise<string[]> {
  const [, service, version] = /^([^\s@]+)[@ ]([^\s@]+)$/.exec(subject.trim()) ?? [];
  if (service === undefined || version === undefined) return [];
  const rows = await db
    .selectFrom('release_components')
    .select('release_id')
    .where('service', '=', service)
    .where('version', '=', version)
    .execute();
  return rows.map(({ release_id }) => release_id);
}

/** How many entries the log has: its head, which is written with each. */
export async function countEntries(db: Db): Promise<number> {
  const head = await db
    .selectFrom('chain_heads')
    .select('seq')
    .where('scope', '=', 'global')
    .executeTakeFirst();
  return head?.seq ?? 0;
}
