import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aDeparture, weeklyTrain } from '../../../test/support/a-train.ts';
import { collisionsOf, overriddenBy } from '../../../domain/calendar/entries.ts';
import { aPlannedRelease, aStage, blackFriday, byAna } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db } from '../../database/open.ts';
import { recordDeployments } from '../deployments.ts';
import { addRule, changeRule } from './change-rules.ts';
import { calendarEntries } from './entries.ts';
import { giveOverride, revokeOverride } from './give-override.ts';
import { writeMilestones } from './milestones.ts';
import { makeReservation } from './reserve.ts';
import { saveSchedule } from './schedules.ts';
import { saveDeparture, syncTrains } from './trains.ts';

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

test('milestones of releases that do not go to an environment are not among what is in it', async () => {
  const here = await aPlannedRelease(db, 'cart', [aStage('staging'), aStage('production')], {}, '2.0.0');
  const elsewhere = await aPlannedRelease(db, 'mail', [aStage('staging')], {}, '3.0.0');
  for (const { order } of [here, elsewhere])
    await writeMilestones(db, order.releaseId, [
      { kind: 'live', plannedAt: '2026-12-10T09:00:00.000Z', estimateAt: '2026-12-10T09:00:00.000Z' },
    ]);
  const milestonesIn = async (environment?: string) =>
    (
      await calendarEntries(db, {
        from: '2026-12-01T00:00:00Z',
        to: '2026-12-31T00:00:00Z',
        now: new Date('2026-12-01T00:00:00Z'),
        environment,
      })
    )
      .filter(({ kind }) => kind === 'milestone')
      .map(({ title }) => title);
  expect(await milestonesIn('production')).toEqual(['cart 2.0.0: live']);
  expect((await milestonesIn()).sort()).toEqual(['cart 2.0.0: live', 'mail 3.0.0: live']);
});

test('a departure names its captain, and who stayed behind and why', async () => {
  const at = '2026-12-01T13:00:00.000Z';
  await syncTrains(db, { trains: [weeklyTrain], at });
  await saveDeparture(db, {
    departure: aDeparture(5, {
      ...{ scheduledAt: at, departsAt: at, cutoffAt: '2026-12-01T11:00:00.000Z', state: 'departed' },
      leftBehind: [{ service: 'cart', because: 'cart 2.0.0 was ready after boarding had ended.' }],
      because: 'Train weekly left empty: nobody was ready.',
    }),
    at,
  });
  const entries = await calendarEntries(db, {
    from: '2026-12-01T00:00:00Z',
    to: '2026-12-02T00:00:00Z',
    now: new Date(at),
  });
  expect(entries.find(({ kind }) => kind === 'train')).toMatchObject({
    owner: 'ana',
    detail:
      'Train weekly left empty: nobody was ready. cart stayed behind: cart 2.0.0 was ready after boarding had ended.',
  });
});

test('a release with an override of a freeze does not collide with it, nor its reservation, while the override counts', async () => {
  const { order } = await aPlannedRelease(db, 'pay', [aStage('production')], {}, '1.4.0');
  const other = await aPlannedRelease(db, 'pay', [aStage('production')], {}, '1.5.0');
  await addRule(db, { ...byAna(), rule: blackFriday() });
  const [start, end, now] = [
    '2026-11-27T11:00:00.000Z',
    '2026-11-27T12:00:00.000Z',
    '2026-11-27T10:00:00.000Z',
  ];
  const { releaseId } = order;
  for (const id of [releaseId, other.order.releaseId])
    await saveSchedule(db, { releaseId: id, stage: 'production', predicted: { start, end }, at: now });
  await makeReservation(db, {
    ...byAna('', now),
    mode: 'refuse',
    reservation: {
      ...{ owner: releaseId, releaseId, title: 'pay 1.4.0', environment: 'production', services: ['pay'] },
      ...{ start, end, overlap: true },
    },
  });
  const told = async (met: typeof collisionsOf): Promise<Record<string, string[]>> => {
    const all = await calendarEntries(db, {
      ...{ from: '2026-11-27T00:00:00Z', to: '2026-11-28T00:00:00Z', now: new Date(now), service: 'pay' },
    });
    const own = all.filter(({ kind }) => kind === 'release' || kind === 'reservation');
    return Object.fromEntries(own.map((one) => [one.title, met(one, all)]));
  };
  const [first, reserved] = ['pay 1.4.0 → production', 'pay 1.4.0 has production'];
  const freeze = ['freeze black-friday'];
  expect(await told(overriddenBy)).toMatchObject({ [first]: [], [reserved]: [] });
  const asked = { ...byAna('The cart loses items.', now), freezeId: 'black-friday', releaseId, team: 'web' };
  const early = await giveOverride(db, {
    ...asked,
    environment: 'production',
    expiresAt: '2026-11-27T10:30:00.000Z',
  });
  // It ends before the release is expected to start: the freeze stands again then.
  expect(await told(overriddenBy)).toMatchObject({ [first]: [], [reserved]: [] });
  await revokeOverride(db, { ...byAna('Too short.', now), id: early.id });
  await giveOverride(db, { ...asked, environment: 'production', expiresAt: '2026-11-27T14:00:00.000Z' });
  expect(await told(overriddenBy)).toMatchObject({ [first]: freeze, [reserved]: freeze });
  const collisions = await told(collisionsOf);
  expect(collisions[first]).not.toContain('freeze black-friday');
  expect(collisions[reserved]).not.toContain('freeze black-friday');
  expect(collisions['pay 1.5.0 → production']).toContain('freeze black-friday');
  await changeRule(db, {
    ...byAna('Longer.', now),
    rule: blackFriday({ to: '2026-12-03T00:00' }),
  });
  expect((await told(collisionsOf))[first]).toContain('freeze black-friday');
});
