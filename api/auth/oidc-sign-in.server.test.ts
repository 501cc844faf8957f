import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request, { type Response } from 'supertest';
import type { Store } from '../../platform/database/open.ts';
import { openIdProvider } from '../../platform/oidc.ts';
import { createSignInLink } from '../../platform/record/sign-in.ts';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { startHostileProvider, type HostileProvider } from '../../test/support/hostile-provider.ts';
import { startProvider, type TestProvider } from '../../test/support/oidc-provider.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';

const origin = 'http://127.0.0.1:8640';
const callback = '/sign-in/oidc/callback';
const client = { id: 'gantry', secret: 'a-secret-of-the-tests' };

let server: TestServer;
let store: Store;
let provider: TestProvider;
let hostile: HostileProvider;
/** The API with a real provider, and the same with one that lies. */
let real: ApiUnderTest;
let lied: ApiUnderTest;
let now: Date | undefined;

beforeAll(async () => {
  [server, provider, hostile] = await Promise.all([
    startPostgres(),
    startProvider({
      redirectUri: `${origin}${callback}`,
      accounts: [
        { sub: 'acc-cleo', email: 'cleo@acme.test' },
        { sub: 'acc-ben', email: 'Ben@acme.test' },
        { sub: 'acc-eve', email: 'eve@evil.test' },
        { sub: 'acc-open', email: 'ana@acme.test', emailVerified: false },
        { sub: 'acc-bare' },
      ],
    }),
    startHostileProvider(client),
  ]);
  store = await server.database();
}, 60_000);
afterAll(async () => {
  await Promise.all([server.stop(), provider.stop(), hostile.stop()]);
});
beforeEach(async () => {
  // A fresh application has fresh limits, and nobody has signed in before.
  now = undefined;
  for (const table of ['sessions', 'identities', 'used_sign_ins'] as const)
    await store.db.deleteFrom(table).execute();
  const clock = () => now ?? new Date();
  const with_ = (issuer: string) =>
    apiUnderTest(store, server.dir, {
      clock,
      provider: openIdProvider({ issuer, clientId: client.id, clientSecret: client.secret }),
    });
  real = await with_(provider.issuer);
  lied = await with_(hostile.issuer);
  hostile.next = {};
  hostile.metadata = {};
  hostile.asked.length = 0;
});

const get = (api: ApiUnderTest, path: string, cookie = '') =>
  request(api.app)
    .get(path)
    .set('Host', '127.0.0.1:8640')
    .set('Cookie', cookie)
    .set('Accept', 'application/json');

const cookiesOf = (answer: Response): string[] =>
  ([answer.headers['set-cookie'] ?? []].flat() as string[]).map((one) => one.split(';')[0] ?? '');
const sessionIn = (answer: Response): string | undefined =>
  cookiesOf(answer).find((one) => /^gantry(-\d+)?=./.test(one));

/** Begins a sign-in as a browser does. */
async function begin(api: ApiUnderTest, query = ''): Promise<{ url: URL; cookie: string }> {
  const answer = await get(api, `/sign-in/oidc${query}`).expect(302);
  const cookie = cookiesOf(answer).find((one) => /^gantry(-\d+)?-sign-in=/.test(one)) ?? '';
  return { url: new URL(String(answer.headers['location'])), cookie };
}

/** Goes all the way with the real provider. @returns the answer of the way back. */
async function signIn(account: string, o: { query?: string; session?: string } = {}): Promise<Response> {
  const { url, cookie } = await begin(real, o.query);
  const back = new URL(await provider.signIn(url.href, account));
  return get(real, `${back.pathname}${back.search}`, [cookie, o.session].filter(Boolean).join('; '));
}

const sessions = async (): Promise<number> =>
  (await store.db.selectFrom('sessions').selectAll().execute()).length;
const whoIs = async (api: ApiUnderTest, cookie: string): Promise<unknown> =>
  (await get(api, '/v1/me', cookie)).body.person?.id;

