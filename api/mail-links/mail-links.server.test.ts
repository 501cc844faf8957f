import { randomUUID } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import supertest, { type Response } from 'supertest';
import type { Person } from '../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { GantryError } from '../../platform/errors.ts';
import { scannedLinks } from '../../platform/record/scanned-links.ts';
import { signLink } from '../../platform/links.ts';
import { closeRequest, decisionsOf, linkByJti, openRequest } from '../../platform/record/approvals.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { saveChanges } from '../../platform/record/results.ts';
import { adopt } from '../../platform/record/running.ts';
import type { Store } from '../../platform/database/open.ts';
import {
  anAskedRelease,
  appWith,
  publicUrl,
  type Asked,
  type Workflow,
} from '../../test/support/asked-release.ts';
import { anaBecomes, approve, counts, isAway, linksPerTest } from '../../test/support/mail-link.ts';
import { aRelease, anEvent } from '../../test/support/record-builders.ts';
import { aStage } from '../../test/support/release-world.ts';
import { mountMailLinks } from './index.ts';

const behind = linksPerTest();
const { store, linkFor, post } = behind;

const refuses =
  (
    code: 'APPROVAL_NOT_OPEN' | 'APPROVAL_DIGEST_CHANGED' | 'APPROVAL_UNKNOWN' | 'CONDITION_INVALID',
  ): Workflow =>
  () => {
    throw new GantryError(code, { headline: 'it moved on', detail: 'it moved on' });
  };
const nowAnaIs = async (changes: readonly Partial<Person>[]) => anaBecomes(store, changes);

const reject = { ...approve, decision: 'reject', comment: 'errors in staging' };

