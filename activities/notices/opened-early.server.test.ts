import { afterEach, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { smtpMailer, type Mailer } from './mail.ts';
import { openedEarly } from './opened-early.ts';

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(resolve));
});

/** A mail server that counts who comes, and a mailer that knows it. `secure`: TLS from the first byte, and nobody sends without a sign-in. */
async function acquainted(secure?: { key: Buffer; cert: Buffer }) {
  const sockets: Socket[] = [];
  const subjects: string[] = [];
  const server = new SMTPServer({
    ...(secure
      ? { secure: true, ...secure, onAuth: ({ password }, _session, done) => done(null, { user: password }) }
      : { authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] }),
    disableReverseLookup: true,
    onData(stream, _session, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        subjects.push(/^Subject: (.*)$/m.exec(Buffer.concat(pieces).toString('utf8'))?.[1]?.trim() ?? '');
        done();
      });
    },
  });
  server.on('error', () => undefined);
  servers.push(server);
  server.server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const at = `127.0.0.1:${port}`;
  const smtpUrl = secure ? `smtps://gantry:word@${at}/?tls.rejectUnauthorized=false` : `smtp://${at}`;
  const mailer = smtpMailer({ smtpUrl, from: 'Gantry <gantry@acme.test>' });
  await mailer.send(mailOf('first'));
  await hangUp(sockets[0]);
  return { server, sockets, subjects, mailer };
}

const mailOf = (subject: string): Parameters<Mailer['send']>[0] => ({
  to: { name: 'Ana', address: 'ana@acme.test' },
  ...{ subject, text: 'text', html: '<p>text</p>' },
  ...{ messageId: `${subject}@acme.test`, threadId: 'thread@acme.test' },
});

async function hangUp(socket: Socket | undefined): Promise<void> {
  if (!socket) throw new Error('nobody has come');
  const closed = once(socket, 'close');
  socket.end();
  await closed;
}

const nextCaller = async (server: SMTPServer): Promise<Socket> => {
  const [socket] = (await once(server.server, 'connection')) as [Socket];
  return socket;
};

test('a mail that was expected goes over the connection that was opened for it', async () => {
  const { server, sockets, subjects, mailer } = await acquainted();
  const came = nextCaller(server);
  mailer.expect?.(1);
  mailer.expect?.(1);
  await came;
  await mailer.send(mailOf('second'));
  mailer.expect?.(1); // one is open, and the next mail goes over it
  await mailer.send(mailOf('third'));
  expect(subjects).toEqual(['first', 'second', 'third']);
  expect(sockets).toHaveLength(2);
});

const isOpensslHere = spawnSync('openssl', ['version']).status === 0;
(isOpensslHere ? test : test.skip)('so does one that asks for TLS and a sign-in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-mail-'));
  const [key, cert] = ['key', 'pem'].map((end) => join(folder, `mail.${end}`)) as [string, string];
  const how =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mail.acme.test';
  execFileSync('openssl', [...how.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const { server, sockets, subjects, mailer } = await acquainted({
    key: readFileSync(key),
    cert: readFileSync(cert),
  });
  rmSync(folder, { recursive: true });
  const came = nextCaller(server);
  mailer.expect?.(1);
  await came;
  await mailer.send(mailOf('second'));
  expect(subjects).toEqual(['first', 'second']);
  expect(sockets).toHaveLength(2);
});

test('for several mails so many are opened as are missing', async () => {
  const { server, sockets, subjects, mailer } = await acquainted();
  const came = nextCaller(server);
  mailer.expect?.(1);
  await came;
  const others = Promise.all([
    nextCaller(server),
    new Promise((resolve) => server.server.on('connection', () => sockets.length > 3 && resolve(0))),
  ]);
  mailer.expect?.(3);
  await others;
  await Promise.all(['second', 'third', 'fourth'].map(async (subject) => mailer.send(mailOf(subject))));
  expect([...subjects].sort()).toEqual(['first', 'fourth', 'second', 'third']);
  expect(sockets).toHaveLength(4);
});

test('a connection that the server ended before the mail came does not cost the mail', async () => {
  const { server, sockets, subjects, mailer } = await acquainted();
  const came = nextCaller(server);
  mailer.expect?.(1);
  (await came).destroy();
  await mailer.send(mailOf('second'));
  expect(subjects).toEqual(['first', 'second']);
  expect(sockets.length).toBeGreaterThan(2);
});

test('a server that cannot be reached any more is told by the mail, not by who expected it', async () => {
  const { server, mailer } = await acquainted();
  await new Promise<void>((resolve) => server.close(resolve));
  mailer.expect?.(1);
  await expect(mailer.send(mailOf('second'))).rejects.toMatchObject({ code: 'MAIL_FAILED' });
});

test('a connection over which no mail comes is ended', async () => {
  const { server } = await acquainted();
  const { port } = server.server.address() as AddressInfo;
  const early = openedEarly(50);
  early.open(1, 0); // nobody has said yet where the server is
  early.getSocket({ host: '127.0.0.1', port }, () => undefined);
  const came = nextCaller(server);
  early.open(1, 0);
  const socket = await came;
  await once(socket, 'close');
  const handed: unknown[] = [];
  early.getSocket({ host: '127.0.0.1', port }, (_error, options) => handed.push(options));
  expect(handed).toEqual([false]);
});

test('a server that takes its greeting back is not given the mail, and a connection that ends leaves nothing open here', async () => {
  const ends: Promise<unknown>[] = [];
  const plain = createServer((socket) => {
    socket.on('error', () => undefined).write('220 mail.acme.test\r\n');
    ends.push(once(socket, 'close'));
    socket.end('421 4.3.2 too many of you\r\n');
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as AddressInfo;
  const early = openedEarly();
  early.getSocket({ host: '127.0.0.1', port }, () => undefined);
  const before = process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap').length;
  const came = once(plain, 'connection');
  early.open(1, 0);
  await came;
  await Promise.all(ends);
  plain.close();
  const handed: unknown[] = [];
  early.getSocket({ host: '127.0.0.1', port }, (_error, options) => handed.push(options));
  expect(handed).toEqual([false]);
  expect(process.getActiveResourcesInfo().filter((one) => one === 'TCPSocketWrap')).toHaveLength(before);
});
