import { cookieName } from '../auth/session-cookie.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import type { Assurance } from '../../domain/gates/approvals/assurance.ts';
import type { CodeMail } from '../../platform/code-mail.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { signLink } from '../../platform/links.ts';
import type { OidcProvider } from '../../platform/oidc.ts';
import { decisionsOf, ensureLinks } from '../../platform/record/approvals.ts';
import { recordBatch, timeline } from '../../platform/record/releases.ts';
import { endSession, startSession, type SessionProof } from '../../platform/record/sessions.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { sha256 } from '../../platform/ids.ts';
import { anAskedRelease, apiDeps, publicUrl, type Asked } from '../../test/support/asked-release.ts';
import { anEvent } from '../../test/support/record-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { csrfToken } from '../auth/csrf.ts';
import type { ApiDeps } from '../deps.ts';
import { buildApp } from '../server.ts';

let server: TestServer;
let store: Store;
let deps: ApiDeps;
let app: Express;
let now = new Date('2026-06-02T09:00:00.000Z');
let mails: CodeMail[];
let mailFails: boolean;

/** Nobody is sent there in these tests: what counts is the session that a sign-in has left. */
const provider: OidcProvider = {
  issuer: 'https://id.acme.test',
  signInUrl: () => Promise.resolve(new URL('https://id.acme.test/auth')),
  identify: () => Promise.reject(new Error('nobody signs in here')),
  look: () => Promise.resolve(),
};

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
}, 60_000);
afterAll(() => server.stop());

beforeEach(() => {
  now = new Date('2026-06-02T09:00:00.000Z');
  [mails, mailFails] = [[], false];
  withDeps({ provider });
});

function withDeps(over: Partial<ApiDeps>): void {
  const counts = ({ input }: { input: unknown }) => {
    const { choice } = input as { choice: string };
    return { choice, approvalState: 'open', filled: 1, seats: 1, headline: 'counted', seq: 0 };
  };
  const sendCode = async (mail: CodeMail): Promise<void> => {
    if (mailFails) throw new GantryError('MAIL_FAILED');
    mails.push(mail);
  };
  deps = { ...apiDeps(store, server.dir, counts, () => now), sendCode, ...over };
  app = buildApp(deps);
}

/** A release whose stage asks for this level, and Ana's link to it. */
async function asking(assurance: Assurance): Promise<{ asked: Asked; path: string }> {
  const plan = { approval: { expiresMs: 259_200_000, graceMs: 0, onExpiry: 'close' as const, assurance } };
  const asked = await anAskedRelease(store, { plan });
  return { asked, path: await linkTo(asked, 'ana') };
}

async function linkTo(
  asked: Asked,
  person: string,
  occasion = 'ask',
  purpose: 'approval' | 'withdraw' = 'approval',
): Promise<string> {
  const { requestId, deadline: expiresAt } = asked;
  const [link] = await ensureLinks(store.db, { requestId, people: [person], occasion, purpose });
  const token = signLink(deps.secrets, { purpose, jti: link!.jti, requestId, person, expiresAt });
  return `/${purpose === 'approval' ? 'a' : 'w'}/${token}`;
}

const oidc = (ageMs = 3_600_000): SessionProof => ({
  method: 'oidc',
  authenticatedAt: new Date(now.getTime() - ageMs).toISOString(),
});

/** A browser that is signed in as this person. */
async function browserOf(
  person: string,
  proof: SessionProof = oidc(),
): Promise<{ cookie: string; csrf: string; hash: string }> {
  const id = await startSession(store.db, person, now, proof);
  const hash = sha256(id);
  return { cookie: `${cookieName(deps.config.publicUrl)}=${id}`, csrf: csrfToken(deps.secrets, hash), hash };
}

const get = (path: string, cookie = '') => supertest(app).get(path).set('Cookie', cookie);
const post = (path: string, form: Record<string, string>, cookie = '') =>
  supertest(app).post(path).set('Origin', publicUrl).set('Cookie', cookie).type('form').send(form);
const approve = {
  decision: 'approve',
  version: '1.4.0',
  digest: 'd'.repeat(64),
  comment: 'looked at totals',
};
const hasForm = ({ text }: Response): boolean => text.includes('/decision"');

async function expectNothing(asked: Asked): Promise<void> {
  expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
}

