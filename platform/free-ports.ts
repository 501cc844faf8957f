import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Ports that were free a moment ago; held together, so that no two of them are the same. All lie below those that systems give to
 * outgoing connections (from 32,768 on Linux, 49,152 elsewhere): whoever listens, ends and comes back finds his port still free,
 * and nobody who tries to reach it meanwhile is connected with himself. Temporal's tables in PostgreSQL count no further either.
 */
export async function freePorts<Name extends string>(
  names: readonly Name[],
  host = '127.0.0.1',
): Promise<Record<Name, number>> {
  const held: { name: Name; server: Server; port: number }[] = [];
  for (const name of names) held.push({ name, ...(await hold(host)) });
  await Promise.all(held.map(async ({ server }) => (server.close(), once(server, 'close'))));
  return Object.fromEntries(held.map(({ name, port }) => [name, port])) as Record<Name, number>;
}

export async function freePort(host?: string): Promise<number> {
  return (await freePorts(['one'], host)).one;
}

async function hold(host: string): Promise<{ server: Server; port: number }> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const refusal = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen({ port, host, exclusive: true }, () => resolve(undefined));
    });
    if (!refusal) return { server, port };
    if (refusal.code !== 'EADDRINUSE') throw refusal;
  }
}
