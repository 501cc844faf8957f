import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { enqueue } from '../../domain/gates/lock/environment-locks.ts';
import type { Store } from '../../platform/database/open.ts';
import { receiveDecision, receiveWithdrawal, settleDelivery } from '../../platform/record/approvals.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { changeLocks, takeLocksOver } from '../../platform/record/environment-locks.ts';
import { addRule } from '../../platform/record/calendar/change-rules.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { saveCheckResult } from '../../platform/record/results.ts';
import { adopt } from '../../platform/record/running.ts';
import { byAna } from '../../test/support/calendar-builders.ts';
import { anAskedRelease, type Asked } from '../../test/support/asked-release.ts';
import { anEvent } from '../../test/support/record-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { judgeStage } from '../calendar/judge-calendar.ts';
import type { DoorInput } from '../contract.ts';
import { createCheckDoor } from './check-door.ts';

let server: TestServer;
let store: Store;
let asked: Asked;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => server.stop());
beforeEach(async () => {
  store = await server.database();
  asked = await anAskedRelease(store);
});

const input = (over: Partial<DoorInput> = {}): DoorInput => ({
  releaseId: asked.view.id,
  environment: asked.plan.environment,
  requestId: asked.requestId,
  subjectDigest: asked.plan.subjectDigest,
  checks: [],
  planned: [],
  rules: [{ people: ['ana', 'dee'], atLeast: 1, not: [] }],
  candidates: asked.plan.candidates,
  excluded: [],
  ...over,
});

const knock = async (over: Partial<DoorInput> = {}) => createCheckDoor(store.db)(input(over));

const decide = async (person: string, choice: 'approve' | 'reject') =>
  receiveDecision(store.db, {
    source: `api:${crypto.randomUUID()}`,
    requestId: asked.requestId,
    releaseId: asked.view.id,
    person,
    choice,
    ...(choice === 'reject' ? { comment: 'carts are lost' } : {}),
    subjectDigest: asked.plan.subjectDigest,
    via: 'api',
    actor: { id: person, kind: 'person' },
  });

const person = { by: { id: 'dee', kind: 'person' as const }, commandId: 'c1' };
const withdrawal = () => ({ requestId: asked.requestId, person: 'dee' });
/** What the workflow writes when it counts a withdrawal, whoever asked it to. */
const counted = async () =>
  store.db.transaction().execute(async (trx) =>
    appendEvents(trx, asked.view.id, [
      anEvent(`counted-${crypto.randomUUID()}`, {
        action: 'decision.withdrawn',
        facts: { request: asked.requestId, person: 'dee' },
      }),
    ]),
  );

test('the door opens on a vote that was received', async () => {
  await expect(knock()).resolves.toMatchObject({ kind: 'shut' });
  await decide('ana', 'approve');
  await expect(knock()).resolves.toMatchObject({ kind: 'open' });
});

test('a check that looked at another build than the one that would be deployed opens nothing', async () => {
  await decide('ana', 'approve');
  const build = { service: 'shop', version: '1.4.0', commit: 'c0ffee', digest: 'sha256:d1' };
  const checks = [{ check: 'unit', service: 'shop', required: true, resultId: 'r1' }];
  const passed = { environment: 'production', service: 'shop', checkId: 'unit', round: 1, outcome: 'passed' };
  await saveCheckResult(store.db, {
    ...passed,
    ...{ id: 'r1', releaseId: asked.view.id, subject: 'c0ffee', summary: 'passed', stdout: '', stderr: '' },
    ...{ startedAt: '2026-06-01T09:00:00.000Z', endedAt: '2026-06-01T09:00:01.000Z' },
  });
  expect(await knock({ checks, builds: [build] })).toMatchObject({ kind: 'open' });
  expect(await knock({ checks })).toMatchObject({ kind: 'open' }); // a release from before builds were told
  const moved = { ...build, commit: 'badbad' };
  for (const builds of [[moved], [], [{ ...build, service: 'cart' }]])
    expect(await knock({ checks, builds })).toMatchObject({
      kind: 'shut',
      because: expect.stringContaining('check unit for shop looked at c0ffee, and '),
    });
  expect((await knock({ checks, builds: [moved] })).because).toContain('and badbad would be deployed');
});

test('a row slipped into the database opens nothing: the log does not hold it', async () => {
  await store.db
    .insertInto('received_decisions')
    .values({
      ...{
        id: 'dec_forged',
        source: 'x',
        attempt: 1,
        request_id: asked.requestId,
        release_id: asked.view.id,
      },
      ...{ person: 'ana', choice: 'approve', comment: null, via: 'link', request_http_id: null },
      subject_digest: asked.plan.subjectDigest,
    })
    .execute();
  await store.db
    .insertInto('decision_deliveries')
    .values({ decision_id: 'dec_forged', state: 'counted' })
    .execute();
  await expect(knock()).resolves.toMatchObject({ kind: 'shut' });
});

