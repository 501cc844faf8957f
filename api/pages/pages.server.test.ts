import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { recordDeployments } from '../../platform/record/deployments.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { openIncident } from '../../platform/record/incidents/change.ts';
import { incidentById } from '../../platform/record/incidents/read.ts';
import { readOrder } from '../../platform/record/releases.ts';
import { adopt } from '../../platform/record/running.ts';
import { saveWatch } from '../../platform/record/watches.ts';
import { closeRequest, decisionsOf, openRequest } from '../../platform/record/approvals.ts';
import { keepMail, listMail } from '../../platform/record/mailbox.ts';
import { anAskedRelease, apiDeps, type Workflow } from '../../test/support/asked-release.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storeOfFile } from '../../test/support/a-store.ts';
import { liveScript } from './live-script.ts';
import { stylesheet, stylesheetPath } from './stylesheet.ts';

const store = storeOfFile();
let workflow: Workflow;

beforeEach(() => {
  workflow = () => ({ state: 'gating', headline: 'done', seq: 0 });
});

/** The pages as one person of the policy sees them. */
const seenBy = (
  id: string,
  access: Access[] = ['viewer', 'approver', 'operator', 'admin'],
  on = store,
): Express =>
  pagesSeenBy(
    apiDeps(on, store.dir, (update) => workflow(update)),
    id,
    access,
  );

describe('the list', () => {
  test('teaches the next command while there is nothing', async () => {
    const empty = await store.another();
    const shown = await supertest(seenBy('ana', undefined, empty))
      .get('/')
      .expect(200);
    expect(shown.text).toContain('No releases yet');
    expect(shown.text).toContain('gantry init');
  });

  test('puts what waits for the reader on top, and for nobody else', async () => {
    await anAskedRelease(store);
    expect((await supertest(seenBy('ana')).get('/').expect(200)).text).toContain('Waiting for me');
    expect((await supertest(seenBy('ben')).get('/').expect(200)).text).not.toContain('Waiting for me');
  });
});

describe('the page of an ended release', () => {
  const at = '2026-06-01T09:00:00.000Z';
  const by = { id: 'dee', kind: 'person' as const };
  const ended = { at: '2026-06-02T09:00:00.000Z', because: 'errors were at 7 %' };
  afterAll(async () => {
    await store.pool.query('delete from running; delete from quarantines');
  });

  test('shows how its watch stands and its incidents, and leads back in one step', async () => {
    await adopt(store.db, {
      ...{ service: 'shop', version: '1.3.0', environment: 'production', by, at },
      reason: 'first',
    });
    const { view } = await anAskedRelease(store, {
      view: { state: 'succeeded', reached: 'production', ended },
    });
    const deployed = {
      id: `${view.id}+production+shop`,
      environment: 'production',
      service: 'shop',
      version: '1.4.0',
    };
    await recordDeployments(store.db, view.id, 'ben', [
      { ...deployed, ...{ mode: 'deploy', status: 'running', exposure: 100, at: ended.at } },
      { ...deployed, ...{ mode: 'deploy', status: 'succeeded', exposure: 100, at: ended.at } },
    ]);
    await saveWatch(store.db, 3, {
      ...{ releaseId: view.id, environment: 'production', service: 'shop', version: '1.4.0' },
      ...{ health: 'regressed', because: 'errors: 1 failed', exposedAt: at, until: ended.at, looks: 7 },
      ...{ metrics: [], updatedAt: at },
    });
    const { incident } = await openIncident(
      store.db,
      {
        ...{ title: 'carts are empty', service: 'shop', severity: 'sev1', source: 'person' },
        startedAt: '2026-06-02T10:00:00.000Z',
      },
      { by, at: '2026-06-02T10:05:00.000Z', mailDomain: 'gantry.test' },
    );
    const app = seenBy('dee', ['viewer', 'releaser', 'operator', 'admin']);
    const { text } = await supertest(app).get(`/releases/${view.id}`).expect(200);
    expect(text).toContain('<strong>regressed</strong>');
    expect(text).toContain('carts are empty');
    expect(text).toContain('Roll shop back to 1.3.0');
    const viewed = (await supertest(seenBy('ben', ['viewer'])).get(`/releases/${view.id}`)).text;
    expect(viewed).toMatch(/<button disabled>Roll shop back to 1.3.0<\/button>.*needs releaser or admin/);
    expect(viewed).toMatch(/<button disabled>This release caused it<\/button>.*needs releaser or approver/);
    expect(viewed).not.toContain('method="post" action="/releases');
    await supertest(app)
      .post(`/releases/${view.id}/incidents/${incident.id}`)
      .type('form')
      .send({ reason: 'the bisection', verdict: 'confirm' })
      .expect(303);
    expect(await incidentById(store.db, incident.id)).toMatchObject({
      attribution: { state: 'confirmed', by: 'dee' },
    });
    const moved = await supertest(app)
      .post(`/releases/${view.id}/way-back`)
      .type('form')
      .send({ service: 'shop', to: '1.3.0', reason: 'errors were at 7 %' })
      .expect(303);
    const back = await readOrder(store.db, moved.headers['location']?.split('/').at(-1) ?? '');
    expect(back?.order).toMatchObject({
      intent: 'rollback',
      to: 'production',
      only: true,
      remediates: view.id,
    });
    await supertest(app)
      .post(`/releases/${view.id}/way-back`)
      .type('form')
      .send({ service: 'shop', to: '1.2.0', reason: 'guessed' })
      .expect(412);
  });

  test('offers to ban what was rolled back, everywhere and in one step', async () => {
    const { view } = await anAskedRelease(store, { view: { state: 'rolledBack', ended } });
    const app = seenBy('dee', ['viewer', 'operator']);
    expect((await supertest(app).get(`/releases/${view.id}`)).text).toContain('Quarantine shop 1.4.0');
    await supertest(app)
      .post(`/releases/${view.id}/quarantine`)
      .type('form')
      .send({ reason: 'errors were at 7 %' })
      .expect(303);
    expect(await standingQuarantines(store.db, [{ service: 'shop', version: '1.4.0' }])).toMatchObject([
      { by: 'dee', reason: 'errors were at 7 %' },
    ]);
    expect((await supertest(app).get(`/releases/${view.id}`)).text).not.toContain('Quarantine shop');
  });
});

