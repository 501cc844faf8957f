import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { aDeparture as departure, weeklyTrain as weekly } from '../../../test/support/a-train.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { anEvent } from '../../../test/support/record-builders.ts';
import type { Db } from '../../database/open.ts';
import {
  departureByNumber,
  departuresBetween,
  departuresOf,
  listTrains,
  saveDeparture,
  setTrainState,
  syncTrains,
  trainById,
  type DepartureRecord,
} from './trains.ts';

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
test('a policy brings, changes and takes away trains; how one stands is kept meanwhile', async () => {
  expect(await syncTrains(db, { trains: [weekly], at })).toEqual(['weekly']);
  expect(await syncTrains(db, { trains: [weekly], at })).toEqual([]);
  await setTrainState(db, { train: 'weekly', state: 'stopped', because: 'two failed', failedInARow: 2, at });
  const later = { ...weekly, cutoff: '4h' };
  expect(await syncTrains(db, { trains: [later], at })).toEqual(['weekly']);
  expect(await listTrains(db)).toEqual([
    {
      definition: later,
      revision: 2,
      state: 'stopped',
      because: 'two failed',
      failedInARow: 2,
      forgivenUpTo: 0,
      changedAt: at,
    },
  ]);
  expect(await syncTrains(db, { trains: [], at })).toEqual(['weekly']);
  expect(await listTrains(db)).toEqual([]);
  expect(await trainById(db, 'weekly')).toMatchObject({ retiredAt: at });
  expect(await syncTrains(db, { trains: [later], at })).toEqual(['weekly']);
  expect(await trainById(db, 'weekly')).toMatchObject({ revision: 4 });
});

test('a departure is kept as it stands, and told in the log once', async () => {
  await syncTrains(db, { trains: [weekly], at });
  const events = [anEvent('train/weekly/1/left', { action: 'train.leftBehind' })];
  await saveDeparture(db, { departure: departure(1), at });
  const boarded = [{ service: 'shop', version: '1.4.0' }];
  const leftBehind = [{ service: 'cart', because: 'its checks still run', next: '2026-11-10T13:00:00.000Z' }];
  const left = departure(1, { state: 'departed', boarded, leftBehind });
  await saveDeparture(db, { departure: left, at, events });
  await saveDeparture(db, { departure: left, at, events });
  expect(await departureByNumber(db, 'weekly', 1)).toEqual({ ...left, revision: 3, updatedAt: at });
  const { rows } = await db
    .selectFrom('audit_entries')
    .select('action')
    .where('action', 'like', 'train.%')
    .execute()
    .then((rows) => ({ rows }));
  expect(rows).toEqual([{ action: 'train.leftBehind' }]);
});

test('departures are found by train, newest first, and by time', async () => {
  await syncTrains(db, { trains: [weekly], at });
  for (const number of [1, 2, 3])
    await saveDeparture(db, {
      departure: departure(number, { departsAt: `2026-11-0${number}T13:00:00.000Z` }),
      at,
    });
  const numbers = (found: DepartureRecord[]): number[] => found.map(({ number }) => number);
  expect(numbers(await departuresOf(db, { train: 'weekly', limit: 2 }))).toEqual([3, 2]);
  const between = { from: '2026-11-01T13:00:00.000Z', to: '2026-11-03T13:00:00.000Z' };
  expect(numbers(await departuresBetween(db, between))).toEqual([1, 2]);
});
