import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPlannedRelease, aStage, ben } from '../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { makeReservation } from '../../platform/record/calendar/reserve.ts';
import { noticesOf } from '../../platform/record/notices.ts';
import { judgeStage } from './judge-calendar.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

test.each([
  ['rollback', [['reservationPassed', 'ben']]],
  ['planned', []],
] as const)('a %s that meets a reservation: who is told', async (...row) => {
  const [actionClass, told] = row;
  const { db } = await server.database();
  const { releaseId } = (await aPlannedRelease(db, 'shop', [aStage('production')])).order;
  const now = '2026-11-24T10:00:00.000Z';
  await makeReservation(db, {
    by: ben,
    at: now,
    mode: 'refuse',
    reservation: {
      owner: 'person:ben',
      title: 'Load test',
      environment: 'production',
      services: [],
      start: now,
      end: '2026-11-24T12:00:00.000Z',
      overlap: false,
    },
  });
  const input = {
    releaseId,
    title: 'shop 1.3.0',
    environment: 'production',
    components: [{ service: 'shop', version: '1.3.0', mode: 'rollback' as const }],
    actionClass,
    now,
    needs: [],
    estimate: { pausesMs: 0, guardMs: 0 },
    isInFlight: false,
  };
  for (let times = 0; times < 2; times += 1) await judgeStage(db, input, { domain: 'gantry.test' });
  const notices = await noticesOf(db, releaseId);
  expect(notices.map(({ kind, person }) => [kind, person])).toEqual(told);
});

test('a start in a year that the record cannot hold is judged all the same, and expected at no time', async () => {
  const { db } = await server.database();
  const { releaseId } = (await aPlannedRelease(db, 'shop', [aStage('production')])).order;
  const answer = await judgeStage(db, {
    releaseId,
    title: 'shop 1.3.0',
    environment: 'production',
    components: [{ service: 'shop', version: '1.3.0', mode: 'deploy' as const }],
    actionClass: 'planned',
    now: '2026-11-24T10:00:00.000Z',
    schedule: { at: '9999-12-31T23:59:59Z' },
    needs: [
      { kind: 'version', service: 'cart', environment: 'production', atLeast: '1.0.0!!!', state: 'deployed' },
    ],
    estimate: { pausesMs: 0, guardMs: 0 },
    isInFlight: false,
  });
  expect(answer.verdicts.map(({ gate, kind }) => [gate, kind])).toEqual([
    ['schedule', 'waiting'],
    ['dependencies', 'waiting'],
  ]);
});
