import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Balancer {
  port: number;
  close(): Promise<void>;
}

/** What stands before several APIs: connections go to each in turn, and to another one where one is not there. */
export async function startBalancer(backends: () => readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    const ports = backends();
    turn += 1;
    pass(socket, [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

function pass(socket: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) return void socket.destroy();
  const backend = connect(port, '127.0.0.1');
  let isThere = false;
  backend.once('connect', () => {
    isThere = true;
    socket.pipe(backend).pipe(socket);
    socket.resume();
  });
  backend.on('error', () => (isThere ? socket.destroy() : pass(socket, others)));
  socket.once('close', () => backend.destroy());
}
