import { cookieName } from './auth/session-cookie.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { createCheckDoor } from '../activities/approvals/check-door.ts';
import { judgeStage } from '../activities/calendar/judge-calendar.ts';
import type { DoorInput } from '../activities/contract.ts';
import { createPlanRelease } from '../activities/plan/plan-release.ts';
import type { Access } from '../domain/policy/policy.schema.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { tasksOf, type AddedTask } from '../domain/release/tasks.ts';
import { sha256 } from '../platform/ids.ts';
import { readOrder, recordBatch } from '../platform/record/releases.ts';
import { openReview } from '../platform/record/reviews.ts';
import { startSession } from '../platform/record/sessions.ts';
import { csrfToken } from './auth/csrf.ts';
import { apiUnderTest, type ApiUnderTest } from '../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';

let server: TestServer;
let api: ApiUnderTest;
let number = 0;
const tokens = {} as Record<Access, string>;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  for (const access of ['viewer', 'releaser', 'approver', 'operator'] as const)
    tokens[access] = await api.bearer(access);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const post = (path: string, body: object, access: Access) =>
  request(api.app)
    .post(path)
    .set('Authorization', tokens[access])
    .set('Idempotency-Key', `k${(number += 1)}`)
    .send(body);

/** A release that waits in production with an open request. */
async function asked(service = 'shop', more: { urgent?: string } = {}): Promise<ReleaseView> {
  const components = [{ service, version: `1.${(number += 1)}.0` }];
  const { body } = await post('/v1/releases', { components, ...more }, 'releaser').expect(202);
  const view = body as ReleaseView;
  const approval = {
    requestId: crypto.randomUUID(),
    state: 'open' as const,
    subjectDigest: 'd'.repeat(64),
    openedAt: view.createdAt,
    deadline: '2099-01-01T00:00:00.000Z',
    asked: ['cleo'],
    excluded: [],
    votes: [],
    seats: [],
  };
  const stage = {
    environment: 'production',
    state: 'gating' as const,
    checks: [],
    verdicts: [],
    rollout: [],
    soak: [],
    approval,
  };
  const waiting: ReleaseView = { ...view, state: 'gating', stage: 'production', stages: [stage], seq: 1 };
  await recordBatch(api.deps.store.db, {
    releaseId: view.id,
    events: [],
    view: waiting,
    workflow: { id: view.workflowId, runId: 'run' },
  });
  return waiting;
}
const last = () => api.engine.updates.at(-1);
const until = '2027-01-12T09:00:00.000Z';

test('a delay is a command with its end and its reason; without either it is refused before the workflow hears of it', async () => {
  const { id } = await asked();
  await post(`/v1/releases/${id}/postpone`, { until, reason: 'support is away' }, 'releaser').expect(200);
  expect(last()).toMatchObject({
    name: 'postpone',
    input: { until, reason: 'support is away', by: { person: 'ben' } },
  });
  await post(`/v1/releases/${id}/postpone/lift`, { reason: 'back' }, 'operator').expect(200);
  expect(last()).toMatchObject({ name: 'liftPostponement' });
  const sent = api.engine.updates.length;
  for (const body of [{ until }, { reason: 'x' }, { until: 'soon', reason: 'x' }])
    expect([400, 422]).toContain((await post(`/v1/releases/${id}/postpone`, body, 'releaser')).status);
  await post(`/v1/releases/${id}/postpone`, { until, reason: 'x' }, 'viewer').expect(403);
  expect(api.engine.updates).toHaveLength(sent);
});

test('an approver may postpone instead of voting: about what was looked at, and it counts for no vote', async () => {
  const { id, stages } = await asked();
  const { requestId, subjectDigest } = stages[0]!.approval!;
  const decision = { requestId, subjectDigest, choice: 'postpone', comment: 'support is away', until };
  const { body } = await post(`/v1/releases/${id}/decisions`, decision, 'approver').expect(200);
  expect(body).toMatchObject({ state: 'counted', choice: 'postpone' });
  expect(last()).toMatchObject({
    name: 'postpone',
    input: { until, reason: 'support is away', by: { person: 'cleo' } },
  });
  const { db } = api.deps.store;
  expect(
    await db.selectFrom('received_decisions').selectAll().where('release_id', '=', id).execute(),
  ).toEqual([]);
  const other = { ...decision, subjectDigest: 'e'.repeat(64) };
  expect((await post(`/v1/releases/${id}/decisions`, other, 'approver')).body.code).toBe(
    'APPROVAL_DIGEST_CHANGED',
  );
  for (const wrong of [{ until: undefined }, { comment: undefined }, { choice: 'approve' }])
    expect([400, 422]).toContain(
      (await post(`/v1/releases/${id}/decisions`, { ...decision, ...wrong }, 'approver')).status,
    );
});

