import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Ports that were free a moment ago; held together, so that no two of them are the same. All lie below those that systems give to
 * outgoing connections, and below 32,768, which is as far as Temporal's tables in PostgreSQL count.
 */
export async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const held: { name: Name; server: Server; port: number }[] = [];
  for (const name of names) held.push({ name, ...(await hold()) });
  await Promise.all(held.map(async ({ server }) => (server.close(), once(server, 'close'))));
  return Object.fromEntries(held.map(({ name, port }) => [name, port])) as Record<Name, number>;
}

async function hold(): Promise<{ server: Server; port: number }> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return { server, port };
  }
}
