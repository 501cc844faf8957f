import type pg from 'pg';

/** Not saved: the target of a restore writes its own. */
const ownTable = 'schema_migrations';

/** All tables of the record, each after those that it refers to. */
export async function tablesInOrder(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; needs: string[] }>(
    `select c.relname as name,
       coalesce(array_agg(target.relname) filter (where target.relname <> c.relname), '{}')::text[] as needs
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
     left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
     left join pg_class target on target.oid = f.confrelid
     where c.relkind = 'r' and c.relname <> $1
     group by c.relname order by c.relname`,
    [ownTable],
  );
  const ordered = new Set<string>();
  while (ordered.size < rows.length) {
    const free = rows.filter(
      (table) => !ordered.has(table.name) && table.needs.every((name) => ordered.has(name)),
    );
    if (free.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of free) ordered.add(table.name);
  }
  return [...ordered];
}

/** Whether nothing of the record, nor of anybody else, is in the database. */
export async function isEmptyDatabase(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'S') limit 1`,
  );
  return rows.length === 0;
}

/** Moves the counters behind `generated as identity` columns past the rows that were put in by number. */
export async function moveCounters(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; column: string }>(
    `select table_name as name, column_name as "column" from information_schema.columns
     where table_schema = current_schema() and is_identity = 'YES'`,
  );
  for (const { name, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), greatest(coalesce((select max(${quoted(column)}) from ${quoted(name)}), 0), 1),
         exists (select from ${quoted(name)}))`,
      [quoted(name), column],
    );
}

/** An SQL name in quotation marks. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