test('a message to the engine alone takes no rejection back', async () => {
  await decide('dee', 'reject');
  await decide('ana', 'approve');
  await counted();
  await expect(knock()).resolves.toMatchObject({
    kind: 'shut',
    because: expect.stringContaining('rejection by Dee'),
  });
});

test('a withdrawal by the person takes back everything that this person decided before', async () => {
  await decide('dee', 'reject');
  await decide('dee', 'approve');
  await receiveWithdrawal(store.db, asked.view.id, person, withdrawal());
  await counted();
  await expect(knock()).resolves.toMatchObject({ kind: 'shut', because: expect.stringContaining('0 of 1') });
  await decide('ana', 'approve');
  await expect(knock()).resolves.toMatchObject({ kind: 'open' });
});

test('a withdrawal that came too late to be counted changes nothing', async () => {
  await decide('dee', 'approve');
  await receiveWithdrawal(store.db, asked.view.id, person, withdrawal());
  await expect(knock()).resolves.toMatchObject({ kind: 'open' });
});

test('a decision that the workflow has not seen is waited for, where it can wait: it counts or is refused in a moment', async () => {
  const approval = await decide('ana', 'approve');
  const late = await decide('dee', 'reject');
  const votes = [approval.decision.id];
  await expect(knock({ votes })).resolves.toMatchObject({ kind: 'unsettled' });
  await expect(knock()).resolves.toMatchObject({
    kind: 'shut',
    because: expect.stringContaining('rejection by Dee'),
  });
  await settleDelivery(store.db, late.decision.id, { state: 'refused', refusal: 'too late' });
  await expect(knock({ votes })).resolves.toMatchObject({ kind: 'open' });
});

test('another version that runs there now makes the plan stale', async () => {
  await decide('ana', 'approve');
  const { environment } = asked.plan;
  await adopt(store.db, {
    service: 'shop',
    version: '9.0.0',
    environment,
    by: person.by,
    at: new Date().toISOString(),
  });
  const planned = [{ service: 'shop', previousVersion: '1.3.0' }];
  await expect(knock({ planned })).resolves.toMatchObject({
    kind: 'stale',
    because: expect.stringContaining('shop 9.0.0'),
  });
});

test('the door asks for the level of the rule, and believes no row whose level the log does not hold', async () => {
  const rules = [{ people: ['ana'], atLeast: 1, not: [], assurance: 'login' as const }];
  const cast = async (assurance?: 'login') =>
    receiveDecision(store.db, {
      source: `api:${crypto.randomUUID()}`,
      requestId: asked.requestId,
      releaseId: asked.view.id,
      person: 'ana',
      choice: 'approve',
      subjectDigest: asked.plan.subjectDigest,
      via: 'api',
      ...(assurance ? { assurance } : {}),
      actor: { id: 'ana', kind: 'person' },
    });
  await cast();
  await expect(knock({ rules })).resolves.toMatchObject({ kind: 'shut' });
  await store.db
    .updateTable('received_decisions')
    .set({ assurance: 'login' })
    .execute()
    .catch(() => undefined); // the table may refuse it, which is as good
  await expect(knock({ rules })).resolves.toMatchObject({ kind: 'shut' });
  await cast('login');
  await expect(knock({ rules })).resolves.toMatchObject({ kind: 'open' });
});

test('the door lets a delegate’s vote stand for who is away, and not without that', async () => {
  const rules = [{ people: ['ana'], atLeast: 1, not: [], backup: { people: ['dee'] } }];
  await decide('dee', 'approve');
  await expect(knock({ rules })).resolves.toMatchObject({ kind: 'shut' });
  const away = {
    person: 'ana',
    from: '2020-01-01T00:00:00.000Z',
    until: '2090-01-01T00:00:00.000Z',
    delegate: 'dee',
    throughout: true,
  };
  await expect(knock({ rules, standIns: { away: [away], backups: [] } })).resolves.toMatchObject({
    kind: 'open',
  });
});

const noon = Date.parse('2026-11-20T12:00:00.000Z');
const at = (ms: number) => new Date(noon + ms).toISOString();
const local = (ms: number) => at(ms).slice(0, 19);
const minute = 60_000;
/** A release that all gates let through at noon; it knocks when the machine's clock is later by `lateMs`. */
const knockLate = async (lateMs: number, over: { schedule?: { startBy: string } } = {}) => {
  await decide('ana', 'approve');
  const { environment } = asked.plan;
  const calendar = {
    releaseId: asked.view.id,
    title: 'shop 1.4.0',
    environment,
    components: [{ service: 'shop', version: '1.4.0', mode: 'deploy' as const }],
    actionClass: 'planned' as const,
    now: at(0),
    needs: [],
    estimate: { pausesMs: 0, guardMs: 0 },
    isInFlight: false,
    ...over,
  };
  const answer = await judgeStage(store.db, calendar);
  expect(answer.verdicts.filter(({ kind }) => kind !== 'allowed')).toEqual([]);
  return createCheckDoor(store.db, () => noon + lateMs)(input({ calendar, answer }));
};

