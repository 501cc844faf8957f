import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  aPlannedRelease,
  aStage,
  ben,
  blackFriday,
  byAna,
  everything,
  pendingWakes,
} from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import type { Db, Store } from '../../database/open.ts';
import { listEntries } from '../../audit/list-entries.ts';
import { readDossier } from '../dossier/index.ts';
import { readRelease } from '../find-releases.ts';
import { timeline } from '../timeline.ts';
import { addRule, changeRule } from './change-rules.ts';
import { giveOverride, revokeOverride, secondOverride, type NewOverride } from './give-override.ts';
import { liveOverrides, overrideById, overridesGivenSince, overridesOfRelease } from './overrides.ts';

let server: TestServer;
let store: Store;
let db: Db;
let releaseId: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const now = '2026-11-27T10:00:00.000Z';

/** A frozen production, a release that waits for it, and no wakes left from the making. */
async function fresh(): Promise<void> {
  store = await server.database();
  ({ db } = store);
  const release = await aPlannedRelease(db, 'shop', [aStage('staging', 'finished'), aStage('production')]);
  ({ releaseId } = release.order);
  await addRule(db, { ...byAna(), rule: blackFriday() });
  await store.pool.query('delete from wakes');
}

const asked = (rest: Partial<NewOverride> = {}): NewOverride => ({
  ...byAna('The cart loses items.', now),
  reason: 'The cart loses items.',
  freezeId: 'black-friday',
  releaseId,
  environment: 'production',
  expiresAt: '2026-11-28T10:00:00.000Z',
  team: 'web',
  ...rest,
});
const sentences = async (): Promise<string[]> =>
  (await timeline(db, releaseId, { limit: 20 })).map((entry) => entry.sentence).slice(1);

test('an override lets one release pass one revision of a freeze in one environment, and wakes it', async () => {
  await fresh();
  const given = await giveOverride(db, asked());
  expect(given).toMatchObject({
    isAlreadyGiven: false,
    freezeId: 'black-friday',
    revision: 1,
    releaseId,
    environment: 'production',
    by: 'ana',
    reason: 'The cart loses items.',
    expiresAt: '2026-11-28T10:00:00.000Z',
    team: 'web',
    state: 'live',
  });
  const [live, ...others] = await liveOverrides(db, { now, releaseId, environment: 'production' });
  expect(given).toEqual({ ...live, isAlreadyGiven: false });
  expect(others).toEqual([]);
  expect(await liveOverrides(db, { now, releaseId, environment: 'staging' })).toEqual([]);
  const cause = 'ana lets shop 1.4.0 pass freeze black-friday in production until Sat 28 Nov 10:00 UTC.';
  expect(await pendingWakes(db)).toEqual([{ releaseId, cause }]);
  expect(await sentences()).toEqual([cause]);
});

test('an override and its end are found where the release is: in the log by its id and name, in its timeline and dossier', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked());
  await revokeOverride(db, { ...byAna('The cart is mended.', now), id });
  const acts = ['override.given', 'override.revoked'];
  for (const subject of [releaseId, 'shop@1.4.0', 'shop 1.4.0']) {
    const { items } = await listEntries(db, { subject, kind: 'override', limit: 9 });
    expect(items.map(({ action }) => action).reverse()).toEqual(acts);
  }
  const told = (await timeline(db, releaseId, { limit: 20 })).map(({ action }) => action);
  expect(told).toEqual(expect.arrayContaining(acts));
  const view = await readRelease(db, releaseId);
  const dossier = view && (await readDossier(db, view, { tellsAbsences: true }));
  expect(dossier?.document.acts.acts).toMatchObject(acts.map((action) => ({ action })));
});

const until = (hour: string): Partial<NewOverride> => ({ expiresAt: `2026-11-27T${hour}:00:00.000Z` });

test.each([
  ['for as long', until('12')],
  ['for less long', until('11')],
  ['for longer', until('13')],
])('asked for again, %s, it is the one that stands', async (_, again) => {
  await fresh();
  const first = await giveOverride(db, asked(until('12')));
  const second = await giveOverride(db, asked({ by: ben, ...again }));
  expect(second).toEqual({ ...first, isAlreadyGiven: true });
  expect(await overridesOfRelease(db, releaseId, now)).toHaveLength(1);
});

