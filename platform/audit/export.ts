import type { Db } from '../database/open.ts';
import type { ExportHeader, ExportLine } from './format.ts';

const pageSize = 500;

/**
 * The whole log as JSON lines (docs/reference/audit-log.md): a header, then every entry up to the head that the log had
 * when the export began. Read in pages, so it holds no transaction open; entries do not change under it.
 */
export async function* exportAudit(db: Db): AsyncGenerator<string, void, undefined> {
  const { id } = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow();
  const head = await db
    .selectFrom('chain_heads')
    .select(['seq', 'hash'])
    .where('scope', '=', 'global')
    .executeTakeFirstOrThrow();
  yield JSON.stringify({
    gantry: 'audit',
    v: 1,
    installation: id,
    exportedAt: new Date().toISOString(),
    entries: head.seq,
    head: head.hash,
  } satisfies ExportHeader);
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('audit_entries')
      .select(['seq', 'body', 'leaf', 'hash', 'release_hash'])
      .where('seq', '>', after)
      .where('seq', '<=', head.seq)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    for (const { release_hash, ...row } of rows)
      yield JSON.stringify({
        ...row,
        ...(release_hash === null ? {} : { releaseHash: release_hash }),
      } satisfies ExportLine);
    const last = rows.at(-1);
    if (!last) return;
    after = last.seq;
  }
}