describe('opening a link', () => {
  test('shows the facts and a form with nothing chosen, and decides nothing', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    const shown = await supertest(behind.app).get(link.path).expect(200);
    expect(shown.text).toContain('shop 1.4.0 → production');
    expect(shown.text).toContain('totals &lt;b&gt;include&lt;/b&gt; tax');
    expect(shown.text).toContain('author of 2 commits');
    expect(shown.text).not.toMatch(/<script|\schecked|onclick/i);
    expect(shown.text).not.toContain('value="1.4.0"');
    await supertest(behind.app).head(link.path).expect(200);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
    expect((await linkByJti(store.db, link.jti))?.reads).toBe(2);
  });

  test('says who asks and why, as the mail does, and once what happens without an answer', async () => {
    const asked = await anAskedRelease(store, {
      view: { requestedBy: { id: 'ben', kind: 'person' }, reason: 'the <b>sale</b> begins' },
    });
    const { text } = await supertest(behind.app)
      .get((await linkFor(asked, 'ana')).path)
      .expect(200);
    const words = text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    expect(words).toContain('Ana Lopez, Ben Ode asks you to approve this by ');
    expect(words).toContain('Ben Ode says: “the &lt;b&gt;sale&lt;/b&gt; begins”');
    expect(words).toMatch(
      /Without an answer until [^.]* the release expires at that time and nothing is shipped\./,
    );
    expect(words).not.toMatch(/you do nothing/i);
  });

  test('answers with headers that let nothing load, cache or leak', async () => {
    const { headers } = await supertest(behind.app).get(
      (await linkFor(await anAskedRelease(store), 'ana')).path,
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'strict-origin',
      'x-robots-tag': 'noindex',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'nonce-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  test.each(['put', 'delete', 'patch', 'post'] as const)('by %s is refused', async (method) => {
    const link = await linkFor(await anAskedRelease(store), 'ana');
    await supertest(behind.app)[method](link.path).expect(405).expect('Allow', 'GET, HEAD');
  });

  test.each([
    ['superseded', 410, 'has changed'],
    ['withdrawn', 410, 'was stopped'],
    ['expired', 410, 'time to decide is over'],
    ['held', 410, 'time to decide is over'],
    ['approved', 200, 'Your answer was not needed'],
    ['rejected', 200, 'Your answer was not needed'],
  ])('of a request that is %s answers %d and has no form', async (state, status, words) => {
    const asked = await anAskedRelease(store);
    await closeRequest(store.db, {
      requestId: asked.requestId,
      state,
      at: '2026-06-02T08:00:00.000Z',
      because: 'Because of a reason.',
    });
    const shown = await supertest(behind.app)
      .get((await linkFor(asked, 'ana')).path)
      .expect(status);
    expect(shown.text).toContain(words);
    expect(shown.text).toContain('Because of a reason.');
    expect(shown.text).not.toContain('<form');
  });

  test('of a release whose place another took links to that', async () => {
    const because = 'shop 1.5.0 takes its place';
    const asked = await anAskedRelease(store, {
      view: { state: 'superseded', ended: { at: behind.now.toISOString(), because } },
    });
    const { requestId, view } = asked;
    await closeRequest(store.db, { requestId, state: 'withdrawn', at: behind.now.toISOString(), because });
    const shown = async () =>
      (
        await supertest(behind.app)
          .get((await linkFor(asked, 'ana')).path)
          .expect(410)
      ).text;
    expect(await shown()).not.toContain('stopped');
    const { policyDigest } = view;
    const newer = aRelease('shop', '1.5.0', { policyDigest, supersedes: [view.id] });
    await insertRelease(store.db, { ...newer, event: anEvent('created', { action: 'release.created' }) });
    const text = await shown();
    expect(text).toContain('Another release took the place of this one');
    expect(text).toContain(`<a href="/releases/${newer.view.id}">shop 1.5.0</a> took its place`);
  });

  test('in a burst, before anything is sent, is taken for a mail scanner; a person who opens it twice is not', async () => {
    const scanned = await anAskedRelease(store);
    const link = await linkFor(scanned, 'ana');
    await supertest(behind.app).head(link.path).expect(200);
    for (let look = 0; look < 3; look += 1) await supertest(behind.app).get(link.path).expect(200);
    expect(await scannedLinks(store.db, scanned.view.id)).toEqual([
      { at: expect.any(String), person: 'ana', looks: 4, environment: 'production' },
    ]);
    expect(await decisionsOf(store.db, scanned.requestId)).toEqual([]);
    const seen = await anAskedRelease(store);
    const other = await linkFor(seen, 'ana');
    for (let look = 0; look < 2; look += 1) await supertest(behind.app).get(other.path).expect(200);
    expect(await scannedLinks(store.db, seen.view.id)).toEqual([]);
  });

  test('in a burst by somebody who then decides at once is no scanner', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    for (let look = 0; look < 3; look += 1) await supertest(behind.app).get(link.path).expect(200);
    expect(await scannedLinks(store.db, asked.view.id)).toHaveLength(1);
    await post(`${link.path}/decision`, { ...approve, digest: asked.plan.subjectDigest }).expect(303);
    expect(await scannedLinks(store.db, asked.view.id)).toEqual([]);
  });

  test('at the deadline shows that it is over', async () => {
    const link = await linkFor(await anAskedRelease(store, { deadline: '2026-06-02T09:00:00.000Z' }), 'ana');
    expect((await supertest(behind.app).get(link.path).expect(410)).text).not.toContain('<form');
  });

  test('says what has come to run there since people were asked, as long as the request is open', async () => {
    const [component] = aStage().components;
    const askedAt = (previousVersion: string) =>
      anAskedRelease(store, { plan: { components: [{ ...component!, previousVersion }] } });
    const by = { id: 'dee', kind: 'person' as const };
    const told = { by, at: new Date().toISOString(), reason: 'deployed by hand' };
    const before = await askedAt('1.3.0');
    await adopt(store.db, { service: 'shop', environment: 'production', version: '1.3.0', ...told });
    const link = await linkFor(before, 'ana');
    const read = async (path: string) => (await supertest(behind.app).get(path).expect(200)).text;
    expect(await read(link.path)).not.toContain('Since you were asked');
    await adopt(store.db, { service: 'shop', environment: 'production', version: '1.3.1', ...told });
    const shown = (await read(link.path)).replaceAll(/\s+/g, ' ');
    expect(shown).toMatch(
      /<h2>Since you were asked<\/h2>.*production runs shop<\/dt> <dd><del>1\.3\.0<\/del> <ins>1\.3\.1<\/ins>/,
    );
    expect(shown.indexOf('Since you were asked')).toBeLessThan(shown.indexOf('<form'));
    const after = await linkFor(await askedAt('1.3.1'), 'ana');
    expect(await read(after.path)).not.toContain('Since you were asked');
  });

  test('of a request that came in the place of another shows why, and what has changed since', async () => {
    const asked = await anAskedRelease(store);
    const closedBecause = 'check unit was waived';
    const closing = { requestId: asked.requestId, state: 'superseded', at: behind.now.toISOString() };
    await closeRequest(store.db, { ...closing, because: closedBecause });
    const openAgain = async (previous: string, plan: StagePlan): Promise<string> => {
      const requestId = randomUUID();
      await openRequest(store.db, {
        ...{ requestId, previous, stage: plan, releaseId: asked.view.id },
        ...{
          title: 'shop 1.4.0',
          intent: 'deploy',
          openedAt: behind.now.toISOString(),
          deadline: asked.deadline,
        },
      });
      return (await linkFor({ ...asked, requestId }, 'ana')).path;
    };
    const same = await supertest(behind.app).get(await openAgain(asked.requestId, asked.plan));
    const old = await supertest(behind.app)
      .get((await linkFor(asked, 'ana')).path)
      .expect(410);
    expect(old.text).toMatch(/Ben Ode asked you on .* to approve shop 1\.4\.0 for production\./s);
    expect(old.text).toContain(': check unit was waived.');
    expect(old.text).toContain('Decide with the link in the newer mail');
    expect(old.text).toContain(`href="/releases/${asked.view.id}"`);
    expect(same.text).toContain('What has changed since people were asked before');
    expect(same.text).toContain('People are asked again because check unit was waived.');
    expect(same.text).toContain('Nothing of what you are asked about is another.');
    const rules = asked.plan.rules.map((rule) => ({ ...rule, atLeast: 2 }));
    const plan = { ...asked.plan, rules, subjectDigest: 'e'.repeat(64) };
    const other = await supertest(behind.app).get(await openAgain(asked.requestId, plan));
    expect(other.text).toMatch(/<dt>Approvals<\/dt><dd><del>1 of qa, within 3 d<\/del> <ins>2 of qa/);
    const first = await supertest(behind.app).get((await linkFor(await anAskedRelease(store), 'ana')).path);
    expect(first.text).not.toContain('asked before');
  });

  test('shows what differs from the last release that was asked about there, and the vote on it, until something is deployed', async () => {
    const { db } = store;
    const ask = async (subjectDigest: string, openedAt: string, title: string): Promise<Asked> => {
      const asked = await anAskedRelease(store, { plan: { subjectDigest } });
      const { view, plan: stage, deadline } = asked;
      const requestId = randomUUID();
      const change = { kind: 'fix' as const, title, commit: title, author: 'Ben Ode', at: openedAt };
      await saveChanges(db, { releaseId: view.id, service: 'shop', changes: [change] });
      await openRequest(db, {
        ...{
          requestId,
          stage,
          releaseId: view.id,
          title: 'shop 1.4.0',
          intent: 'deploy',
          openedAt,
          deadline,
        },
      });
      return { ...asked, requestId };
    };
    const older = await ask('d'.repeat(64), '2026-06-02T09:30:00.000Z', 'halve totals');
    const { path } = await linkFor(older, 'ana');
    await post(`${path}/decision`, { ...approve, digest: older.plan.subjectDigest }).expect(303);
    await closeRequest(db, {
      ...{ requestId: older.requestId, state: 'expired', at: '2026-06-02T09:40:00.000Z' },
      because: 'nobody else decided',
    });
    const newer = await ask('e'.repeat(64), '2026-06-02T09:50:00.000Z', 'round totals');
    const read = async (person: string) =>
      (
        await supertest(behind.app)
          .get((await linkFor(newer, person)).path)
          .expect(200)
      ).text;
    const shown = await read('ana');
    expect(shown).toContain('<h2>Compared with shop 1.4.0</h2>');
    expect(shown).toContain('that expired and was not deployed: nobody else decided.');
    expect(shown).toMatch(/You approved shop 1\.4\.0, on .*; for this you decide anew\./);
    expect(shown).toContain('<ins>1; new: round totals, by Ben Ode; no more: halve totals, by Ben Ode</ins>');
    expect(await read('dee')).not.toContain('You approved');
    await db
      .insertInto('deployments')
      .values({
        ...{ id: randomUUID(), release_id: older.view.id, environment: 'production', service: 'shop' },
        ...{ version: '1.3.9', mode: 'deploy', status: 'succeeded', exposure: 100, by_id: 'ben' },
        ...{ started_at: '2026-06-02T09:45:00.000Z', previous_version: null, digest: null, commit_id: null },
      })
      .execute();
    expect(await read('ana')).not.toContain('Compared with');
  });

  test('by somebody who wrote the change says why they may not decide', async () => {
    const shown = await supertest(behind.app)
      .get((await linkFor(await anAskedRelease(store), 'ben')).path)
      .expect(403);
    expect(shown.text).toContain('author of 2 commits');
  });
});