test('one that shall last beyond the one that stands is given beside it, word for word, and only where it lasts longer', async () => {
  await fresh();
  const first = await giveOverride(db, asked(until('12')));
  const shorter = await giveOverride(db, asked({ ...until('11'), isLonger: true }));
  expect(shorter).toEqual({ ...first, isAlreadyGiven: true });
  const longer = await giveOverride(db, asked({ ...until('13'), isLonger: true, needsSecond: true }));
  expect(longer).toMatchObject({ isAlreadyGiven: false, state: 'unseconded' });
  // A third would only wait beside the one that waits.
  const third = await giveOverride(db, asked({ ...until('14'), isLonger: true, needsSecond: true }));
  expect(third).toEqual({ ...longer, isAlreadyGiven: true });
});

test('one that waits for a second person keeps nobody from giving one who needs none', async () => {
  await fresh();
  const waits = await giveOverride(db, asked({ ...until('14'), needsSecond: true }));
  const again = await giveOverride(db, asked({ by: ben, ...until('12'), needsSecond: true }));
  expect(again).toEqual({ ...waits, isAlreadyGiven: true });
  for (const [hour, isLonger] of [
    ['12', false],
    ['13', true],
  ] as const) {
    const given = await giveOverride(db, asked({ by: ben, ...until(hour), isLonger }));
    expect(given).toMatchObject({ isAlreadyGiven: false, state: 'live', ...until(hour) });
  }
});

test.each([
  ['for less long', until('11')],
  ['for longer than the one that passes now', until('13')],
  ['with no more than the end of the one that passes now', { ...until('12'), isLonger: true }],
])('the answer is the one that lets it pass now, and no longer one that waits: %s', async (_, again) => {
  await fresh();
  const live = await giveOverride(db, asked(until('12')));
  await giveOverride(db, asked({ ...until('15'), isLonger: true, needsSecond: true }));
  for (const needsSecond of [false, true])
    expect(await giveOverride(db, asked({ by: ben, ...again, needsSecond }))).toEqual({
      ...live,
      isAlreadyGiven: true,
    });
});

test('when one has run out or was taken back, the next is a new one', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked(until('12')));
  await revokeOverride(db, { ...byAna('Not needed.', now), id });
  expect(await giveOverride(db, asked(until('12')))).toMatchObject({ isAlreadyGiven: false });
  const later = byAna(undefined, '2026-11-27T12:00:00.000Z');
  expect(await giveOverride(db, asked({ ...later, ...until('13') }))).toMatchObject({
    isAlreadyGiven: false,
  });
});

const refusals: [string, Partial<NewOverride>, string, string][] = [
  [
    'a short reason',
    { reason: '  because ' },
    'OVERRIDE_INVALID',
    'the reason has 7 characters, and needs 10',
  ],
  [
    'more than 24 hours',
    { expiresAt: '2026-11-28T10:00:00.001Z' },
    'OVERRIDE_INVALID',
    'longer than 24 hours',
  ],
  ['an end in the past', { expiresAt: now }, 'OVERRIDE_INVALID', 'over already'],
  ['an unknown freeze', { freezeId: 'easter' }, 'NOT_FOUND', 'freeze'],
  ['another revision', { revision: 2 }, 'STALE', 'revision 1 now'],
  ['an unknown release', { releaseId: 'rel_0' }, 'OVERRIDE_INVALID', 'has ended, or is not known'],
  [
    'a stage that is behind it',
    { environment: 'staging' },
    'OVERRIDE_INVALID',
    'does not go to staging any more',
  ],
];
test.each(refusals)('%s is refused', async (_what, rest, code, words) => {
  await fresh();
  await expect(giveOverride(db, asked(rest))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
  });
  expect(await overridesGivenSince(db, { since: '2026-01-01T00:00:00Z', now })).toEqual([]);
});

test('a freeze that does not concern the release cannot be overridden for it', async () => {
  await fresh();
  await addRule(db, {
    ...byAna(),
    rule: blackFriday({ id: 'carts', scope: { ...everything, services: ['cart'] } }),
  });
  await expect(giveOverride(db, asked({ freezeId: 'carts' }))).rejects.toMatchObject({
    code: 'OVERRIDE_INVALID',
  });
});

test('lengthening a freeze voids its overrides, and the release is told (T57)', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked());
  await changeRule(db, { ...byAna(undefined, now), rule: blackFriday({ to: '2026-12-05T00:00' }) });
  expect(await liveOverrides(db, { now, releaseId })).toEqual([]);
  expect(await overrideById(db, id, now)).toMatchObject({ state: 'voided', voided: { at: now } });
  expect((await sentences()).at(-1)).toBe(
    'The override by ana for production counts no more: freeze black-friday became longer or stricter (revision 2).',
  );
});

