import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../platform/config.ts';
import type { Store } from '../../platform/database/open.ts';
import { signLink, type LinkPurpose } from '../../platform/links.ts';
import { createLogger } from '../../platform/logger.ts';
import type { Secrets } from '../../platform/secrets.ts';
import { seeded, testSeed } from '../../test/support/seeded.ts';
import type { ApiDeps } from '../deps.ts';
import { buildApp } from '../server.ts';

const wanted = 10_000;

const secretsOf = (kids: string[], master: string): Secrets => ({
  key: (purpose, kid = kids[0] ?? '') => createHmac('sha256', master).update(`${purpose}/${kid}`).digest(),
  currentKid: kids[0] ?? '',
  kids,
});
const ours = secretsOf(['k1', 'k2'], 'a master secret of a test');
const sign = (secrets: Secrets, purpose: LinkPurpose, over: { expiresAt?: string } = {}): string =>
  signLink(secrets, {
    purpose,
    jti: randomBytes(16).toString('hex'),
    requestId: randomUUID(),
    person: 'ana',
    expiresAt: '2126-11-26T16:00:00.000Z',
    ...over,
  });

/** Once the application is built, any use of it at all is a question to the database. */
let isBuilt = false;
let questions = 0;
const watched = new Proxy({} as Store, {
  get: () => {
    if (!isBuilt) return undefined;
    questions += 1;
    throw new Error('the database was asked');
  },
});

let server: Server;
let port: number;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  const deps: ApiDeps = {
    config: readConfig({ PUBLIC_URL: 'http://127.0.0.1:8640' }),
    store: watched,
    secrets: ours,
    log: createLogger({ level: 'silent' }),
    engine: {} as ApiDeps['engine'],
    inbox: true,
  };
  server = createServer(buildApp(deps));
  isBuilt = true;
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (path: string, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      origin: 'http://127.0.0.1:8640',
      ...(method === 'POST'
        ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 0 }
        : {}),
    };
    request({ host: '127.0.0.1', port, path, method, agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
type Mutation = (parts: [string, string, string, string], random: (below: number) => number) => string;

const join = (...parts: string[]): string => parts.join('.');
/** One bit of the bytes behind a part, encoded again: what a forger would do who knows the format. */
function flipped(part: string, at: number): string {
  const bytes = Buffer.from(part, 'base64url');
  const index = at % (bytes.length * 8);
  bytes[index >> 3] = (bytes[index >> 3] ?? 0) ^ (1 << (index & 7));
  return bytes.toString('base64url');
}
/** Another last character for the same bytes: Node's decoder takes four of them. */
function sameBytes(mac: string, random: (below: number) => number): string {
  const last = alphabet.indexOf(mac.at(-1) ?? '');
  return mac.slice(0, -1) + alphabet.charAt((last & ~3) | ((last + 1 + random(3)) & 3));
}

const mutations: Record<string, Mutation> = {
  'a bit of the payload': ([v, kid, payload, mac], random) =>
    join(v, kid, flipped(payload, random(432)), mac),
  'a bit of the signature': ([v, kid, payload, mac], random) =>
    join(v, kid, payload, flipped(mac, random(256))),
  'another spelling of the signature': ([v, kid, payload, mac], random) =>
    join(v, kid, payload, sameBytes(mac, random)),
  padding: ([v, kid, payload, mac]) => join(v, kid, payload, `${mac}=`),
  'plain base64': ([v, kid, payload, mac], random) => {
    const at = random(71);
    return join(v, kid, payload.slice(0, at) + (random(2) ? '+' : '/') + payload.slice(at + 1), mac);
  },
  'a byte that decoders skip': ([v, kid, payload, mac], random) => {
    const at = random(mac.length);
    return join(v, kid, payload, `${mac.slice(0, at)}${'!\n \t'.charAt(random(4))}${mac.slice(at)}`);
  },
  'cut off': (parts, random) => join(...parts).slice(0, random(join(...parts).length - 1) + 1),
  longer: (parts, random) => join(...parts) + alphabet.charAt(random(64)).repeat(1 + random(5)),
  'the other key id': ([v, kid, payload, mac]) => join(v, kid === 'k1' ? 'k2' : 'k1', payload, mac),
  'an unknown key id': ([v, , payload, mac], random) => join(v, `x${random(1e6).toString(36)}`, payload, mac),
  'another version': ([, kid, payload, mac], random) => join(`v${2 + random(9)}`, kid, payload, mac),
  'parts exchanged': ([v, kid, payload, mac]) => join(v, kid, mac, payload),
  'a part too many': (parts, random) => join(...parts, alphabet.charAt(random(64))),
  'the signature of another link': ([v, kid, payload]) =>
    join(v, kid, payload, sign(ours, 'approval').split('.')[3] ?? ''),
  'the other purpose': () => sign(ours, 'withdraw'),
  'another installation': () => sign(secretsOf(['k1'], 'another master secret'), 'approval'),
  'the case of a letter': (parts, random) => {
    const text = join(...parts);
    const letters = [...text].flatMap((one, at) => (/[a-z]/i.test(one) && at > 5 ? [at] : []));
    const at = letters[random(letters.length)] ?? 6;
    const one = text.charAt(at);
    return (
      text.slice(0, at) +
      (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()) +
      text.slice(at + 1)
    );
  },
};

test('a link of ours does ask the database, so that silence below means something', async () => {
  questions = 0;
  await ask(`/a/${sign(ours, 'approval')}`);
  expect(questions).toBeGreaterThan(0);
});

test(`${wanted} changed tokens: none accepted, no question to the database (seed ${testSeed})`, async () => {
  const random = seeded(testSeed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const kinds = Object.entries(mutations);
  const tokens = Array.from({ length: wanted }, (_, index) => {
    const [kind, mutate] = kinds[index % kinds.length] ?? ['', () => ''];
    const token = sign(ours, 'approval');
    return { kind, token, changed: mutate(token.split('.') as [string, string, string, string], below) };
  });
  expect(tokens.filter(({ token, changed }) => token === changed)).toEqual([]);
  questions = 0;
  const accepted: { kind: string; status: number }[] = [];
  const next = tokens[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const { kind, changed } of next) {
        const path = `/a/${encodeURIComponent(changed)}${below(4) === 0 ? '/decision' : ''}`;
        const status = await ask(path, path.endsWith('/decision') ? 'POST' : 'GET');
        // 429 once an address has guessed ten times in a minute: the token was judged before that was counted.
        if (status !== 404 && status !== 429) accepted.push({ kind, status });
      }
    }),
  );
  expect(accepted).toEqual([]);
  expect(questions).toBe(0);
}, 120_000);