describe('the page of a release', () => {
  test('says why it waits, who may decide and what can be done, with the reason where something cannot', async () => {
    const { view } = await anAskedRelease(store);
    const shown = await supertest(seenBy('ana')).get(`/releases/${view.id}`).expect(200);
    expect(shown.text).toContain('Needs 1 of qa: Ana or Dee.');
    expect(shown.text).toContain('may not vote: author of 2 commits');
    expect(shown.text).toContain('Nothing of this stage has been shipped: abort it instead.');
    expect(shown.text).toContain(`href="/releases/${view.id}.json"`);
    expect(shown.text).toContain('totals &lt;b&gt;include&lt;/b&gt; tax');
    expect(Buffer.byteLength(shown.text)).toBeLessThan(40_000);
  });

  test('has no form to decide for somebody who may not', async () => {
    const { view } = await anAskedRelease(store);
    const { text } = await supertest(seenBy('ben')).get(`/releases/${view.id}`);
    expect(text).not.toContain(`/releases/${view.id}/decisions`);
    expect(text).toMatch(
      /<button disabled>Send decision<\/button>.*Ben Ode may not vote: author of 2 commits/,
    );
    expect((await supertest(seenBy('ana')).get(`/releases/${view.id}`)).text).toContain('Send decision');
  });

  test('of an unknown id is a problem page with a remedy', async () => {
    expect(
      (await supertest(seenBy('ana')).get('/releases/rel_nothing').set('Accept', 'text/html').expect(404))
        .text,
    ).toContain('What to do:');
  });
});

/** The cookies that an answer sets, each as a browser sends it back. */
const cookiesOf = ({ headers }: { headers: Record<string, unknown> }): string[] =>
  [headers['set-cookie'] ?? []].flat().map((cookie) => String(cookie).split(';')[0] ?? '');

