import { createServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What both sides act on: a place that answers checks and deployments at once, and a mail server that keeps nothing. */
export interface Outside {
  url: string;
  smtpUrl: string;
  /** Resolves with the next mail that asks for an approval. Call it before that mail can come. */
  nextRequest: () => Promise<void>;
  /** Resolves with the next deployment that begins. Call it before it can. */
  nextJob: () => Promise<void>;
  /** Ends the mail connections that are open, so that no release is helped by the one before it. */
  hangUp: () => void;
  close: () => Promise<void>;
}

export async function startOutside(): Promise<Outside> {
  let asked = (): void => undefined;
  let begun = (): void => undefined;
  const http = createServer((request, response) => {
    if (request.url === '/jobs') begun();
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"1","state":"done"}');
    });
  });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        done();
        // brackets and spaces may be encoded
        if (/^Subject: .*Approve/m.test(Buffer.concat(pieces).toString('latin1'))) asked();
      });
    },
  });
  const callers = new Set<Socket>();
  smtp.server.on('connection', (socket: Socket) => {
    callers.add(socket);
    socket.once('close', () => callers.delete(socket));
  });
  const [httpPort, smtpPort] = await Promise.all([listen(http), listen(smtp.server)]);
  return {
    url: `http://127.0.0.1:${httpPort}`,
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    nextRequest: async () => new Promise((resolve) => (asked = resolve)),
    nextJob: async () => new Promise((resolve) => (begun = resolve)),
    hangUp() {
      for (const socket of callers) socket.end();
    },
    async close() {
      http.closeAllConnections();
      http.close();
      await new Promise<void>((resolve) => smtp.close(resolve));
    },
  };
}

const listen = async (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
