import type { MigrationKind } from './model.ts';

/** A word of the author beats every guess: a line with `gantry: additive`, `backfill` or `irreversible` in a comment. */
const declared = /\bgantry:\s*(additive|backfill|irreversible)\b/i;

const losing =
  /\b(drop\s+(table|column|schema|database|type|view|materialized\s+view)|truncate|delete\s+from|alter\s+column\s+\S+\s+(set\s+data\s+)?type|modify\s+column|rename\s+(to|column))\b/i;
/** `alter table … drop …` without the word column, but not its defaults, indexes and constraints, which can be made again. */
const losingColumn =
  /\balter\s+table\b[^;]*\bdrop\s+(?!column\b|constraint\b|default\b|index\b|not\s+null\b|primary\b|foreign\b|check\b)/i;
const filling = /\b(update\s+\S+\s+set|insert\s+into|merge\s+into|copy\s+\S+\s+from)\b/i;

/**
 * What a migration does to the data (semantics §7), from its text: `irreversible` loses something, `backfill` fills or changes
 * rows, `additive` only adds. Undefined where it is no SQL and says nothing of itself: then nobody knows.
 */
export function migrationKindOf(path: string, text: string): Exclude<MigrationKind, 'none'> | undefined {
  const said = declared.exec(text)?.[1]?.toLowerCase();
  if (said !== undefined) return said as Exclude<MigrationKind, 'none'>;
  if (!/\.(sql|ddl|psql)$/i.test(path)) return undefined;
  const statements = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replaceAll(/'(?:[^']|'')*'/g, "''");
  if (losing.test(statements) || losingColumn.test(statements)) return 'irreversible';
  return filling.test(statements) ? 'backfill' : 'additive';
}
