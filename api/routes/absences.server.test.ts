import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { absencesAt } from '../../platform/record/absences.ts';
import { noticesOf } from '../../platform/record/notices.ts';
import { closeRequest, renewRequest, requestById } from '../../platform/record/approvals.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { timeline } from '../../platform/record/timeline.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { anAskedRelease } from '../../test/support/asked-release.ts';
import { browserOf } from '../../test/support/browser-of.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, anEvent, batchOf } from '../../test/support/record-builders.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
const tokens = {} as Record<Access, string>;
let number = 0;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  app = api.app;
  for (const access of ['viewer', 'approver', 'operator'] as const) tokens[access] = await api.bearer(access);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const later = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const add = (token: string, body: object) =>
  request(app)
    .post('/v1/absences')
    .set('Authorization', token)
    .set('Idempotency-Key', `k${(number += 1)}`)
    .send(body);
const end = (token: string, id: string) =>
  request(app).delete(`/v1/absences/${id}`).set('Authorization', token);
const listed = async (): Promise<{ id: string; person: string }[]> =>
  (await request(app).get('/v1/absences').set('Authorization', tokens.viewer).expect(200)).body.items;

describe('an absence', () => {
  test('is one’s own to add and to end, and both stand in the log', async () => {
    const { body } = await add(tokens.approver, { until: later(72), delegate: 'ben' }).expect(201);
    expect(body).toMatchObject({ person: 'cleo', delegate: 'ben', createdBy: 'cleo' });
    const { warnings, names, ...absence } = body;
    expect(names).toEqual({ cleo: 'Cleo', ben: 'Ben' });
    expect(warnings).toEqual([
      {
        because: 'No approval rule that asks Cleo knows Ben as its backup: Ben stands in nowhere.',
        remedy: expect.stringContaining('`backup`'),
      },
    ]);
    expect(await listed()).toEqual([absence]);
    const { db } = api.deps.store;
    expect(await absencesAt(db, later(1))).toMatchObject([{ person: 'cleo', delegate: 'ben' }]);
    expect(await absencesAt(db, later(73))).toEqual([]);
    await end(tokens.approver, body.id).expect(200);
    expect(await listed()).toEqual([]);
    expect(await absencesAt(db, later(1))).toEqual([]);
    const { body: again } = await end(tokens.approver, body.id).expect(200);
    expect(again.id).toBe(body.id);
    const entries = await db
      .selectFrom('audit_entries')
      .select(['action', 'object', 'sentence'])
      .where('action', 'like', 'absence.%')
      .orderBy('seq')
      .execute();
    expect(entries).toEqual([
      {
        ...{ action: 'absence.added', object: 'cleo' },
        sentence: expect.stringMatching(/^Cleo is away from .* UTC to .* UTC; Ben stands in\.$/),
      },
      {
        ...{ action: 'absence.ended', object: 'cleo' },
        sentence: expect.stringMatching(/^Cleo is no longer away; it was to last until .* UTC\.$/),
      },
    ]);
  });

  test('of somebody else needs the access operator, to add and to end', async () => {
    await add(tokens.viewer, { person: 'cleo', until: later(2) }).expect(403);
    const { body } = await add(tokens.operator, { person: 'cleo', until: later(2) }).expect(201);
    await end(tokens.viewer, body.id).expect(403);
    await end(tokens.operator, body.id).expect(200);
  });

  test('that has not begun can be taken back and never counts', async () => {
    const { body } = await add(tokens.approver, { from: later(10), until: later(20) }).expect(201);
    await end(tokens.approver, body.id).expect(200);
    expect(await absencesAt(api.deps.store.db, later(15))).toEqual([]);
  });

  test('that meets another of the same person is refused, with what stands and what to do', async () => {
    const { body } = await add(tokens.approver, { from: later(10), until: later(20) }).expect(201);
    const refused = async (from: number, until: number, delegate?: string) =>
      (await add(tokens.approver, { from: later(from), until: later(until), delegate }).expect(409)).body;
    const over = await refused(15, 30);
    expect(over).toMatchObject({
      ...{
        code: 'ABSENCE_OVERLAPS',
        detail: expect.stringContaining(`already (${body.id}; nobody stands in)`),
      },
      remedy: expect.stringContaining(`gantry away end ${body.id}`),
    });
    expect((await refused(11, 12)).remedy).toBe('Nothing needs to be done: that absence covers this one.');
    expect((await refused(11, 12, 'ben')).remedy).toContain('gantry away end');
    const beside = await Promise.all([
      add(tokens.approver, { from: body.until, until: later(30) }),
      add(tokens.approver, { from: body.until, until: later(40) }),
    ]);
    expect(beside.map(({ status }) => status).sort()).toEqual([201, 409]);
    for (const { id } of await listed()) await end(tokens.approver, id).expect(200);
  });

  test('that leaves a stage of an open release without anybody is written down with a warning', async () => {
    const releaser = await api.bearer('releaser');
    const order = { components: [{ service: 'shop', version: '1.7.0' }] };
    const { body: view } = await request(app)
      .post('/v1/releases')
      .set('Authorization', releaser)
      .set('Idempotency-Key', 'warned')
      .send(order)
      .expect(202);
    const { body } = await add(tokens.approver, { until: later(200) }).expect(201);
    expect(body.warnings).toEqual([
      {
        release: { id: view.id, title: 'shop 1.7.0', environment: 'production' },
        because: expect.stringMatching(
          /^shop 1\.7\.0 → production: in that time nobody could give its approval\. qa needs 1 person, and nobody may vote; away: Cleo/,
        ),
        remedy: expect.stringMatching(
          /^Shorten the absence, or .*`backup` of qa.*amend shop@1\.7\.0 --policy/,
        ),
      },
    ]);
    await end(tokens.approver, body.id).expect(200);
    const other = await add(tokens.operator, { until: later(200) }).expect(201);
    expect(other.body).not.toHaveProperty('warnings');
    await end(tokens.operator, other.body.id).expect(200);
    await api.deps.store.db.updateTable('releases').set({ ended_at: new Date() }).execute();
  });

  test.each([
    ['over already', { from: later(-4), until: later(-2) }, 'ABSENCE_INVALID', 422, 'is ahead'],
    [
      'ending before it begins',
      { from: later(4), until: later(2) },
      'ABSENCE_INVALID',
      422,
      'after its beginning',
    ],
    ['of more than a year', { until: later(400 * 24) }, 'ABSENCE_INVALID', 422, 'within a year'],
    [
      'with oneself as the delegate',
      { until: later(2), delegate: 'cleo' },
      'ABSENCE_INVALID',
      422,
      'somebody else',
    ],
    ['with a delegate whom nobody knows', { until: later(2), delegate: 'zoe' }, 'NOT_FOUND', 404, undefined],
  ])('%s is refused', async (_, body, code, status, remedy) => {
    const refused = (await add(tokens.approver, body).expect(status)).body;
    expect(refused.code).toBe(code);
    if (remedy !== undefined) expect(refused.remedy).toContain(remedy);
  });

  test('asked for twice under one key is one', async () => {
    const ask = () =>
      request(app)
        .post('/v1/absences')
        .set('Authorization', tokens.approver)
        .set('Idempotency-Key', 'same')
        .send({ until: '2090-01-01T00:00:00Z', from: '2089-12-01T00:00:00Z' });
    const first = await ask().expect(201);
    const second = await ask().expect(201);
    expect(second.body.id).toBe(first.body.id);
    await end(tokens.approver, first.body.id).expect(200);
  });
});