describe('a token that is not ours', () => {
  test('gets one constant page before any look at the database', async () => {
    const link = await linkFor(await anAskedRelease(store), 'ana');
    const queries = jest.spyOn(store.pool, 'connect');
    const answers: Response[] = [];
    for (const token of [
      'x',
      `${link.token}x`,
      link.token.replace('v1', 'v2'),
      `v1.k.${'A'.repeat(72)}.${'A'.repeat(43)}`,
    ]) {
      answers.push(
        await supertest(behind.app).get(`/a/${token}`).expect(404),
        await post(`/a/${token}/decision`, approve).expect(404),
      );
    }
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(queries).not.toHaveBeenCalled();
    queries.mockRestore();
  });

  test('is answered ten times in a minute and then refused', async () => {
    for (let count = 0; count < 10; count += 1) await supertest(behind.app).get('/a/nonsense').expect(404);
    await supertest(behind.app).get('/a/nonsense').expect(429).expect('Retry-After', /\d+/);
    await supertest(behind.app)
      .get((await linkFor(await anAskedRelease(store), 'ana')).path)
      .expect(200);
  });

  test('of another purpose opens nothing', async () => {
    const { token } = await linkFor(await anAskedRelease(store), 'ana', 'withdraw');
    await supertest(behind.app).get(`/a/${token}`).expect(404);
  });

  test('that names a request which is not in the record opens nothing', async () => {
    const token = signLink(behind.deps.secrets, {
      purpose: 'approval',
      jti: 'a'.repeat(32),
      requestId: randomUUID(),
      person: 'ana',
      expiresAt: '2099-01-01T00:00:00Z',
    });
    await supertest(behind.app).get(`/a/${token}`).expect(404);
  });
});

