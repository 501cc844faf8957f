import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Store } from '../../platform/database/open.ts';
import { receiveDecision, receiveWithdrawal } from '../../platform/record/approvals.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { adopt } from '../../platform/record/running.ts';
import { anAskedRelease, type Asked } from '../../test/support/asked-release.ts';
import { anEvent } from '../../test/support/record-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
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
    because: expect.stringContaining('rejection by dee'),
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