describe('the page of absences', () => {
  const local = (hours: number): string => later(hours).slice(0, 16);

  test('takes an absence once, names the rules that it leaves without anybody, and ends it', async () => {
    const cleo = await browserOf(api, 'approver');
    const form = { until: local(500), delegate: '', once: 'form-1' };
    const { text } = await cleo.post('/absences', form).expect(200);
    expect(text).toContain('Cleo is away until');
    const again = (await cleo.post('/absences', form).expect(200)).text;
    expect(again).toContain('This form was sent before, and adds nothing a second time.');
    expect(again).toContain('The absence of Cleo that it added stands, until');
    const [absence, ...more] = await listed();
    expect(more).toEqual([]);
    const seen = (await cleo.get('/absences').expect(200)).text;
    expect(seen).toMatch(/<strong>Cleo<\/strong> \(you\): since/);
    expect(seen).toMatch(
      /Rules without anybody[^]*production<\/strong> of pipeline [^]*, now: qa needs 1 person/,
    );
    const vera = await browserOf(api, 'viewer');
    expect((await vera.get('/absences').expect(200)).text).not.toContain('/end"');
    await vera.post(`/absences/${absence?.id}/end`, {}).expect(403);
    const ended = await cleo
      .post(`/absences/${absence?.id}/end`, {})
      .expect(303)
      .expect('Location', '/absences');
    expect((await cleo.follow(ended).expect(200)).text).toContain('The absence is over');
    expect((await cleo.get('/absences')).text).not.toContain('The absence is over');
    expect((await cleo.get('/absences').expect(200)).text).toMatch(/Nobody is away\./);
    const stale = (await cleo.post('/absences', form).expect(200)).text;
    expect(stale).toMatch(/The absence of Cleo that it added ended <time/);
    expect(stale).toContain('If Cleo is away again');
    expect(stale).not.toContain('Cleo is away until');
    expect(await listed()).toEqual([]);
  });

  test('sent again once it was taken back before it began, says that', async () => {
    const cleo = await browserOf(api, 'approver');
    const form = { from: local(400), until: local(500), delegate: '', once: 'form-2' };
    await cleo.post('/absences', form).expect(200);
    const [absence] = await listed();
    await cleo.post(`/absences/${absence?.id}/end`, {}).expect(303);
    expect((await cleo.post('/absences', form).expect(200)).text).toMatch(
      /The absence of Cleo that it added was taken back <time/,
    );
    expect(await listed()).toEqual([]);
  });

  test('keeps what was typed where it cannot be, and says what to do', async () => {
    const cleo = await browserOf(api, 'approver');
    const { text } = await cleo.post('/absences', { until: local(-5), delegate: 'ben' }).expect(422);
    expect(text).toContain('after its beginning');
    expect(text).toMatch(/<option value="ben" +selected/);
    expect((await cleo.post('/absences', { until: '' }).expect(422)).text).toContain('its end is missing');
    expect((await cleo.post('/absences', { until: 'soon' }).expect(422)).text).toContain(
      'is no day and time',
    );
    const vera = await browserOf(api, 'viewer');
    await vera.post('/absences', { person: 'cleo', until: local(5) }).expect(403);
    expect(await listed()).toEqual([]);
  });
});