test('what can be said of a task reaches the workflow, and another word is no route', async () => {
  const { id } = await asked();
  for (const [verb, to] of [
    ['accept', 'accepted'],
    ['complete', 'done'],
    ['block', 'blocked'],
    ['cancel', 'cancelled'],
  ]) {
    await post(`/v1/releases/${id}/tasks/t1/${verb}`, { reason: 'so' }, 'viewer').expect(200);
    expect(last()).toMatchObject({ name: 'moveTask', input: { task: 't1', to } });
  }
  await post(`/v1/releases/${id}/tasks/t1/reopen`, {}, 'viewer').expect(404);
});

/** The form of a page that posts to this address, with what a browser without script sends where nothing is typed. */
function formTo(action: string, page: string): Record<string, string> {
  const form = new RegExp(`<form method="post" action="${action}">([\\s\\S]*?)</form>`).exec(page)?.[1];
  if (form === undefined) throw new Error(`no form posts to ${action}`);
  const attribute = (tag: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  const fields = [...form.matchAll(/<(?:input|select)\b[^>]*>/g)].map(([tag]) => tag);
  return Object.fromEntries(fields.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')]));
}

test('the form of the release page adds a task, with the token of the session and without script; the page then shows it', async () => {
  const view = await asked();
  const { store, secrets } = api.deps;
  const { db } = store;
  const session = await startSession(db, 'cleo', new Date(), {
    method: 'oidc',
    authenticatedAt: new Date().toISOString(),
  });
  const page = `/releases/${view.id}`;
  const look = async () =>
    (
      await request(api.app)
        .get(page)
        .set('Cookie', `${cookieName(api.deps.config.publicUrl)}=${session}`)
        .expect(200)
    ).text;
  const { onUpdate } = api.engine;
  // what the workflow does with it, and writes down
  api.engine.onUpdate = async ({ input }) => {
    const { title, owner, before, due } = input as unknown as AddedTask;
    const condition = { title, owner, ...(before && { before }), ...(due && { due }) };
    const tasks = tasksOf([{ condition, askedBy: 'cleo' }], [], view.createdAt);
    const after = { ...view, tasks, seq: 2 };
    const workflow = { id: view.workflowId, runId: 'run' };
    await recordBatch(db, { releaseId: view.id, events: [], view: after, workflow });
    return { state: after.state, headline: after.headline, seq: after.seq };
  };
  const form = formTo(`${page}/tasks`, await look());
  expect(form).toEqual({
    ...{ csrf: csrfToken(secrets, sha256(session)), title: '', owner: '', before: '', due: '' },
  });
  const filled = {
    ...form,
    ...{ title: 'tell <support>', owner: 'ben', before: 'production', due: '2099-01-01T09:30' },
  };
  const send = (fields: object) =>
    request(api.app)
      .post(`${page}/tasks`)
      .set('Origin', api.deps.config.publicUrl)
      .set('Cookie', `${cookieName(api.deps.config.publicUrl)}=${session}`)
      .type('form')
      .send(fields);
  const sent = api.engine.updates.length;
  await send({ ...filled, csrf: 'x'.repeat(43) }).expect(403);
  await send({ ...filled, title: '' }).expect(400);
  expect(api.engine.updates).toHaveLength(sent);
  expect((await send(filled).expect(303)).headers['location']).toBe(page);
  api.engine.onUpdate = onUpdate;
  expect(last()).toMatchObject({
    name: 'addTask',
    input: { title: 'tell <support>', owner: 'ben', before: 'production', due: '2099-01-01T09:30:00.000Z' },
  });
  const shown = await look();
  expect(shown).toContain('tell &lt;support&gt;: open, with Ben, before production, due ');
  expect(shown).toContain('<time datetime="2099-01-01T09:30:00.000Z">');
});

test('a broken glass is in the record before the workflow hears of it, and only then the door believes it', async () => {
  const { id } = await asked();
  const door = createCheckDoor(api.deps.store.db);
  const input = {
    releaseId: id,
    environment: 'production',
    subjectDigest: 'd'.repeat(64),
    checks: [],
    planned: [],
    rules: [{ role: 'qa', atLeast: 1, not: [] }],
    candidates: [{ id: 'cleo', name: 'Cleo', roles: ['qa'] }],
    excluded: [],
  };
  const glass = { gates: ['approvals'], people: ['otto'] };
  expect(await door({ ...input, glass })).toMatchObject({
    kind: 'shut',
    because: expect.stringContaining('otto'),
  });
  const body = { reason: 'carts are lost', incident: 'INC-7' };
  await post(`/v1/releases/${id}/break-glass`, body, 'operator').expect(200);
  expect(last()).toMatchObject({ name: 'breakGlass', input: { ...body, by: { person: 'otto' } } });
  expect(await door({ ...input, glass })).toMatchObject({ kind: 'open' });
  expect(await door({ ...input, environment: 'staging', glass })).toMatchObject({ kind: 'shut' });
  expect(await door({ ...input, glass: { ...glass, gates: ['freeze'] } })).toMatchObject({ kind: 'shut' });
  await post(`/v1/releases/${id}/break-glass`, { reason: 'x' }, 'operator').expect(400);
});

test('the answer to a broken glass says what stays shut all the same, and so does the page', async () => {
  const view = await asked();
  const because = 'unit of shop failed: 2 of 310 failed.';
  const remedy = 'Retry it, or have it waived.';
  const verdict = { gate: 'checks', kind: 'denied' as const, because, remedy, since: view.createdAt };
  const at = new Date().toISOString();
  const glass = {
    breaks: [{ person: 'otto', at, reason: 'carts are lost', incident: 'INC-7' }],
    until: new Date(Date.parse(at) + 4 * 3_600_000).toISOString(),
    review: { id: 'rev_1', dueAt: at },
  };
  const stages = view.stages.map((stage) => ({ ...stage, verdicts: [verdict], glass }));
  await recordBatch(api.deps.store.db, {
    ...{ releaseId: view.id, events: [], view: { ...view, stages, seq: 99 } },
    workflow: { id: view.workflowId, runId: 'run' },
  });
  const body = { reason: 'carts are lost', incident: 'INC-7' };
  const sentence = `Broken glass does not open checks. ${because} ${remedy}`;
  const answer = await post(`/v1/releases/${view.id}/break-glass`, body, 'operator').expect(200);
  expect(answer.body).toMatchObject({ note: sentence });
  const page = await request(api.app).get(`/releases/${view.id}`).set('Authorization', tokens.operator);
  expect(page.text).toContain(sentence);
});

/** What a release was woken for, in order. */
const causesFor = async (workflowId: string): Promise<string[]> =>
  (
    await api.deps.store.db
      .selectFrom('wakes')
      .select('cause')
      .where('workflow_id', '=', workflowId)
      .orderBy('id')
      .execute()
  ).map(({ cause }) => cause);

test('an overdue review stops the next planned release of its service, until somebody else has done it', async () => {
  const { id } = await asked('cart');
  const { db } = api.deps.store;
  const review = {
    id: `rev_${id}_production_1`,
    releaseId: id,
    title: 'cart 1.4.1',
    services: ['cart'],
    environment: 'production',
    brokenBy: ['cleo'],
    reason: 'carts are lost',
    incident: 'INC-7',
    brokenAt: '2026-01-01T00:00:00.000Z',
    dueAt: '2026-01-02T00:00:00.000Z',
  };
  await openReview(db, review);
  await openReview(db, review);
  const listed = await request(api.app).get('/v1/reviews').set('Authorization', tokens.viewer).expect(200);
  expect(listed.body.items).toEqual([review]);

  const planned = { components: [{ service: 'cart', version: '9.9.9' }] };
  expect((await post('/v1/releases', planned, 'releaser').expect(409)).body).toMatchObject({
    code: 'REVIEW_OVERDUE',
    detail: expect.stringContaining('INC-7'),
    remedy: expect.stringContaining('gantry review done'),
  });
  const next = await asked('cart', { urgent: 'carts are lost' });
  expect(await causesFor(next.workflowId)).toEqual([]); // it was asked for after the glass was broken
  const { order: asUrgent } = (await readOrder(db, next.id))!;
  const { urgent, ...order } = asUrgent; // as if it had been asked for before
  const planRelease = createPlanRelease(api.deps);
  expect((await planRelease(order)).refused).toMatchObject({
    code: 'REVIEW_OVERDUE',
    because: expect.stringContaining('INC-7'),
    remedy: expect.stringContaining('gantry review done'),
  });
  expect((await planRelease({ ...order, urgent: urgent! })).refused).toBeUndefined();
  const shop = await asked('shop');
  expect((await planRelease((await readOrder(db, shop.id))!.order)).refused).toBeUndefined();

  const before: NonNullable<DoorInput['calendar']> = {
    ...{ releaseId: next.id, title: 'cart 1.5.0', environment: 'production', needs: [], isInFlight: false },
    ...{ components: [{ service: 'cart', version: '1.5.0', mode: 'deploy' }], actionClass: 'planned' },
    ...{ now: review.dueAt, estimate: { pausesMs: 0, guardMs: 0 } },
  };
  const calendar = { ...before, heedsReviews: true as const };
  const rowsOf = async (over: Partial<typeof calendar> = {}) =>
    (await judgeStage(db, { ...calendar, ...over })).verdicts.filter(({ gate }) => gate === 'review');
  const early = await judgeStage(db, { ...calendar, now: review.brokenAt });
  expect(early.nextLook).toBe(review.dueAt);
  expect(early.verdicts).toEqual([]);
  expect(await rowsOf()).toEqual([
    {
      ...{ gate: 'review', kind: 'denied', because: expect.stringContaining('INC-7') },
      remedy: expect.stringMatching(/reviews it: `gantry review done rev_.*_production_1 --finding/),
    },
  ]);
  expect((await judgeStage(db, before)).verdicts).toEqual([]); // releases from before heed none
  expect(await rowsOf({ isInFlight: true })).toEqual([]);
  expect(await rowsOf({ releaseId: id })).toEqual([]); // the one that owes it
  const unaware = { ...early, nextLook: '2099-01-01T00:00:00.000Z' }; // the word that one is owed has not come yet
  const doorAt = (clock: string) =>
    createCheckDoor(db, () => Date.parse(clock))({
      ...{ releaseId: next.id, environment: 'production', subjectDigest: 'd'.repeat(64), checks: [] },
      ...{ planned: [], rules: [], candidates: [], excluded: [], answer: unaware },
      calendar: { ...calendar, now: review.brokenAt },
    });
  expect(await doorAt('2026-01-01T23:59:59.000Z')).toMatchObject({ kind: 'open' });
  expect(await doorAt(review.dueAt)).toMatchObject({
    ...{ kind: 'closed', because: expect.stringContaining('INC-7') },
    calendar: { verdicts: [{ gate: 'review', kind: 'denied' }] },
  });

  const done = `/v1/reviews/${review.id}/done`;
  expect((await post(done, { finding: 'fine' }, 'approver').expect(403)).body.code).toBe('AUTHORITY_MISSING');
  await post(done, { finding: 'fine' }, 'viewer').expect(403);
  const { body } = await post(done, { finding: 'right to do' }, 'operator').expect(200);
  expect(body.done).toMatchObject({ by: 'otto', finding: 'right to do' });
  await post(done, { finding: 'again' }, 'operator').expect(409);
  await post('/v1/reviews/rev_none/done', { finding: 'x' }, 'operator').expect(404);
  expect(await rowsOf()).toEqual([]);
  expect(await causesFor(next.workflowId)).toEqual(['Otto reviewed the break-glass of cart 1.4.1.']);
  expect((await planRelease(order)).refused).toBeUndefined();
});
