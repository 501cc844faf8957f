import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judgeReading } from '../../domain/analysis/measurement.ts';
import { MetricSchema } from '../../domain/policy/metric.schema.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { createMetricSources, sourceOf } from './index.ts';

const token = 'a-long-enough-token';
process.env['HOSTILE_SOURCE_TOKEN'] = token;
const basic = `Basic ${Buffer.from(`gantry:${token}`).toString('base64')}`;

/** One address a way to answer badly. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const say = (status: number, body: string) => void response.writeHead(status).end(body);
  const asked = request.headers.authorization;
  switch (request.url) {
    case '/good':
      return say(200, '{"rate":0.01}');
    case '/bearer':
      return asked === `Bearer ${token}` ? say(200, '{"rate":0.01}') : say(401, '{}');
    case '/basic':
      return asked === basic ? say(200, '{"rate":0.01}') : say(401, '{}');
    case '/echo':
      return say(403, JSON.stringify({ error: `not for ${asked ?? 'anybody'}` }));
    case '/broken':
      return say(500, '{"error":"out of memory"}');
    case '/garbage':
      return say(200, '<html>maintenance</html>');
    case '/half':
      response.writeHead(200, { 'content-length': '100' }).write('{"rate":');
      return void setImmediate(() => request.socket.destroy());
    case '/huge':
      return say(200, `{"rate":0.01,"more":"${'x'.repeat(1_100_000)}"}`);
    case '/text':
      return say(200, '{"rate":"0.01"}');
    case '/null':
      return say(200, '{"rate":null}');
    case '/hang':
      return; // never answers
    default:
      return say(404, '');
  }
}

const ports: Record<string, number> = {};
const servers: { close: () => unknown }[] = [];
let folder: string;
const isOpensslHere = spawnSync('openssl', ['version']).status === 0;

async function listen(name: string, server: Server | ReturnType<typeof createTcp>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports[name] = (server.address() as AddressInfo).port;
  servers.push(server);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-sources-'));
  await listen('http', createHttp(answer));
  if (!isOpensslHere) return;
  const certificates: [name: string, subject: string, alternative: string, days: string][] = [
    ['right', '/CN=127.0.0.1', 'IP:127.0.0.1', '2'],
    ['other', '/CN=elsewhere.test', 'DNS:elsewhere.test', '2'],
  ];
  for (const [name, subject, alternative, days] of certificates) {
    const [key, cert] = ['key', 'pem'].map((end) => join(folder, `${name}.${end}`)) as [string, string];
    const options = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${days}`;
    execFileSync(
      'openssl',
      [
        ...options.split(' '),
        '-subj',
        subject,
        '-addext',
        `subjectAltName=${alternative}`,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    await listen(name, createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, answer));
  }
  writeFileSync(join(folder, 'empty.pem'), 'nothing\n');
  writeFileSync(
    join(folder, 'damaged.pem'),
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  );
});
afterAll(() => {
  for (const server of servers) {
    if ('closeAllConnections' in server) (server as Server).closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function measure(url: string, changes: Record<string, unknown> = {}, timeLimitMs = 5000) {
  const metric = MetricSchema.parse({
    id: 'errors',
    kind: 'json',
    url,
    pointer: '/rate',
    failWhen: 'value > 0.02',
    ...changes,
  });
  const outgoing = createOutgoing();
  const sources = createMetricSources((request) => outgoing({ ...request, timeLimitMs }));
  const reading = await sourceOf(
    sources,
    metric,
  )({
    metric,
    facts: { version: '1.4.0' },
    signal: new AbortController().signal,
  });
  return judgeReading(metric, reading, 30_000);
}
const bearer = { auth: { bearer: 'secret://HOSTILE_SOURCE_TOKEN' } };

describe('a source', () => {
  test.each([
    ['that wants a token gets it', '/bearer', bearer],
    [
      'that wants a user and a password gets them',
      '/basic',
      { auth: { basic: { user: 'gantry', password: 'secret://HOSTILE_SOURCE_TOKEN' } } },
    ],
    ['that wants nothing is asked for nothing', '/good', {}],
  ])('%s', async (_, path, changes) => {
    expect(await measure(`http://127.0.0.1:${String(ports['http'])}${path}`, changes)).toMatchObject({
      verdict: 'passed',
    });
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ['wants to know who asks', '/bearer', {}, '401: it wants to know who asks'],
    [
      'does not know the secret',
      '/bearer',
      { auth: { bearer: 'secret://NO_SUCH_SECRET_HERE' } },
      'NO_SUCH_SECRET_HERE',
    ],
    ['refuses', '/echo', {}, '403: whoever asks may not read this: not for anybody'],
    ['fails', '/broken', {}, 'answers with 500: out of memory'],
    ['is not there', '/nothing', {}, 'answers with 404'],
    ['answers with something else', '/garbage', {}, 'the answer is not JSON'],
    ['breaks off half way', '/half', {}, 'broke off before the answer was whole'],
    ['answers without end', '/huge', {}, 'longer than 1 MiB'],
    ['answers with a text', '/text', {}, 'is not a number'],
  ])('that %s is an error in words, and never healthy', async (_, path, changes, words) => {
    const { verdict, because } = await measure(`http://127.0.0.1:${String(ports['http'])}${path}`, changes);
    expect({ verdict, because }).toEqual({ verdict: 'error', because: expect.stringContaining(words) });
  });

  test('that does not answer in time is an error', async () => {
    expect(await measure(`http://127.0.0.1:${String(ports['http'])}/hang`, {}, 200)).toMatchObject({
      verdict: 'error',
      because: expect.stringContaining('did not answer within 0.2 s'),
    });
  });

  test('that has nothing there gives no data', async () => {
    expect(await measure(`http://127.0.0.1:${String(ports['http'])}/null`)).toMatchObject({
      verdict: 'noData',
    });
  });

  test('that nothing listens at is an error', async () => {
    const gone = createTcp().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    expect(await measure(`http://127.0.0.1:${String(port)}/`)).toMatchObject({
      verdict: 'error',
      because: expect.stringContaining('refused: nothing listens there'),
    });
  });

  test.each([
    ['a token', bearer, token],
    [
      'basic authentication',
      { auth: { basic: { user: 'gantry', password: 'secret://HOSTILE_SOURCE_TOKEN' } } },
      basic.slice(6),
    ],
  ])('that repeats %s shows none of it', async (_, changes, secret) => {
    const { because } = await measure(`http://127.0.0.1:${String(ports['http'])}/echo`, changes);
    expect(because).toContain('not for');
    expect(because).not.toContain(secret);
    expect(because).not.toContain(token);
  });
});

test('a secret that cannot stand in a header is not shown with the reason', async () => {
  process.env['SECRET_OF_TWO_LINES'] = 'a-long-enough\ntoken-in-two-lines';
  const auth = { bearer: 'secret://SECRET_OF_TWO_LINES' };
  const { verdict, because } = await measure(`http://127.0.0.1:${String(ports['http'])}/good`, { auth });
  expect(verdict).toBe('error');
  expect(because).not.toContain('token-in-two-lines');
});

(isOpensslHere ? describe : describe.skip)('a source with a private certificate', () => {
  const at = (name: string) => `https://127.0.0.1:${String(ports[name])}/good`;
  const file = (name: string) => join(folder, `${name}.pem`);

  test('is believed where gantry.yaml names it', async () => {
    expect(await measure(at('right'), { ca: file('right') })).toMatchObject({ verdict: 'passed' });
  });

  test.each<[string, () => [string, Record<string, unknown>], string]>([
    ['is not believed by itself', () => [at('right'), {}], 'signs itself and is not trusted'],
    ['is not believed on the word of another', () => [at('right'), { ca: file('other') }], 'not trusted'],
    ['for another name is not believed', () => [at('other'), { ca: file('other') }], 'is for another name'],
    ['in a file that is not there is an error', () => [at('right'), { ca: file('gone') }], 'cannot be read'],
    ['in a file without any is an error', () => [at('right'), { ca: file('empty') }], 'holds no certificate'],
    ['in a damaged file is an error', () => [at('right'), { ca: file('damaged') }], 'damaged'],
    [
      'that speaks no TLS is an error',
      () => [`https://127.0.0.1:${String(ports['http'])}/good`, { ca: file('right') }],
      'does not speak TLS',
    ],
  ])('%s', async (_, made, words) => {
    const { verdict, because } = await measure(...made());
    expect({ verdict, because }).toEqual({ verdict: 'error', because: expect.stringContaining(words) });
  });
});