describe('a form of the release page', () => {
  test('gives its command with the reader and the reason, and shows the release after it', async () => {
    const { view } = await anAskedRelease(store);
    const calls = jest.fn<Workflow>(() => ({ state: 'gating', headline: 'paused', seq: 0 }));
    workflow = calls;
    await supertest(seenBy('dee'))
      .post(`/releases/${view.id}/pause`)
      .type('form')
      .send({ reason: 'lunch' })
      .expect(303)
      .expect('Location', `/releases/${view.id}`);
    expect(calls.mock.calls[0]![0]).toMatchObject({
      name: 'pause',
      input: { by: { id: 'dee' }, reason: 'lunch' },
    });
  });

  test('to pause what somebody has paused meanwhile shows the page with who has, and what becomes of the reason', async () => {
    const at = '2026-06-02T09:00:00.000Z';
    const holds = ['ben', 'dee'].map((by) => ({ by, reason: 'odd orders', kind: 'person' as const, at }));
    const { view } = await anAskedRelease(store, { view: { state: 'held', holds } });
    workflow = () => ({ state: 'held', headline: 'paused', seq: 0 });
    const address = `/releases/${view.id}`;
    const done = await supertest(seenBy('dee'))
      .post(`${address}/pause`)
      .type('form')
      .send({ reason: 'lunch' })
      .expect(303)
      .expect('Location', address);
    const [kept = ''] = cookiesOf(done);
    const shown = async (person: string, cookie: string, at = address) => {
      const page = await supertest(seenBy(person)).get(at).set('Cookie', cookie).expect(200);
      const words = page.text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
      return { words, cookie: cookiesOf(page)[0] };
    };
    const told = /It is held already, by Ben Ode since .* and by Dee Fox since /;
    const first = await shown('dee', kept);
    expect(first.words).toMatch(told);
    expect(first.words).toContain('the one that you give now stands in the log alone');
    // once, for whoever sent the form, and only as we have signed it
    expect(first.cookie).toBe('gantry-8080-told=');
    expect((await shown('dee', '')).words).not.toMatch(told);
    expect((await shown('ana', kept)).words).not.toMatch(told);
    expect((await shown('dee', kept, '/environments')).words).not.toMatch(told);
    const [kid, body = '', signature] = kept.split('=')[1]!.split('.');
    const ours = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const theirs = Buffer.from(JSON.stringify({ ...ours, text: 'Call 555 and say your password.' }));
    const forged = `${kept.split('=')[0]}=${kid}.${theirs.toString('base64url')}.${signature}`;
    expect((await shown('dee', forged)).words).not.toContain('Call 555');
  });

  test('is refused to somebody without the access for it', async () => {
    const { view } = await anAskedRelease(store);
    const calls = jest.fn<Workflow>();
    workflow = calls;
    await supertest(seenBy('ana', ['viewer']))
      .post(`/releases/${view.id}/abort`)
      .type('form')
      .send({ reason: 'x' })
      .expect(403);
    expect(calls).not.toHaveBeenCalled();
  });

  test('that lets something go on is refused when the release has changed since', async () => {
    const { view } = await anAskedRelease(store);
    const calls = jest.fn<Workflow>();
    workflow = calls;
    const refused = await supertest(seenBy('dee'))
      .post(`/releases/${view.id}/resume`)
      .type('form')
      .send({ seq: String(view.seq + 1) });
    expect(refused.status).toBe(412);
    expect(calls).not.toHaveBeenCalled();
  });

  test('decides as the signed-in person under the rules of the link', async () => {
    const { view, requestId, plan } = await anAskedRelease(store);
    workflow = () => ({
      choice: 'approve',
      approvalState: 'open',
      filled: 1,
      seats: 1,
      headline: 'x',
      seq: 0,
    });
    const form = { requestId, digest: plan.subjectDigest, decision: 'approve' };
    const decideAs = seenBy('ana');
    expect(
      (await supertest(decideAs).post(`/releases/${view.id}/decisions`).type('form').send(form).expect(422))
        .text,
    ).toContain('version-error');
    await supertest(decideAs)
      .post(`/releases/${view.id}/decisions`)
      .type('form')
      .send({ ...form, version: '1.4.0' })
      .expect(303);
    expect(await decisionsOf(store.db, requestId)).toMatchObject([
      { person: 'ana', choice: 'approve', via: 'api', delivery: 'counted' },
    ]);
  });
});

test('whoever decides on the release page sees what has changed since the last ask, as behind the mailed link', async () => {
  const asked = await anAskedRelease(store);
  const shown = async () =>
    (await supertest(seenBy('dee')).get(`/releases/${asked.view.id}`).expect(200)).text;
  expect(await shown()).not.toContain('asked before');
  const { requestId: previous, view, deadline } = asked;
  const at = '2026-06-02T09:00:00.000Z';
  const because = 'check unit was waived';
  await closeRequest(store.db, { requestId: previous, state: 'superseded', at, because });
  const rules = asked.plan.rules.map((rule) => ({ ...rule, atLeast: 2 }));
  await openRequest(store.db, {
    ...{
      requestId: crypto.randomUUID(),
      previous,
      stage: { ...asked.plan, rules, subjectDigest: 'e'.repeat(64) },
      releaseId: view.id,
    },
    ...{ title: 'shop 1.4.0', intent: 'deploy', openedAt: at, deadline },
  });
  const text = await shown();
  expect(text).toContain('People are asked again because check unit was waived.');
  expect(text).toMatch(/<dt>Approvals<\/dt>\s*<dd>\s*<del>1 of qa, within 3 d<\/del>\s*<ins>2 of qa/);
  expect(text.indexOf('What has changed since')).toBeLessThan(text.indexOf('Your decision for production'));
  expect((await supertest(seenBy('ben')).get(`/releases/${view.id}`)).text).not.toContain(
    'What has changed since',
  );
});