test('shortening a freeze, or letting more pass it, keeps its overrides for the new revision', async () => {
  await fresh();
  await giveOverride(db, asked());
  const rule = blackFriday({ to: '2026-11-30T00:00', passage: { hotfix: 'allow' } });
  await changeRule(db, { ...byAna(undefined, now), rule });
  expect(await liveOverrides(db, { now, releaseId })).toMatchObject([{ revision: 2, state: 'live' }]);
});

test('an override runs out at its end, and not before', async () => {
  await fresh();
  await giveOverride(db, asked());
  expect(await liveOverrides(db, { now: '2026-11-28T09:59:59.999Z' })).toHaveLength(1);
  expect(await liveOverrides(db, { now: '2026-11-28T10:00:00.000Z' })).toEqual([]);
});

test('an override that is taken back counts no more, and the release is woken again', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked());
  await expect(revokeOverride(db, { ...byAna('', now), id })).rejects.toMatchObject({
    code: 'CALENDAR_REASON_MISSING',
  });
  await revokeOverride(db, { ...byAna('Not needed.', now), id });
  const again = await revokeOverride(db, { by: ben, reason: 'Again.', at: now, id });
  expect(again).toMatchObject({ state: 'revoked', revoked: { by: 'ana', reason: 'Not needed.' } });
  expect(await liveOverrides(db, { now })).toEqual([]);
  expect(await pendingWakes(db)).toHaveLength(2);
});

test('beyond the budget an override opens nothing until somebody else agrees', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked({ needsSecond: true }));
  expect(await liveOverrides(db, { now })).toEqual([]);
  await expect(secondOverride(db, { ...byAna(undefined, now), id })).rejects.toMatchObject({
    code: 'OVERRIDE_INVALID',
    problem: {
      detail: `You cannot agree to the override ${id} of "black-friday": you asked for it yourself.`,
      remedy: expect.stringContaining(
        `Ask somebody else who may agree to run \`gantry override second ${id}\``,
      ),
    },
  });
  const agreed = await secondOverride(db, { by: ben, at: now, id });
  expect(agreed).toMatchObject({ state: 'live', seconded: { by: 'ben', at: now } });
  expect(await secondOverride(db, { by: ben, at: now, id })).toEqual(agreed);
  expect(await liveOverrides(db, { now })).toEqual([agreed]);
});

const endRelease = () =>
  db.updateTable('releases').set({ state: 'aborted', ended_at: now }).where('id', '=', releaseId).execute();

test('an override counts no more when its release has ended, and its own end comes after that', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked());
  expect(await overrideById(db, id, now)).toMatchObject({ state: 'live' });
  await endRelease();
  const states = async (at: string) => [
    (await overrideById(db, id, at))?.state,
    ...(await overridesOfRelease(db, releaseId, at)).map(({ state }) => state),
    ...(await overridesGivenSince(db, { since: now, now: at })).map(({ state }) => state),
  ];
  for (const at of [now, '2026-12-01T10:00:00.000Z'])
    expect(await states(at)).toEqual(['releaseEnded', 'releaseEnded', 'releaseEnded']);
  expect(await liveOverrides(db, { now })).toEqual([]);
  const gone = await revokeOverride(db, { ...byAna('Not needed.', now), id });
  expect(gone).toMatchObject({ state: 'releaseEnded' });
});

test('nobody agrees to an override of a release that has ended', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked({ needsSecond: true }));
  await endRelease();
  await expect(secondOverride(db, { by: ben, at: now, id })).rejects.toMatchObject({
    code: 'OVERRIDE_INVALID',
    message: expect.stringContaining('its release has ended'),
  });
});

test('what was given counts for the budget of its team, whatever became of it', async () => {
  await fresh();
  const { id } = await giveOverride(db, asked());
  await revokeOverride(db, { ...byAna('Not needed.', now), id });
  const [one, ...more] = await overridesGivenSince(db, { since: now, now, team: 'web' });
  expect([one?.title, more]).toEqual(['shop 1.4.0', []]);
  expect(await overridesGivenSince(db, { since: now, now, team: 'core' })).toEqual([]);
  expect(await overridesGivenSince(db, { since: '2026-11-27T10:00:01.000Z', now })).toEqual([]);
});
