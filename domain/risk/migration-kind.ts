import type { MigrationKind } from './model.ts';

/** A word of the author beats every guess: a line with `gantry: additive`, `backfill` or `irreversible` in a comment. */
const declared = /\bgantry:\s*(additive|backfill|irreversible)\b/i;

const losing =
  /\b(drop\s+(table|column|schema|database|type|view|materialized\s+view)|truncate|delete\s+from|alter\s+column\s+\S+\s+(set\s+data\s+)?type|modify\s+column|rename\s+(to|column))\b/i;
/** `alter table … drop …` without the word column, but not its defaults, indexes and constraints, which can be made again. */
const losingColumn =
  /\balter\s+table\b[^;]*\bdrop\s+(?!column\b|constraint\b|default\b|index\b|not\s+null\b|primary\b|foreign\b|check\b)/i;
const filling = /\b(update\s+\S+\s+set|insert\s+into|merge\s+into|copy\s+\S+\s+from)\b/i;

/** From here on dbmate, goose and sql-migrate say how the same file is undone: that is the way back, not what it does. */
const wayBack = /^\s*--\s*(migrate:down|\+(goose|migrate)\s+down)\b[\s\S]*/im;
const wayForward = /^\s*--\s*(migrate:up|\+(goose|migrate)\s+up)\b/im;

/** What the folders of migrations hold besides: undo scripts, notes, and what tools keep of their own. */
const beside =
  /(\.|_)(down|undo)\.|(^|\/)U\d[^/]*__[^/]*\.sql$|\.(md|txt|rst)$|(^|\/)(__init__\.py|_journal\.json|\.gitkeep|env\.py)$|(^|\/)meta\/[^/]*\.json$|ModelSnapshot\.cs$/i;

/** Whether a file that lies where migrations usually lie changes data by itself. */
export const isBesideMigrations = (path: string): boolean => beside.test(path);

/**
 * What a migration does to the data (semantics §7), from its text: `irreversible` loses something, `backfill` fills or changes
 * rows, `additive` only adds. Undefined where it is no SQL and says nothing of itself: then nobody knows.
 */
export function migrationKindOf(path: string, text: string): Exclude<MigrationKind, 'none'> | undefined {
  const said = declared.exec(text)?.[1]?.toLowerCase();
  if (said !== undefined) return said as Exclude<MigrationKind, 'none'>;
  if (!/\.(sql|ddl|psql)$/i.test(path)) return undefined;
  const statements = forwardOf(text)
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, "''");
  if (losing.test(statements) || losingColumn.test(statements)) return 'irreversible';
  return filling.test(statements) ? 'backfill' : 'additive';
}

/** Where both ways stand in one file with the way forward first: that alone. Any other order is read as a whole. */
function forwardOf(text: string): string {
  const up = wayForward.exec(text)?.index ?? 0;
  const down = wayBack.exec(text)?.index ?? -1;
  return down > up ? text.slice(0, down) : text;
}
