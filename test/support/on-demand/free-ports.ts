import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Ports that were free a moment ago; held together, so that no two of them are the same. */
export async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  const held = await Promise.all(
    names.map(async (name) => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { name, server, port: (server.address() as AddressInfo).port };
    }),
  );
  for (const { server } of held) server.close();
  await Promise.all(held.map(({ server }) => server.listening && once(server, 'close')));
  return Object.fromEntries(held.map(({ name, port }) => [name, port])) as Record<Name, number>;
}
