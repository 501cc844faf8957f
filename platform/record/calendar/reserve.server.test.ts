import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  ana,
  aPlannedRelease,
  aStage,
  ben,
  byAna,
  pendingWakes,
} from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db } from '../../database/open.ts';
import { timeline } from '../timeline.ts';
import { listReservations, reservationById } from './reservations.ts';
import {
  makeReservation,
  releaseReservation,
  releaseReservationsOf,
  type NewReservation,
} from './reserve.ts';

let server: TestServer;
let db: Db;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ db } = await server.database());
});

const at = (hour: number): string => `2026-11-02T${String(hour).padStart(2, '0')}:00:00.000Z`;
const span = (from: number, to: number, rest: Partial<NewReservation> = {}): NewReservation => ({
  owner: 'person:ana',
  title: 'Load test',
  environment: 'production',
  services: [],
  start: at(from),
  end: at(to),
  overlap: false,
  ...rest,
});
const bens: Partial<NewReservation> = { owner: 'person:ben', title: 'Migration' };
const reserve = (reservation: NewReservation, mode: 'refuse' | 'queue' = 'refuse', by = ana) =>
  makeReservation(db, { ...byAna('The yearly test.'), by, reservation, mode });

test('spans that touch are no conflict, spans that overlap are (C1)', async () => {
  await reserve(span(10, 12));
  expect((await reserve(span(12, 13, bens))).behind).toEqual([]);
  await expect(reserve(span(11, 13, { ...bens, owner: 'person:cem' }))).rejects.toMatchObject({
    code: 'RESERVATION_CONFLICT',
    message:
      'production is reserved by Load test in this time: from Mon 2 Nov 10:00 UTC to Mon 2 Nov 12:00 UTC, reserved by ana.',
  });
});

const beside: [string, Partial<NewReservation>, Partial<NewReservation>, boolean][] = [
  ['another environment', {}, { environment: 'staging' }, false],
  ['other services', { services: ['shop'] }, { services: ['cart'] }, false],
  ['a service in common', { services: ['shop', 'cart'] }, { services: ['cart'] }, true],
  ['one service and the whole environment', { services: ['shop'] }, {}, true],
  ['both content with it', { overlap: true }, { overlap: true }, false],
  ['only one of them content with it', { overlap: true }, {}, true],
  ['the same owner', {}, { owner: 'person:ana' }, false],
];
test.each(beside)('beside a reservation: %s', async (_what, first, second, isConflict) => {
  await reserve(span(10, 12, first));
  const other = reserve(span(11, 13, { ...bens, ...second }), 'queue', ben);
  expect((await other).behind.length > 0).toBe(isConflict);
});

test('two who want the same at once: one has it, the other is refused', async () => {
  const both = await Promise.allSettled([reserve(span(10, 12)), reserve(span(10, 12, bens))]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await listReservations(db)).toHaveLength(1);
});

test('who is queued is told behind whom, and gets the turn when that one releases it', async () => {
  const first = await reserve(span(10, 12));
  const second = await reserve(span(11, 13, bens), 'queue', ben);
  expect(second.reservation.state).toBe('queued');
  expect(second.behind).toEqual([first.reservation]);
  const third = await reserve(span(11, 12, { ...bens, owner: 'person:cem', title: 'Audit' }), 'queue');
  const ended = await releaseReservation(db, { ...byAna('Done.'), id: first.reservation.id });
  expect(ended).toMatchObject({ state: 'released', released: { by: 'ana', reason: 'Done.' } });
  expect(await reservationById(db, second.reservation.id)).toMatchObject({ state: 'reserved' });
  expect(await reservationById(db, third.reservation.id)).toMatchObject({ state: 'queued' });
  expect(await releaseReservation(db, { ...byAna('Again.'), id: first.reservation.id })).toEqual(ended);
});

test('reserving and releasing wakes the open releases that go there, and no others', async () => {
  const shop = await aPlannedRelease(db, 'shop', [aStage('production')]);
  await aPlannedRelease(db, 'cart', [aStage('production')]);
  await aPlannedRelease(db, 'mail', [aStage('staging')]);
  const { reservation } = await reserve(span(10, 12, { services: ['shop'] }));
  await releaseReservation(db, { ...byAna('Done.'), id: reservation.id });
  expect(await pendingWakes(db)).toEqual([
    {
      releaseId: shop.order.releaseId,
      cause: 'ana reserved shop in production for Load test from Mon 2 Nov 10:00 UTC to Mon 2 Nov 12:00 UTC.',
    },
    {
      releaseId: shop.order.releaseId,
      cause: 'ana released shop in production, reserved for Load test.',
    },
  ]);
});

test('a release that is planned anew moves the reservation that it has, and lets others into what it leaves', async () => {
  const { order } = await aPlannedRelease(db, 'shop', [aStage('production')]);
  const { releaseId } = order;
  const own = { owner: releaseId, releaseId, title: 'shop 1.4.0' };
  const first = await reserve(span(10, 12, own));
  const waiting = await reserve(span(11, 12, bens), 'queue', ben);
  const moved = await reserve(span(14, 16, own));
  expect(moved.reservation).toMatchObject({ id: first.reservation.id, start: at(14), revision: 2 });
  expect(await reservationById(db, waiting.reservation.id)).toMatchObject({ state: 'reserved' });
  const told = (await timeline(db, releaseId, { limit: 10 })).map(({ action }) => action);
  expect(told).toEqual(['release.created', 'reservation.made', 'reservation.made']);
});

test('with a release end its reservations', async () => {
  const { order } = await aPlannedRelease(db, 'shop', [aStage('production')]);
  const { releaseId } = order;
  const own = { owner: releaseId, releaseId, title: 'shop 1.4.0' };
  await reserve(span(10, 12, own));
  await reserve(span(10, 12, { ...own, environment: 'staging' }));
  const gone = { ...byAna('It has ended.'), releaseId };
  expect(await releaseReservationsOf(db, { ...gone, environment: 'staging' })).toBe(1);
  expect(await releaseReservationsOf(db, gone)).toBe(1);
  expect(await releaseReservationsOf(db, gone)).toBe(0);
  expect(await listReservations(db, { releaseId })).toEqual([]);
  expect(await listReservations(db, { releaseId, states: ['released'] })).toHaveLength(2);
});

test('a list shows what reaches into its time and keeps somebody out of its service', async () => {
  await reserve(span(8, 9, { services: ['cart'] }));
  await reserve(span(10, 12, { services: ['shop'] }));
  await reserve(span(13, 14));
  const starts = async (filter: Parameters<typeof listReservations>[1]): Promise<string[]> =>
    (await listReservations(db, filter)).map(({ start }) => start);
  expect(await starts({ service: 'shop' })).toEqual([at(10), at(13)]);
  expect(await starts({ from: at(9), to: at(13) })).toEqual([at(10)]);
  expect(await starts({ environment: 'staging' })).toEqual([]);
});

test('an end before the start is refused', async () => {
  await expect(reserve(span(12, 12))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});