describe('signing in at a real provider', () => {
  test('makes the person with the verified address signed in, and leads back to where they were', async () => {
    const answer = await signIn('acc-cleo', { query: '?return=/calendar%3Fmonth%3D2026-06' });
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/calendar?month=2026-06');
    const cookie = sessionIn(answer) ?? '';
    expect(await whoIs(real, cookie)).toBe('cleo');
    const raw = ([answer.headers['set-cookie']].flat() as string[]).find((one) =>
      /^gantry(-\d+)?=/.test(one),
    );
    expect(raw).toMatch(/HttpOnly.*SameSite=Lax/);
    const entry = await store.db
      .selectFrom('audit_entries')
      .select('body')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(entry)).toContain('signin.oidc');
    expect(JSON.stringify(entry)).not.toContain('acme.test');
  });

  test('asks with PKCE, state and nonce, and writes nothing down before it comes back', async () => {
    const { url, cookie } = await begin(real);
    const asked = Object.fromEntries(url.searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: 'gantry',
      redirect_uri: `${origin}${callback}`,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(url.searchParams.has('max_age')).toBe(false);
    expect(cookie).not.toContain(asked['state']);
    expect(await sessions()).toBe(0);
  });

  test('afresh makes the provider ask again, and the session says since when it knows', async () => {
    const { url } = await begin(real, '?fresh=1');
    expect(url.searchParams.get('prompt')).toBe('login');
    expect(url.searchParams.get('max_age')).toBe('0');
    await signIn('acc-cleo', { query: '?fresh=1' });
    const [row] = await store.db.selectFrom('sessions').selectAll().execute();
    expect(row?.method).toBe('oidc');
    expect(Math.abs(Date.now() - (row?.authenticated_at?.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test('gives a new session id each time, and the one before is worth nothing', async () => {
    const first = sessionIn(await signIn('acc-cleo')) ?? '';
    const second = sessionIn(await signIn('acc-cleo', { session: first, query: '?fresh=1' })) ?? '';
    expect(second).not.toBe(first);
    await get(real, '/v1/me', first).expect(401);
    expect(await whoIs(real, second)).toBe('cleo');
  });

  test('does not take up a session id that somebody planted', async () => {
    const planted = `gantry-8640=${'a'.repeat(43)}`;
    const own = sessionIn(await signIn('acc-cleo', { session: planted }));
    expect(own).not.toBe(planted);
    await get(real, '/v1/me', planted).expect(401);
  });

  test.each([
    ['acc-eve', 'nobody in gantry.yaml'],
    ['acc-open', 'not verified'],
    ['acc-bare', 'not told'],
  ])('as %s is refused: %s', async (account, because) => {
    const answer = await signIn(account);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'SIGN_IN_REFUSED' });
    expect(answer.body.detail).toContain(because);
    expect(sessionIn(answer)).toBeUndefined();
    expect(await sessions()).toBe(0);
  });

  test('a session ends after 8 hours without use, after 24 in any case, and when an administrator ends it', async () => {
    const cookie = sessionIn(await signIn('acc-ben')) ?? '';
    const start = Date.now();
    const at = (hours: number): void => void (now = new Date(start + hours * 3_600_000));
    for (const hours of [7, 14, 21, 23.9]) {
      at(hours);
      await get(real, '/v1/me', cookie).expect(200);
    }
    at(24.1);
    await get(real, '/v1/me', cookie).expect(401);
    now = undefined;
    const idle = sessionIn(await signIn('acc-ben')) ?? '';
    at(8.1);
    await get(real, '/v1/me', idle).expect(401);
    now = undefined;
    const ended = sessionIn(await signIn('acc-ben')) ?? '';
    await request(real.app)
      .post('/v1/people/ben/sessions/end')
      .set('Authorization', await real.bearer('admin'))
      .send({})
      .expect(200);
    await get(real, '/v1/me', ended).expect(401);
  });

  test('binds one account to one person until an administrator forgets it', async () => {
    await signIn('acc-cleo');
    await store.db.updateTable('identities').set({ subject: 'the account of before' }).execute();
    expect((await signIn('acc-cleo')).status).toBe(403);
    const answer = await request(real.app)
      .post('/v1/people/cleo/identities/forget')
      .set('Authorization', await real.bearer('admin'))
      .send({})
      .expect(200);
    expect(answer.body).toEqual({ forgotten: 1, ended: 1 });
    expect((await signIn('acc-cleo')).status).toBe(303);
  });
});

describe('an attack on the way back', () => {
  /** A sign-in that would succeed, with what is different about it. */
  async function comeBack(
    o: {
      cookie?: string;
      query?: Record<string, string | undefined>;
      fresh?: boolean;
      method?: 'get' | 'head' | 'post';
    } = {},
  ): Promise<Response> {
    const { url, cookie } = await begin(lied, o.fresh ? '?fresh=1' : '');
    const nonce = url.searchParams.get('nonce');
    const { claims, ...rest } = hostile.next;
    hostile.next = { ...rest, claims: { email: 'cleo@acme.test', email_verified: true, nonce, ...claims } };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({
      code: 'c',
      state: url.searchParams.get('state') ?? '',
      ...o.query,
    }))
      if (value !== undefined) query.set(name, value);
    return request(lied.app)
      [o.method ?? 'get'](`${callback}?${query.toString()}`)
      .set('Host', '127.0.0.1:8640')
      .set('Accept', 'application/json')
      .set('Cookie', o.cookie ?? cookie);
  }
  const expectNobody = async (answer: Response): Promise<void> => {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(sessionIn(answer)).toBeUndefined();
    expect(await sessions()).toBe(0);
  };

  test('that is none signs in, so that all others fail for their own reason', async () => {
    const answer = await comeBack();
    expect(answer.status).toBe(303);
    expect(await whoIs(lied, sessionIn(answer) ?? '')).toBe('cleo');
    expect(hostile.asked[0]?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(hostile.asked[0]?.get('redirect_uri')).toBe(`${origin}${callback}`);
  });

  test.each<[string, Parameters<typeof comeBack>[0]]>([
    ['with another state', { query: { state: 'x'.repeat(43) } }],
    ['without state', { query: { state: undefined } }],
    ['without code', { query: { code: undefined } }],
    ['with an error instead of a code', { query: { code: undefined, error: 'access_denied' } }],
    ['in a browser that began nothing', { cookie: '' }],
    ['with a cookie that was made up', { cookie: `gantry-8640-sign-in=abcd1234.e30.${'A'.repeat(43)}` }],
    ['by HEAD', { method: 'head' }],
    ['by POST', { method: 'post' }],
    ['from another issuer', { query: { iss: 'https://evil.test' } }],
  ])('%s signs nobody in', async (_, o) => {
    await expectNobody(await comeBack(o));
    expect(hostile.asked).toHaveLength(0);
  });

  test.each<[string, HostileProvider['next']]>([
    ['for another audience', { claims: { aud: 'another-app' } }],
    ['for two audiences and another party', { claims: { aud: ['gantry', 'x'], azp: 'x' } }],
    ['with another nonce', { claims: { nonce: 'y'.repeat(43) } }],
    ['without nonce', { claims: { nonce: undefined } }],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }],
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1000) - 3_600 } }],
    ['signed by nobody (alg none)', { signedBy: 'nobody' }],
    ['signed with the client secret', { signedBy: 'the client secret' }],
    ['signed by another key', { signedBy: 'another key' }],
    ['that claims alg none over a sound signature', { header: { alg: 'none' } }],
    ['without subject', { claims: { sub: undefined } }],
    ['with an address that is not verified', { claims: { email_verified: false } }],
    ['with an address that is verified only as text', { claims: { email_verified: 'true' } }],
    ['with an address that folds into another', { claims: { email: 'C\u212Aleo@acme.test' } }],
    ['refused by the provider, as for a code used before', { refusal: 'invalid_grant' }],
  ])('with an identity %s signs nobody in', async (_, next) => {
    hostile.next = next;
    await expectNobody(await comeBack());
    expect(hostile.asked).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['says nothing of when', {}],
    ['last asked an hour ago', { auth_time: Math.floor(Date.now() / 1000) - 3_600 }],
    ['has a clock an hour ahead', { auth_time: Math.floor(Date.now() / 1000) + 3_600 }],
  ])('that was to be fresh, while the provider %s, signs nobody in', async (_, claims) => {
    hostile.next = { claims };
    await expectNobody(await comeBack({ fresh: true }));
  });

  test('a second time signs nobody in, even if the provider gives the code out twice', async () => {
    const { url, cookie } = await begin(lied);
    hostile.next = {
      claims: { email: 'cleo@acme.test', email_verified: true, nonce: url.searchParams.get('nonce') },
    };
    const back = `${callback}?code=c&state=${url.searchParams.get('state')}`;
    const answers = await Promise.all([1, 2, 3].map(() => get(lied, back, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400]);
    expect(await sessions()).toBe(1);
    expect(hostile.asked).toHaveLength(1);
  });

  test('after ten minutes signs nobody in', async () => {
    const { url, cookie } = await begin(lied);
    now = new Date(Date.now() + 10 * 60_000 + 1_000);
    await expectNobody(await get(lied, `${callback}?code=c&state=${url.searchParams.get('state')}`, cookie));
  });

  test('with the cookie of another sign-in signs nobody in', async () => {
    const [mine, theirs] = [await begin(lied), await begin(lied)];
    await expectNobody(
      await get(lied, `${callback}?code=c&state=${theirs.url.searchParams.get('state')}`, mine.cookie),
    );
  });

  test.each(['https://evil.test/', '//evil.test', '/\\evil.test', '/sign-out'])(
    'that was to lead to %s leads to the first page',
    async (target) => {
      const { url, cookie } = await begin(lied, `?return=${encodeURIComponent(target)}`);
      hostile.next = {
        claims: { email: 'cleo@acme.test', email_verified: true, nonce: url.searchParams.get('nonce') },
      };
      const answer = await get(lied, `${callback}?code=c&state=${url.searchParams.get('state')}`, cookie);
      expect(answer.headers['location']).toBe('/');
    },
  );
});

