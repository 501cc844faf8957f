import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { aPlannedRelease, aStage, pendingWakes } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { sql } from 'kysely';
import type { Db } from '../../database/open.ts';
import { writeDependencies } from './dependencies.ts';
import { milestonesBetween, milestonesOf, writeMilestones } from './milestones.ts';
import { savePrediction } from './predictions.ts';
import { saveSchedule, schedulesBetween, schedulesOf } from './schedules.ts';
import { watchWorkflowId } from './wakes.ts';

let server: TestServer;
let db: Db;
let releaseId: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ db } = await server.database());
  ({ releaseId } = (await aPlannedRelease(db, 'shop', [aStage('production')])).order);
});

const at = '2026-11-02T09:00:00.000Z';
const hour = (number: number): string => `2026-11-03T${String(number).padStart(2, '0')}:00:00.000Z`;

test('what is expected of a release is kept, and a delay answers with what was expected before', async () => {
  const predicted = { start: hour(10), end: hour(11) };
  const plan = { releaseId, stage: 'production', schedule: { at: hour(10), startBy: hour(12) }, at };
  expect(await saveSchedule(db, { ...plan, predicted })).toEqual({ isNew: true });
  expect(await saveSchedule(db, { ...plan, predicted })).toEqual({ isNew: false });
  const later = { start: hour(14), end: hour(15) };
  expect(await saveSchedule(db, { ...plan, predicted: later })).toEqual({ isNew: true, before: predicted });
  expect(await schedulesOf(db, releaseId)).toEqual([
    {
      releaseId,
      stage: 'production',
      schedule: plan.schedule,
      predicted: later,
      revision: 2,
      updatedAt: at,
    },
  ]);
  const unplanned = { releaseId, stage: 'production', at };
  expect(await saveSchedule(db, unplanned)).toEqual({ isNew: true, before: later });
  expect(await schedulesOf(db, releaseId)).toMatchObject([{ revision: 3 }]);
});

test('a calendar finds the stages that reach into its time', async () => {
  const other = await aPlannedRelease(db, 'cart', [aStage('staging')]);
  await saveSchedule(db, {
    releaseId,
    stage: 'production',
    predicted: { start: hour(10), end: hour(12) },
    at,
  });
  await saveSchedule(db, {
    releaseId: other.order.releaseId,
    stage: 'staging',
    schedule: { at: hour(9) },
    at,
  });
  const titles = async (o: Partial<Parameters<typeof schedulesBetween>[1]>): Promise<string[]> =>
    (await schedulesBetween(db, { from: hour(8), to: hour(20), ...o })).map(({ title }) => title);
  expect(await titles({})).toEqual(['cart 1.4.0', 'shop 1.4.0']);
  expect(await titles({ from: hour(11) })).toEqual(['shop 1.4.0']);
  expect(await titles({ to: hour(10) })).toEqual(['cart 1.4.0']);
  expect(await titles({ environment: 'production' })).toEqual(['shop 1.4.0']);
  expect(await titles({ service: 'cart' })).toEqual(['cart 1.4.0']);
  await db.updateTable('releases').set({ ended_at: at }).where('id', '=', releaseId).execute();
  expect(await titles({})).toEqual(['cart 1.4.0']);
  expect(await titles({ ended: true })).toHaveLength(2);
});

test('what is postponed stands in the calendar when that ends at the earliest, for as long as before; once lifted, or in a stage that has started, as it was expected', async () => {
  await saveSchedule(db, {
    ...{ releaseId, stage: 'production', at },
    predicted: { start: hour(10), end: hour(12) },
  });
  const dates = async (from: string, to: string) =>
    (await schedulesBetween(db, { from, to })).map(({ predicted }) => predicted);
  const became = (over: object, state = 'gating') => {
    const view = { stages: [{ ...aStage('production'), state }], postponements: [] as object[], ...over };
    return db
      .updateTable('releases')
      .set({ view: sql`view || ${JSON.stringify(view)}::jsonb` })
      .where('id', '=', releaseId)
      .execute();
  };
  const one = { by: 'ana', as: 'owner', at, until: hour(18), reason: 'lunch' };
  await became({ postponements: [{ ...one, until: hour(15) }, one] });
  expect(await dates(hour(8), hour(13))).toEqual([]);
  expect(await dates(hour(18), hour(23))).toEqual([{ start: hour(18), end: hour(20) }]);
  await became({ postponements: [{ ...one, lifted: { at, by: 'ana' } }] });
  expect(await dates(hour(8), hour(13))).toEqual([{ start: hour(10), end: hour(12) }]);
  await became({ postponements: [one] }, 'deploying');
  expect(await dates(hour(8), hour(23))).toEqual([{ start: hour(10), end: hour(12) }]);
});

test('a release that is expected much later is told to those who depend on it, a little later to nobody', async () => {
  const dependant = await aPlannedRelease(db, 'cart', [aStage('production')]);
  const need = { kind: 'release' as const, releaseId };
  await writeDependencies(db, { releaseId: dependant.order.releaseId, needs: [need], at });
  const expected = (start: string) =>
    savePrediction(db, { releaseId, stage: 'production', predicted: { start, end: hour(20) }, at });
  await expected(hour(10));
  await expected('2026-11-03T10:14:00.000Z');
  expect(await pendingWakes(db)).toEqual([]);
  await expected(hour(12));
  expect(await pendingWakes(db)).toEqual([
    {
      releaseId: dependant.order.releaseId,
      cause: 'shop 1.4.0 is expected in production Tue 3 Nov 12:00 UTC (before: Tue 3 Nov 10:14 UTC).',
    },
  ]);
  const watch = await db
    .selectFrom('wakes')
    .select('id')
    .where('workflow_id', '=', watchWorkflowId)
    .execute();
  expect(watch).toHaveLength(1);
});

test('milestones follow each other in their own order, and one that was reached stays so', async () => {
  const done = { kind: 'qaDone' as const, plannedAt: hour(9), estimateAt: hour(9), owner: 'ana' };
  const live = { kind: 'live' as const, plannedAt: hour(8), estimateAt: hour(12) };
  await writeMilestones(db, releaseId, [live, { ...done, actualAt: hour(7) }]);
  await writeMilestones(db, releaseId, [live, done]);
  expect(await milestonesOf(db, releaseId)).toEqual([{ ...done, actualAt: hour(7) }, live]);
  await writeMilestones(db, releaseId, [live]);
  expect(await milestonesOf(db, releaseId)).toEqual([live]);
  const found = await milestonesBetween(db, { from: hour(12), to: hour(13) });
  expect(found).toEqual([{ ...live, releaseId, title: 'shop 1.4.0', services: ['shop'] }]);
  expect(await milestonesBetween(db, { from: hour(12), to: hour(13), service: 'cart' })).toEqual([]);
  await writeMilestones(db, releaseId, []);
  expect(await milestonesOf(db, releaseId)).toEqual([]);
});