test.each([
  ['just in time is let in', -1, 'open'],
  ['by its latest instant has not started never does, though nobody changed the calendar', 0, 'closed'],
])('a release that %s', async (_, lateMs, kind) => {
  const schedule = { startBy: at(minute) };
  const answer = await knockLate(minute + lateMs, { schedule });
  expect(answer.kind).toBe(kind);
  expect(answer.calendar?.expired !== undefined).toBe(kind === 'closed');
});

test.each([
  ['a window', { kind: 'window' as const, from: local(-minute), to: local(600 * minute) }, 600 * minute],
  ['a freeze that is to begin', { kind: 'freeze' as const, from: local(600 * minute) }, 600 * minute],
])('%s is judged at the door by the time it is there', async (_, rule, shutsMs) => {
  const { environment } = asked.plan;
  const scope = { services: [], environments: [environment], labels: [] };
  await addRule(store.db, { ...byAna(), rule: { id: 'rule', zone: 'UTC', scope, ...rule } });
  await expect(knockLate(shutsMs - 400 * minute)).resolves.toMatchObject({ kind: 'open' });
  await expect(knockLate(shutsMs)).resolves.toMatchObject({ kind: 'closed' });
});

test('a version that has regressed, of which the release has not heard, finds the door closed', async () => {
  await decide('ana', 'approve');
  const [component] = asked.plan.components;
  if (!component) throw new Error('a release without components');
  const { service, version } = component;
  const begun = new Date();
  await store.db
    .insertInto('incidents')
    .values({
      ...{ id: 'inc_1', key: null, title: 'carts are empty', service, environment: 'staging' },
      ...{ severity: 'sev1', state: 'open', source: 'person', started_at: begun, opened_at: begun },
      ...{ opened_by: 'ana', link: null, closed_by: null, outcome: null },
      ...{ attribution: 'confirmed', attribution_because: 'the bisection', attributed_by: 'ana' },
      ...{ release_id: asked.view.id, deployment_id: null, version },
    })
    .execute();
  const builds = [{ service, version }];
  const closed = await knock({ builds, regressions: [] });
  expect(closed).toMatchObject({
    kind: 'closed',
    because: expect.stringContaining('caused an incident in staging'),
  });
  const heard = closed.regressions?.map(({ incident }) => incident) ?? [];
  await expect(knock({ builds, regressions: heard })).resolves.toMatchObject({ kind: 'open' });
  const revision = closed.regressions?.[0]?.revision ?? 0;
  expect(revision).toBeGreaterThan(0);
  const asOf = (known: number) =>
    knock({ builds, regressions: heard, regressionRevisions: { [heard[0] ?? '']: known } });
  await expect(asOf(revision)).resolves.toMatchObject({ kind: 'open' });
  await expect(asOf(revision - 1)).resolves.toMatchObject({
    kind: 'closed',
    because: closed.because,
    regressions: [{ revision }],
  });
  await expect(knock({ builds })).resolves.toMatchObject({ kind: 'open' });
});

test('a release that does not hold the environment in the record is let in only once it does', async () => {
  const { environment } = asked.plan;
  await decide('dee', 'approve');
  await takeLocksOver(store.db, environment, async () => 7);
  expect(await knock()).toMatchObject({ kind: 'closed', because: expect.stringContaining('not reserved') });
  const request = {
    ...{ owner: 'release/shop', releaseId: asked.view.id, title: 'shop 1.4.0', keys: ['*'] },
    ...{ classRank: 2, requestedAt: '2026-06-01T10:00:00.000Z' },
  };
  await changeLocks(store.db, environment, (locks) => enqueue(locks, request, request.requestedAt));
  expect(await knock()).toMatchObject({ kind: 'open' });
});

test('a ban that comes while the door is still reading keeps it shut', async () => {
  await decide('ana', 'approve');
  const { db } = store;
  const isLate = async () =>
    (
      await sql`select from pg_locks where not granted and relation = 'received_decisions'::regclass`.execute(
        db,
      )
    ).rows.length > 0;
  let knocked: ReturnType<typeof knock> | undefined;
  await db.transaction().execute(async (trx) => {
    await sql`lock table received_decisions in access exclusive mode`.execute(trx);
    knocked = knock({ builds: [{ service: 'shop', version: '1.4.0' }] });
    while (!(await isLate()));
    await setQuarantine(db, {
      ...{
        service: 'shop',
        version: '1.4.0',
        reason: 'carts are lost for everybody',
        mailDomain: 'acme.test',
      },
      ...{ by: { id: 'dee', kind: 'person' }, at: new Date().toISOString() },
    });
  });
  expect(await knocked).toMatchObject({ kind: 'closed', because: expect.stringContaining('quarantined') });
});
