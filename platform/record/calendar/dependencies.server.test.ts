import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Dependency } from '../../../domain/calendar/model.ts';
import { ana, aPlannedRelease, aStage, pendingWakes } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db } from '../../database/open.ts';
import { recordDeployments } from '../deployments.ts';
import { adopt } from '../running.ts';
import { cyclePath } from './cycle.ts';
import { dependantsOf, wakeDependants } from './dependants.ts';
import { dependenciesOf, settleDependency, writeDependencies } from './dependencies.ts';
import { readCalendarFacts } from './facts.ts';
import { calendarRevision } from './revision.ts';
import { settleNeeds } from './settle-needs.ts';
import { noticesOf } from '../notices.ts';
import { timeline } from '../timeline.ts';

let server: TestServer;
let db: Db;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ db } = await server.database());
});

const at = '2026-11-02T09:00:00.000Z';
const payments = (atLeast = '2.1.0', service = 'payments'): Dependency => ({
  kind: 'version',
  service,
  environment: 'production',
  atLeast,
  state: 'verified',
});
/** An open release that waits for this. */
async function waiting(service: string, needs: Dependency[], version = '1.4.0'): Promise<string> {
  const { order } = await aPlannedRelease(db, service, [aStage('production')], {}, version);
  await writeDependencies(db, { releaseId: order.releaseId, needs, at });
  return order.releaseId;
}

test('what a release needs is kept in its order, and written once', async () => {
  const needs: Dependency[] = [payments(), { kind: 'release', releaseId: 'rel_x' }];
  const releaseId = await waiting('shop', needs);
  await writeDependencies(db, { releaseId, needs: [payments('9.9.9')], at });
  expect(await dependenciesOf(db, releaseId)).toEqual(
    needs.map((dependency, index) => ({
      releaseId,
      number: index + 1,
      dependency,
      state: 'open',
      updatedAt: at,
    })),
  );
});

test('what is met may fail later, and what was dropped stays dropped (C8)', async () => {
  const releaseId = await waiting('shop', [payments()]);
  const settle = (state: 'met' | 'failed' | 'dropped') =>
    settleDependency(db, { releaseId, number: 1, state, because: `it is ${state}`, at });
  expect(await settle('met')).toBe(true);
  expect(await settle('met')).toBe(false);
  expect(await settle('failed')).toBe(true);
  expect(await settle('dropped')).toBe(true);
  expect(await settle('met')).toBe(false);
  expect(await dependenciesOf(db, releaseId)).toMatchObject([{ state: 'dropped', because: 'it is dropped' }]);
  expect(await dependantsOf(db, { environment: 'production', service: 'payments' })).toEqual([]);
});

test('a deployment wakes those who wait for its service there, once each', async () => {
  const shop = await waiting('shop', [payments(), payments('2.2.0')]);
  const cart = await waiting('cart', [payments()]);
  await waiting('mail', [payments('1.0.0', 'search')]);
  const ended = await waiting('past', [payments()]);
  await db.updateTable('releases').set({ ended_at: at }).where('id', '=', ended).execute();
  expect(await wakeDependants(db, { environment: 'production', service: 'payments' })).toBe(2);
  const cause = 'What runs in production of payments has changed.';
  expect(await pendingWakes(db)).toEqual([
    { releaseId: shop, cause },
    { releaseId: cart, cause },
  ]);
  expect(await calendarRevision(db)).toBe(1);
});

test('where nobody waits the calendar does not change', async () => {
  await waiting('shop', [payments()]);
  expect(await wakeDependants(db, { environment: 'staging', service: 'payments' })).toBe(0);
  expect(await wakeDependants(db, { releaseId: 'rel_x' })).toBe(0);
  expect(await wakeDependants(db, {})).toBe(0);
  expect(await calendarRevision(db)).toBe(0);
});

test('the end of a release wakes those who wait for it, with what happened', async () => {
  const shop = await waiting('shop', [{ kind: 'release', releaseId: 'rel_x' }]);
  const sentence = 'payments 2.1.0 was rolled back.';
  expect(await wakeDependants(db, { releaseId: 'rel_x', sentence })).toBe(1);
  expect(await pendingWakes(db)).toEqual([{ releaseId: shop, cause: sentence }]);
});

test('the end of a release wakes those, too, who wait for a version that it would have brought', async () => {
  const provider = await waiting('payments', [], '2.1.0');
  const shop = await waiting('shop', [payments()]);
  expect(await wakeDependants(db, { releaseId: provider })).toBe(1);
  expect((await pendingWakes(db)).map(({ releaseId }) => releaseId)).toEqual([shop]);
});

const asked = (needs: Dependency[], version = '1.4.0') => ({
  releaseId: 'rel_new',
  components: [{ service: 'shop', version }],
  needs,
});

test('releases that would wait for each other are found, with the way round', async () => {
  const first = await waiting('payments', [payments('1.4.0', 'shop')], '2.1.0');
  expect(await cyclePath(db, asked([payments()]))).toEqual(['shop 1.4.0', 'payments 2.1.0', 'shop 1.4.0']);
  expect(await cyclePath(db, asked([{ kind: 'release', releaseId: first }]))).toEqual([
    'shop 1.4.0',
    'payments 2.1.0',
    'shop 1.4.0',
  ]);
});

test('over a third release, too', async () => {
  await waiting('payments', [payments('3.0.0', 'search')], '2.1.0');
  await waiting('search', [payments('1.4.0', 'shop')], '3.0.0');
  expect(await cyclePath(db, asked([payments()]))).toEqual([
    'shop 1.4.0',
    'payments 2.1.0',
    'search 3.0.0',
    'shop 1.4.0',
  ]);
});

