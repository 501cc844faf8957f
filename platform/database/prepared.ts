import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Texts that are kept prepared on each connection; a list of any length in a text makes a new one for each length. */
const limit = 400;

/**
 * Lets the connections of a pool prepare each statement once: the server then parses and plans it no more. Only for a
 * server that is reached directly: behind a pooler, a connection may lead to another backend each time.
 */
export function prepareStatements(pool: pg.Pool): void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= limit) return known;
    const name = createHash('sha256').update(text).digest('hex').slice(0, 40);
    names.set(text, name);
    return name;
  };
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const prepared = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
      const name =
        typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
      return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
    };
    client.query = prepared as typeof client.query;
  });
}