describe('a stage that asks for a sign-in', () => {
  test('shows the facts and a plain way to sign in, and no form, to whoever has only the link', async () => {
    const { asked, path } = await asking('login');
    const shown = await get(path).expect(200);
    expect(shown.text).toContain('shop 1.4.0 → production');
    expect(shown.text).toContain(`href="/sign-in/oidc?return=${encodeURIComponent(path)}"`);
    expect(hasForm(shown)).toBe(false);
    expect(shown.text).not.toContain('<button');
    const sent = await post(`${path}/decision`, approve).expect(401);
    expect(sent.text).toContain('looked at totals');
    expect(sent.text).toContain('/sign-in/oidc');
    await expectNothing(asked);
  });

  test.each<[string, string, SessionProof, number]>([
    ['of another person', 'dee', oidc(), 403],
    ['of an excluded person', 'ben', oidc(), 403],
    ['of the person, by a one-time link', 'ana', { method: 'link' }, 401],
  ])('takes nothing with a session %s', async (_, person, proof, status) => {
    const { asked, path } = await asking('login');
    const { cookie, csrf } = await browserOf(person, proof);
    const shown = await get(path, cookie).expect(status === 403 ? 403 : 200);
    expect(hasForm(shown)).toBe(false);
    if (status === 403) expect(shown.text).toContain('This request is for another person');
    await post(`${path}/decision`, { ...approve, csrf }, cookie).expect(status);
    await expectNothing(asked);
  });

  test('takes the decision of the person who is signed in, and writes down how', async () => {
    const { asked, path } = await asking('login');
    const { cookie, csrf } = await browserOf('ana');
    const shown = await get(path, cookie).expect(200);
    expect(shown.text).toContain('(assurance: login)');
    expect(shown.text).toContain(csrf);
    expect(shown.text).not.toMatch(/<script|\schecked/);
    const sent = await post(`${path}/decision`, { ...approve, csrf }, cookie).expect(303);
    expect(sent.headers['location']).toBe(`${path}/receipt`);
    const [decision] = await decisionsOf(store.db, asked.requestId);
    expect(decision).toMatchObject({ person: 'ana', assurance: 'login', via: 'link' });
    const said = await timeline(store.db, asked.view.id, { limit: 50 });
    expect(said.find(({ action }) => action === 'decision.received')?.facts).toMatchObject({
      assurance: 'login',
    });
  });

  test.each<[string, (csrf: string) => Record<string, string>]>([
    ['without the token of the session', () => ({})],
    ['with the token of another session', () => ({ csrf: 'x'.repeat(43) })],
    ['with the token, cut short', (csrf) => ({ csrf: csrf.slice(1) })],
  ])('takes no form %s', async (_, form) => {
    const { asked, path } = await asking('login');
    const { cookie, csrf } = await browserOf('ana');
    await post(`${path}/decision`, { ...approve, ...form(csrf) }, cookie).expect(403);
    await expectNothing(asked);
  });

  test.each<[string, Record<string, string>]>([
    ['a foreign page', { Origin: 'https://evil.test' }],
    ['a page of another site, as the browser says', { Origin: publicUrl, 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of a sister site', { Origin: publicUrl, 'Sec-Fetch-Site': 'same-site' }],
    ['nowhere', {}],
    ['a page without an origin', { Origin: 'null' }],
  ])('takes no form from %s', async (_, headers) => {
    const { asked, path } = await asking('login');
    const { cookie, csrf } = await browserOf('ana');
    await supertest(app)
      .post(`${path}/decision`)
      .set({ ...headers, Cookie: cookie })
      .type('form')
      .send({ ...approve, csrf })
      .expect(403);
    await expectNothing(asked);
  });

  test.each<[string, (hash: string) => Promise<unknown>]>([
    ['signed out', (hash) => endSession(store.db, hash)],
    ['idle for 8 hours', () => Promise.resolve((now = new Date(now.getTime() + 8 * 3_600_000 + 1)))],
  ])('takes nothing once the session was %s, and keeps what was typed', async (_, end) => {
    const { asked, path } = await asking('login');
    const { cookie, csrf, hash } = await browserOf('ana');
    await end(hash);
    const sent = await post(`${path}/decision`, { ...approve, csrf }, cookie).expect(401);
    expect(sent.text).toContain('looked at totals');
    await expectNothing(asked);
  });

  test('takes nothing at all where no provider is configured any more', async () => {
    withDeps({});
    const { asked, path } = await asking('login');
    const { cookie, csrf } = await browserOf('ana');
    expect((await get(path, cookie).expect(200)).text).toContain('Nobody can sign in here');
    await post(`${path}/decision`, { ...approve, csrf }, cookie).expect(401);
    await expectNothing(asked);
  });

  test('takes a token of the API for too little, and a session of the person for enough', async () => {
    const { asked } = await asking('login');
    const by = { id: 'ana', kind: 'person' as const };
    const { text } = await createToken(store.db, {
      ...{ name: 'ana', owner: 'ana', access: ['approver'], services: [], by, at: now.toISOString() },
      expiresAt: '2100-01-01T00:00:00.000Z',
    });
    const body = { requestId: asked.requestId, choice: 'approve', subjectDigest: 'd'.repeat(64) };
    const address = `/v1/releases/${asked.view.id}/decisions`;
    const refused = await supertest(app)
      .post(address)
      .set('Authorization', `Bearer ${text}`)
      .send(body)
      .expect(403);
    expect(refused.body.code).toBe('APPROVAL_ASSURANCE_LOW');
    await expectNothing(asked);
    const { cookie, csrf } = await browserOf('ana');
    const send = () => supertest(app).post(address).set({ Cookie: cookie, Origin: publicUrl }).send(body);
    await send().expect(403);
    await send().set('Authorization', `Bearer ${text}`).set('X-CSRF-Token', csrf).expect(403);
    await expectNothing(asked);
    await send().set('X-CSRF-Token', csrf).expect(200);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ assurance: 'login', via: 'api' }]);
  });

  test('lets a vote be taken back with a sign-in only', async () => {
    const { asked } = await asking('login');
    const [stage] = asked.view.stages;
    const vote = {
      person: 'ana',
      choice: 'reject',
      via: 'link',
      decisionId: 'd1',
      at: now.toISOString(),
    } as const;
    const view = {
      ...asked.view,
      seq: 2,
      stages: [{ ...stage!, approval: { ...stage!.approval!, votes: [vote] } }],
    };
    const workflow = { id: view.workflowId, runId: 'r' };
    await recordBatch(store.db, { releaseId: view.id, events: [anEvent('voted', {})], view, workflow });
    const commands: string[] = [];
    const update = ({ name }: { name: string }) => {
      commands.push(name);
      return { state: 'gating', headline: 'taken back', seq: 2 };
    };
    const { engine } = apiDeps(store, server.dir, update, () => now);
    withDeps({ provider, engine });
    const path = await linkTo(asked, 'ana', 'counted', 'withdraw');
    expect((await get(path).expect(200)).text).not.toContain('name="confirm"');
    await post(path, { confirm: 'yes' }).expect(401);
    const dee = await browserOf('dee');
    await post(path, { confirm: 'yes', csrf: dee.csrf }, dee.cookie).expect(403);
    const byLink = await browserOf('ana', { method: 'link' });
    const form = { requestId: asked.requestId, csrf: byLink.csrf };
    await post(`/releases/${view.id}/withdrawals`, form, byLink.cookie).expect(403);
    expect(commands).toEqual([]);
    const ana = await browserOf('ana');
    await post(path, { confirm: 'yes' }, ana.cookie).expect(403);
    await post(path, { confirm: 'yes', csrf: ana.csrf }, ana.cookie).expect(303);
    expect(commands).toEqual(['withdraw']);
  });
});