describe('a provider that is not there, or lies of itself', () => {
  test('leaves one-time links working, and says what to do', async () => {
    const away = await apiUnderTest(store, server.dir, {
      provider: openIdProvider({ issuer: 'http://127.0.0.1:9', clientId: 'gantry' }),
    });
    const answer = await get(away, '/sign-in/oidc').expect(503);
    expect(answer.body).toMatchObject({ code: 'PROVIDER_UNREACHABLE', retryable: true });
    await get(away, '/sign-in').expect(200);
    const by = { id: 'ana', kind: 'person' } as const;
    const { secret } = await createSignInLink(store.db, { person: 'ben', by, now: new Date() });
    await request(away.app).post(`/sign-in/${secret}`).set('Origin', origin).expect(303);
  });

  test.each<[string, Record<string, unknown>]>([
    ['under another issuer', { issuer: 'https://evil.test' }],
    ['with its token endpoint inside a cloud', { token_endpoint: 'http://169.254.169.254/token' }],
    ['with its token endpoint inside our network', { token_endpoint: 'http://127.0.0.1:25/token' }],
  ])('%s signs nobody in', async (_, metadata) => {
    hostile.metadata = metadata;
    const first = await get(lied, '/sign-in/oidc');
    if (first.status === 302) {
      const url = new URL(String(first.headers['location']));
      const back = await get(
        lied,
        `${callback}?code=c&state=${url.searchParams.get('state')}`,
        cookiesOf(first)[0],
      );
      expect(back.status).toBe(503);
    } else expect(first.status).toBe(503);
    expect(await sessions()).toBe(0);
  });

  test('that is not configured is not offered', async () => {
    const none = await apiUnderTest(store, server.dir);
    await get(none, '/sign-in/oidc').expect(404);
    expect((await get(none, '/sign-in')).text).not.toContain('/sign-in/oidc');
    expect((await get(real, '/sign-in')).text).toContain('/sign-in/oidc?return=%2F');
  });
});
