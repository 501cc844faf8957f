import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import path from 'node:path';
import pg from 'pg';
import { GantryError, messageOf } from '../errors.ts';
import { startEmbedded, type EmbeddedServer, type StoreLog } from './embedded.ts';
import { prepareStatements } from './prepared.ts';
import type { Database } from './schema.ts';

/** The record, or one transaction of it. */
export type Db = Kysely<Database>;

/** An open record. `close` ends the connections and, where this process owns it, the embedded server. */
export interface Store {
  db: Kysely<Database>;
  pool: pg.Pool;
  /** How to reach the same server again outside the pool: LISTEN, migrations and copies need a connection of their own. */
  connection: pg.ClientConfig;
  /** For the banner: where the record is, without a secret. */
  describe: string;
  close(): Promise<void>;
}

const types: pg.CustomTypesConfig = {
  // Our sequences stay far below 2^53; the driver would hand them out as strings.
  getTypeParser: (id, format): ((text: string) => unknown) =>
    id === pg.types.builtins.INT8
      ? Number
      : (pg.types.getTypeParser(id, format) as (text: string) => unknown),
};

/** A dead database is noticed within 5 s (trust §8, rows 10 and 11), wherever in a query it died. */
const limits = { connectionTimeoutMillis: 4_000, statement_timeout: 4_500, query_timeout: 5_000 } as const;

/** At once. */
const connections = { max: 10 } as const;
/**
 * Of the embedded server, where a connection is a process on this machine, with some megabytes of its own, and made within a moment. The one
 * that was used last is used next, so those beyond what is needed at once end soon after a burst.
 */
const briefly = { idleTimeoutMillis: 3_000 } as const;

/**
 * Opens the record on the server at `url`, else on an embedded PostgreSQL in the folder
 * `postgres` of the data folder `dir`. Does not migrate.
 * Throws DATABASE_UNREACHABLE, DATABASE_BINARY_MISSING or DISK_FULL.
 */
export async function openStore(o: { url?: string; dir?: string; log?: StoreLog }): Promise<Store> {
  const server =
    o.url === undefined
      ? await startEmbedded(path.resolve(o.dir ?? '.gantry', 'postgres'), o.log)
      : undefined;
  const connection = connectionTo(server, o.url);
  const pool = new pg.Pool({
    ...{ ...connection, ...limits, ...connections, keepAlive: true },
    ...(server ? briefly : {}),
  });
  // Without handlers a broken connection would end the process: the pool hears of idle ones, nobody of those at work.
  const broke = (error: Error): void =>
    o.log?.warn({ cause: messageOf(error) }, 'a connection to the database broke');
  pool.on('error', broke);
  pool.on('connect', (client) => client.on('error', broke));
  if (server) prepareStatements(pool);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const describe = server ? `embedded PostgreSQL in ${server.dir}` : placeOf(o.url);
  const close = async (): Promise<void> => {
    await db.destroy();
    // Kysely leaves a pool open that it was never asked anything through
    if (!pool.ending) await pool.end();
    await server?.stop();
  };
  try {
    await pool.query('select 1');
  } catch (cause) {
    await close();
    throw new GantryError('DATABASE_UNREACHABLE', { place: describe, detail: messageOf(cause) }, { cause });
  }
  return { db, pool, connection, describe, close };
}

function connectionTo(server: EmbeddedServer | undefined, url: string | undefined): pg.ClientConfig {
  if (server) return { host: server.host, user: 'gantry', database: 'postgres', types };
  return { connectionString: url ?? '', types, connectionTimeoutMillis: limits.connectionTimeoutMillis };
}

/** `PostgreSQL at db.acme.test:5432/gantry`: an address without user and password. */
function placeOf(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return 'PostgreSQL at DATABASE_URL';
  const { host, pathname, searchParams } = new URL(url);
  return `PostgreSQL at ${host === '' ? (searchParams.get('host') ?? 'localhost') : host}${pathname}`;
}

/** Which record a transaction belongs to. */
const recordOf = new WeakMap<Db, Db>();

/** Runs `work` in the transaction that `db` already is, else in a new one. */
export const inTransaction = <T>(db: Db, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> =>
  isTransaction(db)
    ? work(db)
    : db.transaction().execute((trx) => {
        recordOf.set(trx, db);
        return work(trx);
      });

/** The record outside of the transaction that `db` may be: what is remembered of it is remembered by this. */
export const recordBehind = (db: Db): Db => recordOf.get(db) ?? db;

const isTransaction = (db: Db): db is Transaction<Database> => db.isTransaction;
