import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPlannedRelease, aStage } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db } from '../../database/open.ts';
import { recordDeployments } from '../deployments.ts';
import { calendarEntries } from './entries.ts';
import { saveSchedule } from './schedules.ts';

let server: TestServer;
let db: Db;
beforeAll(async () => {
  server = await startPostgres();
  ({ db } = await server.database());
});
afterAll(() => server.stop());

const startedAt = '2026-11-02T09:00:00.000Z';

test('what runs ends when it is expected to, at the earliest now, and does not reach into later months', async () => {
  const { order } = await aPlannedRelease(db, 'shop', [aStage('production')], {}, '1.4.0');
  await recordDeployments(db, order.releaseId, 'ana', [
    {
      id: 'dep_1',
      service: 'shop',
      version: '1.4.0',
      environment: 'production',
      mode: 'deploy',
      status: 'running',
      exposure: 5,
      at: startedAt,
    },
  ]);
  await saveSchedule(db, {
    releaseId: order.releaseId,
    stage: 'production',
    predicted: { start: startedAt, end: '2026-11-02T10:30:00.000Z' },
    at: startedAt,
  });
  const running = async (now: string, month = '2026-11') =>
    (
      await calendarEntries(db, {
        from: `${month}-01T00:00:00Z`,
        to: `${month}-28T00:00:00Z`,
        now: new Date(now),
      })
    ).filter(({ state }) => state === 'running');
  const ends = async (now: string) => (await running(now)).map(({ end }) => end);
  expect(await ends('2026-11-02T09:10:00.000Z')).toEqual(['2026-11-02T10:30:00.000Z']);
  expect(await ends('2026-11-02T11:00:00.000Z')).toEqual(['2026-11-02T11:00:00.000Z']);
  expect(await running('2026-11-02T11:00:00.000Z', '2026-12')).toEqual([]);
});