describe('a token for some services', () => {
  const sentence = 'Asked to approve shop 2.0.0 for production: Ben. Away: Cleo (Ben stands in).';
  const short =
    'Nobody can complete the approval: qa needs 1 person, and nobody may vote; away: Cleo (until 2026-12-24).';
  const standIns = { away: [{ person: 'cleo', until: later(72), delegate: 'ben' }], backups: [] };
  const reading = async (path: string, services: string[], accept = 'application/json') =>
    (
      await request(app)
        .get(path)
        .set('Accept', accept)
        .set('Last-Event-ID', '0')
        .set('Authorization', await api.bearer('viewer', services))
        .expect(200)
    ).text;

  test.each([
    ['events', '', undefined],
    ['the stream of events', '/events', 'text/event-stream'],
    ['the release', '', undefined],
    ['why it waits', '/explain', undefined],
    ['the list', '?service=shop', undefined],
  ])('is not told by %s of its own release who is away', async (what, path, accept) => {
    const { db } = api.deps.store;
    const release = aRelease('shop', '2.0.0', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
    await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
    const { id } = release.view;
    const ended = { because: short, at: later(0) };
    await recordBatch(db, {
      ...batchOf(release, 1, { state: 'rejected', headline: short, ended }),
      events: [anEvent('asked', { action: 'approval.requested', sentence, facts: { standIns } })],
    });
    const address =
      what === 'the list'
        ? `/v1/releases${path}`
        : `/v1/releases/${id}${what === 'events' ? '/events' : path}`;
    expect(await reading(address, [], accept)).toContain('Cleo');
    const told = await reading(address, ['shop'], accept);
    expect(told).toContain('Somebody is away.');
    expect(told).not.toMatch(/[Cc]leo|2026-12-24/);
  });
});

describe('a reminder by hand', () => {
  test('mails whom the request waits for, once an hour, and says who wanted it', async () => {
    const { db } = api.deps.store;
    const { requestId, view } = await anAskedRelease(api.deps.store);
    const { text } = await createToken(db, {
      name: 'dee',
      owner: 'dee',
      access: ['operator'],
      by: { id: 'dee', kind: 'person' },
      at: new Date().toISOString(),
      expiresAt: '2100-01-01T00:00:00.000Z',
    });
    const remind = () =>
      request(app)
        .post(`/v1/approvals/${requestId}/reminders`)
        .set('Authorization', `Bearer ${text}`)
        .send({});
    expect((await remind().expect(200)).body).toMatchObject({
      reminded: ['ana', 'dee'],
      names: { ana: 'Ana Lopez', dee: 'Dee Fox' },
    });
    expect((await noticesOf(db, view.id)).map(({ kind, person }) => `${kind} ${person}`)).toEqual([
      'reminder ana',
      'reminder dee',
    ]);
    expect((await remind().expect(429)).body.code).toBe('APPROVAL_REMINDED_LATELY');
    expect(await noticesOf(db, view.id)).toHaveLength(2);
    const told = (await timeline(db, view.id, { limit: 50 })).filter(
      ({ action }) => action === 'approval.reminded',
    );
    expect(told).toHaveLength(1);
    await closeRequest(db, { requestId, state: 'expired', at: later(0), because: 'nobody decided' });
    expect((await remind().expect(409)).body.code).toBe('APPROVAL_NOT_OPEN');
  });
});

test('a request holds what was renewed last, and an approval that lapsed is expired', async () => {
  const { db } = api.deps.store;
  const { requestId, plan } = await anAskedRelease(api.deps.store);
  const stage = { ...plan, standIns: { away: [], backups: [0] } };
  await renewRequest(db, { requestId, deadline: '2099-12-01T00:00:00.000Z', stage });
  expect(await requestById(db, requestId)).toMatchObject({
    deadline: '2099-12-01T00:00:00.000Z',
    plan: { standIns: { backups: [0] } },
  });
  await closeRequest(db, { requestId, state: 'approved', at: later(0), because: 'all agreed' });
  await renewRequest(db, { requestId, deadline: '2098-12-01T00:00:00.000Z', stage });
  expect(await requestById(db, requestId)).toMatchObject({
    state: 'approved',
    deadline: '2099-12-01T00:00:00.000Z',
  });
  const lapse = { requestId, state: 'expired', at: later(0), because: 'a week is over' };
  await closeRequest(db, lapse);
  expect(await requestById(db, requestId)).toMatchObject({ state: 'approved' });
  await closeRequest(db, { ...lapse, from: 'approved' });
  expect(await requestById(db, requestId)).toMatchObject({ state: 'expired' });
});