describe('a form to waive a failed check', () => {
  const failed = {
    ...{ id: 'audit', service: 'shop', outcome: 'failed' as const, required: true },
    ...{ summary: '1 finding', round: 1 },
  };

  test('is offered where one has failed, and gives the command with check, service, end and reason', async () => {
    const { view } = await anAskedRelease(store, { stage: { checks: [failed] } });
    const { text } = await supertest(seenBy('dee')).get(`/releases/${view.id}`).expect(200);
    expect(text).toContain('audit of shop: failed');
    const calls = jest.fn<Workflow>(() => ({ state: 'gating', headline: 'waived', seq: 0 }));
    workflow = calls;
    const send = (over: object) =>
      supertest(seenBy('dee'))
        .post(`/releases/${view.id}/waivers`)
        .type('form')
        .send({ seq: String(view.seq), check: 'audit shop', for: '2d', reason: 'known finding', ...over });
    await send({}).expect(303);
    const { input } = calls.mock.calls[0]![0] as { input: { expiresAt: string } };
    expect(input).toMatchObject({
      check: 'audit',
      service: 'shop',
      reason: 'known finding',
      by: { id: 'dee' },
    });
    expect(Date.parse(input.expiresAt) - Date.now()).toBeGreaterThan(47 * 3_600_000);
    for (const wrong of [{ check: 'audit' }, { for: '8d' }, { reason: '' }])
      expect((await send(wrong)).status).toBe(400);
    expect((await send({ seq: '99' })).status).toBe(412);
    expect(calls).toHaveBeenCalledTimes(1);
  });

  test('has one beside it that takes a waiver back, where one is in force', async () => {
    const waiver = {
      ...{ id: 'w1', check: 'audit', service: 'shop', environment: 'production', build: 'b', by: 'dee' },
      ...{ reason: 'known finding', at: '2026-01-01T00:00:00.000Z', expiresAt: '2999-01-01T00:00:00.000Z' },
    };
    const { view } = await anAskedRelease(store, { stage: { checks: [{ ...failed, waiver }] } });
    const { text } = await supertest(seenBy('dee')).get(`/releases/${view.id}`).expect(200);
    expect(text).toContain('audit of shop in production, by Dee Fox');
    const calls = jest.fn<Workflow>(() => ({ state: 'gating', headline: 'asked anew', seq: 0 }));
    workflow = calls;
    const send = (form: object) =>
      supertest(seenBy('dee')).post(`/releases/${view.id}/waivers/revoke`).type('form').send(form);
    await send({ waiver: 'audit shop production', reason: 'it is used in the wild' }).expect(303);
    expect(calls.mock.calls[0]![0]).toMatchObject({
      name: 'revokeWaiver',
      input: { check: 'audit', service: 'shop', environment: 'production', by: { id: 'dee' } },
    });
    for (const wrong of [{ waiver: 'audit' }, { waiver: 'audit shop production', reason: '' }])
      await send({ reason: 'it is used in the wild', ...wrong }).expect(400);
  });

  test('is shown disabled, with the reason, where none has failed or to whoever may not', async () => {
    const { view } = await anAskedRelease(store);
    const none = await supertest(seenBy('dee')).get(`/releases/${view.id}`);
    expect(none.text).toContain('No check of this stage has failed.');
    const other = await anAskedRelease(store, { stage: { checks: [failed] } });
    const viewer = seenBy('ana', ['viewer']);
    expect((await supertest(viewer).get(`/releases/${other.view.id}`)).text).not.toContain(
      'audit of shop: failed',
    );
    const sent = await supertest(viewer).post(`/releases/${other.view.id}/waivers`).type('form').send({});
    expect(sent.status).toBe(403);
  });
});