test('a version that is too old, that runs already, or goes elsewhere closes no circle', async () => {
  await waiting('payments', [payments('1.4.0', 'shop')], '2.1.0');
  expect(await cyclePath(db, asked([payments('2.2.0')]))).toBeUndefined();
  expect(await cyclePath(db, asked([payments()], '1.3.0'))).toBeUndefined();
  expect(await cyclePath(db, asked([{ ...payments(), environment: 'eu' } as Dependency]))).toBeUndefined();
  await adopt(db, { service: 'payments', version: '2.1.0', environment: 'production', by: ana, at });
  expect(await cyclePath(db, asked([payments()]))).toBeUndefined();
});

test('a release that waits for a version of its own service waits for itself', async () => {
  expect(await cyclePath(db, asked([payments('1.0.0', 'shop')]))).toEqual(['shop 1.4.0', 'shop 1.4.0']);
});

/** A release of payments that has ended, and whose deployment to production did. */
async function released(version: string, time: string, status: 'succeeded' | 'rolledBack'): Promise<void> {
  const { order } = await aPlannedRelease(db, 'payments', [aStage('production', 'finished')], {}, version);
  const when = `2026-11-02T${time}:00.000Z`;
  const change = {
    id: `dep/${version}/${time}`,
    environment: 'production',
    service: 'payments',
    version,
    mode: 'deploy' as const,
    at: when,
  };
  await recordDeployments(db, order.releaseId, 'ana', [{ ...change, status: 'running', exposure: 100 }]);
  await recordDeployments(db, order.releaseId, 'ana', [
    { ...change, status, exposure: status === 'succeeded' ? 100 : 0 },
  ]);
  await db
    .updateTable('releases')
    .set({ state: status, ended_at: when, owner: 'cem' })
    .where('id', '=', order.releaseId)
    .execute();
}

const ofPayments = async () => {
  const asks = { environment: 'production', services: ['shop'], now: at, needs: [payments()] };
  return (await readCalendarFacts(db, asks)).dependencies[0];
};

test('what was there and was taken back by a later release is known with who brought it (C8)', async () => {
  await released('2.0.0', '09:00', 'succeeded');
  expect(await ofPayments()).not.toHaveProperty('failed');
  await released('2.1.0', '10:00', 'succeeded');
  expect(await ofPayments()).toMatchObject({ running: { version: '2.1.0' } });
  await released('2.0.0', '11:00', 'succeeded');
  expect(await ofPayments()).toMatchObject({
    running: { version: '2.0.0' },
    failed: { title: 'payments 2.1.0', state: 'succeeded', owner: 'cem' },
  });
});

test('what was tried and rolled back is known with who tried (C6)', async () => {
  await released('2.1.0', '10:00', 'rolledBack');
  expect(await ofPayments()).toMatchObject({ failed: { title: 'payments 2.1.0', state: 'rolledBack' } });
  await waiting('payments', [], '2.1.1');
  const known = await ofPayments();
  expect(known).toMatchObject({ onTheWay: { title: 'payments 2.1.1' } });
  expect(known).not.toHaveProperty('failed');
});

test('what is met or has failed stands on the timeline once, and a failure is told to the owners of both sides', async () => {
  const releaseId = await waiting('shop', [payments()]);
  const settle = (facts: object, now = at) =>
    settleNeeds(db, {
      releaseId,
      title: 'shop 1.4.0',
      owner: 'ana',
      facts: [{ dependency: payments(), ...facts }],
      now,
      domain: 'gantry.test',
    });
  const later = '2026-11-02T10:00:00.000Z';
  expect(await settle({})).toBe(false);
  expect(await settle({ running: { version: '2.1.0', verifiedAt: at } })).toBe(true);
  expect(await settle({ running: { version: '2.1.0', verifiedAt: at } })).toBe(false);
  const failed = { id: 'rel_p', title: 'payments 2.1.0', state: 'rolledBack', owner: 'ben' } as const;
  expect(await settle({ failed }, later)).toBe(true);
  expect(await settle({ failed }, later)).toBe(false);
  const told = (await timeline(db, releaseId, { limit: 10 })).filter(({ action }) =>
    action.startsWith('dependency.'),
  );
  expect(told.map(({ action, sentence }) => [action, sentence])).toEqual([
    ['dependency.met', 'payments 2.1.0 runs in production.'],
    ['dependency.failed', 'payments 2.1.0 was needed and was rolled back; ask ben.'],
  ]);
  const mails = await noticesOf(db, releaseId);
  expect(mails.map(({ kind, person }) => [kind, person]).sort()).toEqual([
    ['dependencyFailed', 'ana'],
    ['dependencyFailed', 'ben'],
  ]);
});

test('a release that ends at an earlier stage is not on the way', async () => {
  const needs = [payments()];
  const ask = async () =>
    (
      await readCalendarFacts(db, { environment: 'production', services: ['shop'], now: at, needs })
    ).dependencies.map(({ onTheWay }) => onTheWay?.title);
  await aPlannedRelease(db, 'payments', [aStage('staging')], {}, '2.1.0');
  expect(await ask()).toEqual([undefined]);
  await aPlannedRelease(db, 'payments', [aStage('staging'), aStage('production')], {}, '2.2.0');
  expect(await ask()).toEqual(['payments 2.2.0']);
});