describe('a stage that asks for a fresh sign-in', () => {
  test('sends whoever signed in five minutes ago to the provider again', async () => {
    const { asked, path } = await asking('reauth');
    const { cookie, csrf } = await browserOf('ana', oidc(300_000));
    const shown = await get(path, cookie).expect(200);
    expect(shown.text).toContain('fresh=1');
    expect(hasForm(shown)).toBe(false);
    await post(`${path}/decision`, { ...approve, csrf, meaning: 'reviewed' }, cookie).expect(401);
    await expectNothing(asked);
  });

  test('asks what is signed, and shows and records it with name and time', async () => {
    const { asked, path } = await asking('reauth');
    const { cookie, csrf } = await browserOf('ana', oidc(60_000));
    expect((await get(path, cookie).expect(200)).text).toContain('What you sign');
    expect((await post(`${path}/decision`, { ...approve, csrf }, cookie).expect(422)).text).toContain(
      'Choose what you sign',
    );
    await expectNothing(asked);
    await post(`${path}/decision`, { ...approve, csrf, meaning: 'responsible' }, cookie).expect(303);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([
      { assurance: 'reauth', meaning: 'responsible' },
    ]);
    const receipt = (await get(`${path}/receipt`).expect(200)).text;
    expect(receipt).toContain('Ana Lopez: I am responsible for it');
    const said = await timeline(store.db, asked.view.id, { limit: 50 });
    expect(said.find(({ action }) => action === 'decision.received')?.facts).toMatchObject({
      assurance: 'reauth',
      meaning: 'responsible',
    });
  });

  test('takes no API call of a session without a meaning', async () => {
    const { asked } = await asking('reauth');
    const { cookie, csrf } = await browserOf('ana', oidc(0));
    const body = { requestId: asked.requestId, choice: 'approve', subjectDigest: 'd'.repeat(64) };
    const send = (more: object) =>
      supertest(app)
        .post(`/v1/releases/${asked.view.id}/decisions`)
        .set({ Cookie: cookie, Origin: publicUrl, 'X-CSRF-Token': csrf })
        .send({ ...body, ...more });
    await send({}).expect(403);
    await expectNothing(asked);
    await send({ meaning: 'approved' }).expect(200);
  });

  test('offers the form on the release page only to who has proven enough', async () => {
    const { asked } = await asking('reauth');
    const page = async (proof: SessionProof): Promise<string> =>
      (await get(`/releases/${asked.view.id}`, (await browserOf('ana', proof)).cookie).expect(200)).text;
    expect(await page({ method: 'link' })).toContain('/sign-in/oidc?return=');
    expect(await page(oidc(300_000))).not.toContain('name="meaning"');
    expect(await page(oidc(0))).toContain('name="meaning"');
  });
});

