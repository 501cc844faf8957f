import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Ways in which an address of the world answers badly, and what it sends instead of an answer. */
export const httpFaults = {
  'hangs before its answer': () => undefined,
  'hangs in the middle of its answer': (socket) => void socket.write(`${head(100)}{"rate":0.01,"sta`),
  'answers half and closes': (socket) => void socket.end(`${head(100)}{"rate":0.01,"sta`),
  'answers half of a chunked body': (socket) =>
    void socket.end(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"rate":0.01,`),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'resets in the middle': (socket) =>
    void socket.write(`${head(100)}{"rate":0.01,"sta`, () => socket.resetAndDestroy()),
  'speaks no HTTP': (socket) => void socket.end('\u0000\u0001SSH-2.0-something\r\n\r\n'),
  'answers with noise': (socket) =>
    void socket.end(Buffer.concat([Buffer.from(head(9)), Buffer.from([1, 0, 255, 254, 128, 7, 27, 91, 65])])),
  'answers with a page to sign in': (socket) =>
    void socket.end(`${head(PAGE.length, 'text/html; charset=utf-8')}${PAGE}`),
  'answers with JSON of another kind': (socket) => void socket.end(`${head(17)}{"hello":"world"}`),
  'leads back to itself for ever': (socket, { path }) =>
    void socket.end(
      `HTTP/1.1 302 Found\r\nlocation: ${path}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    ),
  'answers without end': (socket) => {
    socket.write(`${JSON_HEAD}\r\n{"rate":0.01,"more":"`);
    flood(socket, Buffer.alloc(65_536, 'x'));
  },
  'sends headers without end': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    flood(socket, Buffer.from('x-more: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(200)));
  },
  'repeats what it was asked': (socket, { asked }) =>
    void socket.end(`HTTP/1.1 403 No\r\nconnection: close\r\n\r\n${JSON.stringify({ error: asked })}`),
  'is broken': (socket) =>
    void socket.end('HTTP/1.1 500 Oh\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'),
} satisfies Record<string, (socket: Socket, request: { path: string; asked: string }) => void>;

/** What is wrong with an address; `refuses`: nothing listens there. */
export type HttpFault = keyof typeof httpFaults | 'refuses';

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n';
const PAGE = '<!doctype html><title>Sign in</title><form><input name="password"></form>';

const head = (length: number, type = 'application/json'): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`;

/** More than anybody may take; then silence, so that no test waits for the others' floods. */
const FLOOD = 3 * 1024 * 1024;

function flood(socket: Socket, chunk: Buffer): void {
  let left = FLOOD;
  const send = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on('drain', send);
  send();
}

export interface FaultyServer {
  /** Address at which every call meets this fault; with `good`, what one path answers instead, headers included. */
  at(fault: HttpFault): string;
  /** An address of the same server that answers soundly. */
  good(status: number, body: string, headers?: Record<string, string>): string;
  stop(): Promise<void>;
}

/** A server on loopback whose every address but those of `good` is faulty in one way. */
export async function startFaultyHttp(): Promise<FaultyServer> {
  const faults = Object.keys(httpFaults) as (keyof typeof httpFaults)[];
  const sound: string[] = [];
  const server = await listen((socket) => {
    let asked = '';
    socket.on('data', function read(chunk: Buffer) {
      asked += chunk.toString('latin1');
      if (!asked.includes('\r\n\r\n')) return;
      socket.off('data', read).resume();
      const path = asked.split(' ')[1] ?? '/';
      const [, kind, number] = path.split('/');
      const at = Number.parseInt(number ?? '', 10);
      if (kind === 'good') return void socket.end(sound[at] ?? head(0));
      const fault = faults[at];
      if (fault) httpFaults[fault](socket, { path, asked });
    });
  });
  const closed = await closedPort();
  const url = `http://127.0.0.1:${server.port}`;
  return {
    at: (fault) =>
      fault === 'refuses' ? `http://127.0.0.1:${closed}/` : `${url}/faulty/${faults.indexOf(fault)}`,
    good: (status, body, headers = {}) => {
      const lines = Object.entries({ ...headers, connection: 'close', 'content-length': body.length });
      const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return `${url}/good/${sound.push(`HTTP/1.1 ${status} OK\r\n${text}\r\n${body}`) - 1}`;
    },
    stop: server.stop,
  };
}

/** A server that goes wrong at one point of taking a mail. */
export const mailFaults = {
  'says nothing': () => undefined,
  'greets by half and closes': (socket) => void socket.end('22'),
  'greets with garbage': (socket) => void socket.end('\u0000\u0001\u0002 what?\r\n'),
  'speaks HTTP': (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'does not let anybody in': (socket) => void socket.end('554 5.3.2 not today\r\n'),
  'greets without end': (socket) => flood(socket, Buffer.from(`220-${'x'.repeat(100)}\r\n`.repeat(50))),
  'drips a greeting': (socket) => {
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  },
  'drips its answer to the mail': (socket) =>
    talk(socket, {
      mail: () => {
        const timer = setInterval(() => socket.write('250-x\r\n'), 20);
        socket.on('close', () => clearInterval(timer));
      },
    }),
  'resets when it is told the sender': (socket) =>
    talk(socket, { 'MAIL FROM': () => socket.resetAndDestroy() }),
  'hangs with the mail': (socket) => talk(socket, { mail: () => undefined }),
  'takes the mail and resets': (socket) => talk(socket, { mail: () => socket.resetAndDestroy() }),
  'takes the mail and answers half': (socket) => talk(socket, { mail: () => socket.end('25') }),
  'takes the mail and answers garbage': (socket) => talk(socket, { mail: () => socket.end('ok?\r\n') }),
  'refuses the mail for now': (socket) => talk(socket, { mail: () => socket.write('451 4.3.0 later\r\n') }),
  'refuses the password, and repeats it': (socket) =>
    talk(socket, { AUTH: (said) => socket.write(`535 5.7.8 not ${said}\r\n`) }),
  'refuses the mail for good, and repeats it': (socket) =>
    talk(socket, { mail: (said) => socket.write(`554-5.7.1 no\r\n554 5.7.1 ${said}\r\n`) }),
} satisfies Record<string, (socket: Socket) => void>;

export type MailFault = keyof typeof mailFaults | 'refuses';

type Replies = Partial<Record<'AUTH' | 'MAIL FROM' | 'mail', (said: string) => unknown>>;

/** Plays the usual conversation of SMTP but for `replies`. What is said is handed on in one line. */
function talk(socket: Socket, replies: Replies): void {
  let heard = '';
  let isMail = false;
  const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
    for (;;) {
      const border = isMail ? '\r\n.\r\n' : '\r\n';
      const at = heard.indexOf(border);
      if (at < 0) return;
      const said = heard.slice(0, at);
      heard = heard.slice(at + border.length);
      if (isMail) {
        isMail = false;
        (replies.mail ?? (() => socket.write('250 taken\r\n')))(oneLine(said));
        continue;
      }
      const verb = (['AUTH', 'MAIL FROM'] as const).find((one) => said.startsWith(one));
      const reply = verb && replies[verb];
      if (reply) reply(oneLine(said));
      else if (said.startsWith('EHLO')) socket.write('250-faulty\r\n250 AUTH PLAIN\r\n');
      else if (verb === 'AUTH') socket.write('235 it is you\r\n');
      else if (said === 'DATA') {
        isMail = true;
        socket.write('354 go on\r\n');
      } else if (said === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 well\r\n');
    }
  });
  socket.write('220 faulty\r\n');
}

/** A mail server on loopback that is faulty in this way; `sound`: it takes every mail. */
export async function startFaultyMail(fault: MailFault | 'sound'): Promise<Listening> {
  if (fault === 'refuses')
    return { port: await closedPort(), left: async () => undefined, stop: async () => undefined };
  return listen(fault === 'sound' ? (socket) => talk(socket, {}) : mailFaults[fault]);
}

interface Listening {
  port: number;
  /** Returns once nobody is connected any more. */
  left(): Promise<void>;
  stop(): Promise<void>;
}

async function listen(serve: (socket: Socket) => void): Promise<Listening & { server: Server }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined); // whoever asked has hung up
    serve(socket);
    socket.resume(); // what nobody reads would not end, either
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    left: async () => {
      // by hand: what fails on a socket is no failure of waiting for its end
      for (const socket of open) await new Promise((resolve) => socket.once('close', resolve));
    },
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const { port, stop } = await listen(() => undefined);
  await stop();
  return port;
}