describe('a sent form', () => {
  test('counts once, and the receipt says so', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    const seen: unknown[] = [];
    behind.workflow = (update) => {
      seen.push(update.input);
      return counts(update);
    };
    await post(`${link.path}/decision`, approve).expect(303).expect('Location', `${link.path}/receipt`);
    await post(`${link.path}/decision`, approve).expect(303);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      person: 'ana',
      choice: 'approve',
      subjectDigest: asked.plan.subjectDigest,
      via: 'link',
      requestId: asked.requestId,
    });
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([
      { source: `link:${link.jti}`, choice: 'approve', delivery: 'counted' },
    ]);
  });

  test('that nobody can count yet is received, and the page says only that', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    behind.workflow = isAway;
    await post(`${link.path}/decision`, approve).expect(303);
    const receipt = await supertest(behind.app).get(`${link.path}/receipt`).expect(200);
    expect(receipt.text).toContain('Received, not counted yet');
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ delivery: 'pending' }]);
  });

  test('with the other answer is a conflict, and the first stands', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    await post(`${link.path}/decision`, approve).expect(303);
    expect((await post(`${link.path}/decision`, reject).expect(409)).text).toContain('You chose to approve');
    expect(await decisionsOf(store.db, asked.requestId)).toHaveLength(1);
  });

  test('with mistakes comes back with all of them and keeps what was typed', async () => {
    const asked = await anAskedRelease(store);
    const again = await post(`${(await linkFor(asked, 'ana')).path}/decision`, {
      decision: 'reject',
      version: '1.4',
      digest: approve.digest,
      comment: ' ',
    }).expect(422);
    expect(again.text).toContain('id="comment-error"');
    expect(again.text).toContain('id="version-error"');
    expect(again.text).toContain('value="1.4"');
    expect(again.text).toMatch(/value="reject"\s+required\s+checked/);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test.each([
    ['reject', { delay: '' }],
    ['postpone', { delay: '2026-06-02T10:00:00.000Z' }],
  ])(
    'to %s, as a mail scanner fills in forms, decides nothing without the version; what was written is kept',
    async (decision, over) => {
      const asked = await anAskedRelease(store);
      const seen = jest.fn<Workflow>();
      behind.workflow = seen;
      const { path } = await linkFor(asked, 'ana');
      const form = { ...reject, ...over, decision, version: '' };
      const { text } = await post(`${path}/decision`, form).expect(422);
      expect(text).toContain('a person decides and no mail program');
      expect(text).toContain('errors in staging');
      expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
      expect(seen).not.toHaveBeenCalled();
      expect((await supertest(behind.app).get(path)).text).toContain(
        'needed: it shows that a person decides',
      );
    },
  );

  test('about something else than what is asked now is refused', async () => {
    const asked = await anAskedRelease(store);
    await post(`${(await linkFor(asked, 'ana')).path}/decision`, {
      ...approve,
      digest: 'e'.repeat(64),
    }).expect(409);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test.each([
    ['no origin at all', {}],
    ['another origin', { Origin: 'https://evil.test' }],
    ['an opaque origin', { Origin: 'null' }],
    ['another site', { Origin: publicUrl, 'Sec-Fetch-Site': 'cross-site' }],
  ])('from %s is refused', async (_from, headers: Record<string, string>) => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    await supertest(behind.app)
      .post(`${link.path}/decision`)
      .set(headers)
      .type('form')
      .send(approve)
      .expect(403);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test('for a request that closed meanwhile answers 410', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    await closeRequest(store.db, {
      requestId: asked.requestId,
      state: 'approved',
      at: behind.now.toISOString(),
      because: 'Dee approved.',
    });
    await post(`${link.path}/decision`, approve).expect(410);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test.each([
    ['APPROVAL_NOT_OPEN', 410],
    ['APPROVAL_DIGEST_CHANGED', 409],
  ] as const)(
    'that the workflow refuses with %s answers %d and is not called counted',
    async (code, status) => {
      const asked = await anAskedRelease(store);
      const link = await linkFor(asked, 'ana');
      behind.workflow = refuses(code);
      const shown = await post(`${link.path}/decision`, approve).expect(status);
      expect(shown.text).not.toContain('It is counted');
      expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ delivery: 'refused' }]);
    },
  );

  test('under a condition that nobody can meet comes back with what was typed, and counts once it is mended', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    behind.workflow = refuses('CONDITION_INVALID');
    const typed = { ...approve, comment: 'then yes', conditions: 'zoe@production: tell the shops' };
    const again = await post(`${link.path}/decision`, typed).expect(422);
    expect(again.text).toContain('id="conditions-error"');
    expect(again.text).toContain('it moved on'); // in the words of the release
    expect(again.text).toContain('zoe@production: tell the shops');
    expect(again.text).toContain('then yes');
    behind.workflow = counts;
    await post(`${link.path}/decision`, { ...typed, conditions: 'ana@production: tell the shops' }).expect(
      303,
    );
    expect((await decisionsOf(store.db, asked.requestId)).map(({ delivery }) => delivery)).toEqual([
      'refused',
      'counted',
    ]);
  });

  test('about what a rebuilt release is only about to ask waits for it, where the record has it open', async () => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    behind.workflow = refuses('APPROVAL_UNKNOWN');
    await post(`${link.path}/decision`, approve).expect(303);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ delivery: 'pending' }]);
  });

  test.each([
    ['has lost the access to decide', [{ access: ['viewer' as const] }], 'does not have the access'],
    ['has left', [], 'no longer named in gantry.yaml'],
  ])('of somebody who meanwhile %s is refused in words', async (_, changes, words) => {
    const asked = await anAskedRelease(store);
    const link = await linkFor(asked, 'ana');
    await nowAnaIs(changes);
    const shown = await post(`${link.path}/decision`, approve).expect(403);
    expect(shown.text).toContain(words);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test('is told how the release stands while it is asked, and on its page alone afterwards', async () => {
    const headline = 'Held: the carts of guests are corrupt.';
    const asked = await anAskedRelease(store, { view: { headline } });
    const { path } = await linkFor(asked, 'ana');
    const withdraw = (await linkFor(asked, 'ana', 'withdraw')).path;
    await post(`${path}/decision`, approve).expect(303);
    const addresses = [path, `${path}/receipt`, withdraw];
    const texts = async () =>
      Promise.all(addresses.map(async (address) => (await supertest(behind.app).get(address)).text));
    for (const text of await texts()) expect(text).toContain(headline);
    await closeRequest(store.db, {
      ...{ requestId: asked.requestId, state: 'approved', at: behind.now.toISOString() },
      because: 'Approved by Ana Lopez.',
    });
    for (const text of await texts()) {
      expect(text).not.toContain('corrupt');
      expect(text).toContain(`<a href="/releases/${asked.view.id}">the page of the release</a>`);
    }
  });

  test('whose request is void afterwards is said to count no more by its receipt, and a second click leads there', async () => {
    const asked = await anAskedRelease(store);
    const { path } = await linkFor(asked, 'ana');
    await post(`${path}/decision`, approve).expect(303);
    const closing = {
      requestId: asked.requestId,
      state: 'superseded',
      at: behind.now.toISOString(),
    } as const;
    await closeRequest(store.db, { ...closing, because: 'check unit was waived' });
    await post(`${path}/decision`, approve).expect(303).expect('Location', `${path}/receipt`);
    const { text } = await supertest(behind.app).get(`${path}/receipt`).expect(200);
    expect(text).toContain('You chose to approve. It counts no more.');
    expect(text).toContain('check unit was waived');
    expect(text).not.toContain('It is counted');
    expect(await decisionsOf(store.db, asked.requestId)).toHaveLength(1);
  });

  test.each(['open', 'approved', 'superseded', 'expired', 'withdrawn'] as const)(
    'kept by somebody who has left tells nothing of a request that is %s',
    async (state) => {
      const asked = await anAskedRelease(store, { view: { headline: 'It went wrong.' } });
      const { path } = await linkFor(asked, 'ana');
      const withdraw = (await linkFor(asked, 'ana', 'withdraw')).path;
      await post(`${path}/decision`, approve).expect(303);
      const because = 'Dee found a hole.';
      if (state !== 'open')
        await closeRequest(store.db, {
          requestId: asked.requestId,
          state,
          at: behind.now.toISOString(),
          because,
        });
      await nowAnaIs([]);
      for (const address of [path, `${path}/receipt`, withdraw]) {
        const { text } = await supertest(behind.app).get(address).expect(403);
        expect(text).toContain('no longer named in gantry.yaml');
        expect(text).not.toMatch(/went wrong|a hole|<form/);
      }
    },
  );

  test('is the only way to decide: JSON is refused', async () => {
    const asked = await anAskedRelease(store);
    const decision = `${(await linkFor(asked, 'ana')).path}/decision`;
    const withdrawal = (await linkFor(asked, 'ana', 'withdraw')).path;
    for (const path of [decision, withdrawal])
      await supertest(behind.app).post(path).set('Origin', publicUrl).send(approve).expect(415);
    expect(await decisionsOf(store.db, asked.requestId)).toEqual([]);
  });

  test('has room for the longest comment in any script, and loses what a terminal would obey', async () => {
    const asked = await anAskedRelease(store);
    const comment = '承'.repeat(1_999);
    const path = `${(await linkFor(asked, 'ana')).path}/decision`;
    await post(path, { ...approve, comment: `\u001b${comment}` }).expect(303);
    expect(await decisionsOf(store.db, asked.requestId)).toMatchObject([{ comment }]);
  });

  test('is taken thirty times in a minute through one link', async () => {
    const link = await linkFor(await anAskedRelease(store), 'ana');
    for (let count = 0; count < 30; count += 1) await post(`${link.path}/decision`, {}).expect(422);
    await post(`${link.path}/decision`, approve).expect(429);
  });

  test('says that nothing was recorded where the record cannot be read', async () => {
    const link = await linkFor(await anAskedRelease(store), 'ana');
    const down = await store.another();
    await down.close();
    const broken = { ...behind.deps, store: { ...down, db: failing(down) } };
    const answer = await supertest(appWith(broken, (into) => mountMailLinks(into, broken)))
      .post(`${link.path}/decision`)
      .set('Origin', publicUrl)
      .type('form')
      .send(approve)
      .expect(503);
    expect(answer.text).toContain('Nothing happened');
  });
});

/** A database that answers every query as a server does that is shutting down. */
const failing = (from: Store): Store['db'] =>
  new Proxy(from.db, {
    get: () => () => {
      throw Object.assign(new Error('terminating connection due to administrator command'), {
        code: '57P01',
      });
    },
  });