describe('a stage that asks for a code', () => {
  const sendFor = async (path: string): Promise<string> => {
    await post(`${path}/code`, { send: 'yes' }).expect(303);
    return mails.at(-1)?.code ?? '';
  };
  const decideWith = (path: string, code: string) => post(`${path}/decision`, { ...approve, code });
  const anotherThan = (code: string): string => (code === '000000' ? '000001' : '000000');

  test('mails it to the address of the policy when it is asked for, and counts the decision with it', async () => {
    const { asked, path } = await asking('link+code');
    const shown = await get(path).expect(200);
    expect(shown.text).toContain('name="code"');
    await post(`${path}/decision`, approve).expect(422);
    expect(mails).toEqual([]);
    const code = await sendFor(path);
    expect(code).toMatch(/^\d{6}$/);
    expect(mails).toMatchObject([{ to: { name: 'Ana Lopez', address: 'ana@acme.test' } }]);
    const page = (await get(path).expect(200)).text;
    expect(page).toContain('A code was mailed to you');
    expect(page).not.toContain(code);
    const { rows } = await store.pool.query('select approval_codes::text as row from approval_codes');
    expect(JSON.stringify(rows)).not.toContain(`"${code}"`);
    await decideWith(path, code).expect(303);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ assurance: 'link+code' }]);
  });

  test('is not used up by a form with another mistake', async () => {
    const { asked, path } = await asking('link+code');
    const code = await sendFor(path);
    await post(`${path}/decision`, { ...approve, version: '9.9.9', code }).expect(422);
    await expectNothing(asked);
    await decideWith(path, code).expect(303);
  });

  test('takes none that was mistyped five times, is ten minutes old, was replaced, or is of another link', async () => {
    const { asked, path } = await asking('link+code');
    const first = await sendFor(path);
    for (let n = 0; n < 5; n += 1) await decideWith(path, anotherThan(first)).expect(422);
    await decideWith(path, first).expect(422);
    const old = await sendFor(path);
    now = new Date(now.getTime() + 600_000);
    await decideWith(path, old).expect(422);
    const replaced = await sendFor(path);
    const live = await sendFor(path);
    if (replaced !== live) await decideWith(path, replaced).expect(422);
    const other = await linkTo(asked, 'ana', 'reminder');
    await decideWith(other, live).expect(422);
    await expectNothing(asked);
    await decideWith(path, live).expect(303);
  });

  test('counts twenty guesses at once as five', async () => {
    const { path } = await asking('link+code');
    const code = await sendFor(path);
    await Promise.all(Array.from({ length: 20 }, () => decideWith(path, anotherThan(code))));
    const { rows } = await store.pool.query(
      'select max(tries) as tries from approval_codes where used_at is null',
    );
    expect(rows).toMatchObject([{ tries: 5 }]);
    await decideWith(path, code).expect(422);
  });

  test('sends none for an untouched form, from a foreign page, or by GET, and ten at most', async () => {
    const { path } = await asking('link+code');
    await post(`${path}/code`, {}).expect(422);
    await supertest(app).post(`${path}/code`).type('form').send({ send: 'yes' }).expect(403);
    await get(`${path}/code`).expect(405);
    expect(mails).toEqual([]);
    for (let n = 0; n < 10; n += 1) await sendFor(path);
    await post(`${path}/code`, { send: 'yes' }).expect(429);
    expect(mails).toHaveLength(10);
  });

  test('says so when the mail was not taken', async () => {
    const { path } = await asking('link+code');
    mailFails = true;
    expect((await post(`${path}/code`, { send: 'yes' }).expect(503)).text).toContain('the link stays valid');
  });

  test('does not mail one for a stage that asks for less or more', async () => {
    for (const level of ['link', 'login'] as const)
      await post(`${(await asking(level)).path}/code`, { send: 'yes' }).expect(409);
    expect(mails).toEqual([]);
  });
});