test('the page of environments bans a build and lets two people lift that; whoever may not sees no form', async () => {
  await store.pool.query('delete from quarantine_lifts; delete from quarantines');
  await anAskedRelease(store);
  const send = (id: string, path: string, form: object, access: Access[] = ['viewer', 'operator']) =>
    supertest(seenBy(id, access)).post(path).type('form').send(form);
  const shown = async (id: string, access: Access[] = ['viewer', 'operator']) =>
    (await supertest(seenBy(id, access)).get('/environments').expect(200)).text;
  const ban = { service: 'shop', version: '1.4.0', reason: 'corrupts carts of guests' };
  expect(await shown('ana')).toContain('action="/quarantines"');
  expect(await shown('ana', ['viewer'])).not.toContain('Quarantine');
  await send('ana', '/quarantines', ban, ['viewer']).expect(403);
  for (const wrong of [{ version: '' }, { reason: 'bad' }])
    expect((await send('ana', '/quarantines', { ...ban, ...wrong })).status).toBe(400);
  expect(await standingQuarantines(store.db)).toEqual([]);
  await send('ana', '/quarantines', ban).expect(303).expect('Location', '/environments#quarantines');
  const again = await send('dee', '/quarantines', { ...ban, reason: 'loses the money of guests' });
  // what is told stands on top, so it leads there and not past it
  expect([again.status, again.headers['location']]).toEqual([303, '/environments']);
  const [kept = ''] = cookiesOf(again);
  const after = await supertest(seenBy('dee', ['viewer', 'operator']))
    .get('/environments')
    .set('Cookie', kept);
  expect(after.text).toMatch(/It is quarantined already, by Ana Lopez since .* is not recorded\./);
  const [standing] = await standingQuarantines(store.db);
  expect(standing).toMatchObject({ service: 'shop', version: '1.4.0', by: 'ana' });
  const lift = `/quarantines/${standing!.id}/lift`;
  expect(await shown('ben', ['viewer'])).toContain('corrupts carts of guests');
  expect(await shown('ben', ['viewer'])).not.toContain(lift);
  await send('ben', lift, { reason: 'it was the cart service' }, ['viewer']).expect(403);
  expect((await send('ana', lift, { reason: 'short' })).status).toBeGreaterThanOrEqual(400);
  await send('ana', lift, { reason: 'it was the cart service' }).expect(303);
  expect(await shown('ana')).toContain('You have agreed to lift it; one more person has to.');
  expect((await send('ana', lift, { reason: 'it was the cart service' })).status).toBe(409);
  expect(await standingQuarantines(store.db)).toHaveLength(1);
  await send('dee', lift, { reason: 'I have seen the fix' }).expect(303);
  expect(await standingQuarantines(store.db)).toEqual([]);
});

describe('the inbox', () => {
  const hostile =
    '<html><head></head><body><script>alert(1)</script><a href="http://127.0.0.1:8080/a/x">Review</a></body></html>';

  test('shows a mail in a frame that can run and load nothing', async () => {
    await keepMail(store.db, {
      messageId: 'm',
      recipient: 'ana@acme.test',
      sender: 'g@acme.test',
      subject: '<b>hi</b>',
      text: 'text',
      html: hostile,
      raw: 'raw',
    });
    const [mail] = await listMail(store.db, { limit: 1 });
    const app = seenBy('dee');
    expect((await supertest(app).get('/inbox').expect(200)).text).toContain('&lt;b&gt;hi&lt;/b&gt;');
    const outer = await supertest(app).get(`/inbox/${mail!.id}`).expect(200);
    expect(outer.text).not.toContain('<script>alert');
    const inner = await supertest(app).get(`/inbox/${mail!.id}/html`).expect(200);
    expect(inner.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    expect(inner.headers['content-security-policy']).not.toMatch(
      /script-src|allow-scripts|allow-same-origin/,
    );
    expect((await supertest(app).get(`/inbox/${mail!.id}.json`).expect(200)).body).toMatchObject({
      subject: '<b>hi</b>',
      text: 'text',
    });
  });

  test('is closed to everybody but administrators: it holds the links of all', async () => {
    const app = seenBy('ana', ['viewer', 'approver']);
    for (const path of ['/inbox', '/inbox.json', '/inbox/1', '/inbox/1.json', '/inbox/1/html'])
      await supertest(app).get(path).expect(403);
  });
});

test('stylesheet and script are small, and kept by browsers', async () => {
  expect(stylesheet.length).toBeLessThan(12_000);
  expect(liveScript.length).toBeLessThan(6_000);
  await supertest(seenBy('ana'))
    .get(stylesheetPath)
    .expect(200)
    .expect('Content-Type', /text\/css/)
    .expect('Cache-Control', /immutable/);
});

test('environments say what runs there, or how to record it', async () => {
  await anAskedRelease(store);
  const shown = await supertest(seenBy('ana')).get('/environments').expect(200);
  expect(shown.text).toContain('gantry adopt SERVICE VERSION production');
});
