import { beforeEach, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { saveDeparture, setTrainState, syncTrains } from '../../platform/record/calendar/trains.ts';
import { anAskedRelease, apiDeps } from '../../test/support/asked-release.ts';
import { aDeparture, weeklyTrain } from '../../test/support/a-train.ts';
import { pagesSeenBy } from '../../test/support/pages-seen-by.ts';
import { storePerTest } from '../../test/support/a-store.ts';

const store = storePerTest();

beforeEach(async () => {
  await anAskedRelease(store); // the policy that has the names
});

const at = '2026-11-02T09:00:00.000Z';
const weekly = { ...weeklyTrain, services: [...weeklyTrain.services, { service: 'cart', required: false }] };
/** Some time ago, whenever this runs. */
const boardingOver = { cutoffAt: '2026-01-11T11:00:00.000Z' };
const departure = (number: number, rest: Parameters<typeof aDeparture>[1]) =>
  aDeparture(number, {
    scheduledAt: '2098-11-04T13:00:00.000Z',
    departsAt: '2098-11-04T13:00:00.000Z',
    cutoffAt: '2098-11-04T11:00:00.000Z',
    ...rest,
  });

async function page(live: object | undefined, access: Access[] = ['viewer'], services: string[] = []) {
  const deps = apiDeps(store, store.dir, () => ({}));
  const query = () => (live ? Promise.resolve(live) : Promise.reject(new Error('no server')));
  const engine = { ...deps.engine, query } as unknown as typeof deps.engine;
  const { status, text } = await supertest(pagesSeenBy({ ...deps, engine }, 'ana', access, services)).get(
    '/trains',
  );
  return { status, text, words: text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ') };
}

test('without a train it says what that means, and where one is written', async () => {
  const { words, text } = await page(undefined);
  expect(words).toContain('No train is described: nothing leaves by a timetable');
  expect(text).toContain('<code>gantry policy apply</code>');
  expect(text).toContain('href="/trains"  aria-current="page"');
  expect((await page(undefined, [])).status).toBe(403);
});

test('a train tells its next departure from its workflow, and who is aboard from the record', async () => {
  await syncTrains(store.db, { trains: [weekly], at });
  const next = { number: 2, departsAt: '2098-11-11T13:00:00.000Z', cutoffAt: '2098-11-11T11:00:00.000Z' };
  await saveDeparture(store.db, {
    departure: departure(1, { state: 'departed', boarded: [{ service: 'shop', version: '1.3.9' }] }),
    at,
  });
  const before = await page({ headline: 'Departs 2098-11-11T13:00:00Z.', next });
  expect(before.words).toMatch(/weekly → production ✓ running/);
  expect(before.words).toMatch(/Next departure Tue 11 Nov 2098, 14:00 CET/);
  expect(before.words).toContain('Aboard Nobody yet: who rides is settled when boarding ends');
  expect(before.words).toContain('shop (nothing leaves without it), cart');
  expect(before.words).toContain('Captain Ana Lopez');
  expect(before.words).toMatch(/Last departures \(1\).*✓ departed: shop 1\.3\.9/);
  await saveDeparture(store.db, {
    departure: departure(2, {
      ...next,
      scheduledAt: next.departsAt,
      ...boardingOver,
      state: 'boarding',
      boarded: [{ service: 'shop', version: '1.4.0', releaseId: 'rel_1' }],
      leftBehind: [{ service: 'cart', because: 'its checks still run' }],
    }),
    at,
  });
  const boarded = await page({ headline: 'Departs with 1 aboard.', next: { ...next, ...boardingOver } });
  expect(boarded.text).toContain('<a href="/releases/rel_1">shop 1.4.0</a>');
  expect(boarded.words).toContain('cart stays behind: its checks still run');
  expect(boarded.words).toContain('Last departures (1)');
});

test('says which version was passed over and why, until a delay opens boarding again', async () => {
  await syncTrains(store.db, { trains: [weekly], at });
  const next = { number: 1, departsAt: '2098-11-11T13:00:00.000Z', cutoffAt: boardingOver.cutoffAt };
  await saveDeparture(store.db, {
    departure: departure(1, {
      ...next,
      state: 'boarding',
      boarded: [{ service: 'shop', version: '1.3.9' }],
      leftBehind: [{ service: 'cart', because: 'its checks still run' }],
      because:
        'shop 1.4.0 is quarantined. shop 1.3.9 rides instead, if nothing else keeps it. Boarded: shop 1.3.9.',
    }),
    at,
  });
  const { words } = await page({ headline: 'Departs with 1 aboard.', next });
  expect(words).toMatch(/Aboard shop 1\.3\.9\s*shop 1\.4\.0 is quarantined\. shop 1\.3\.9 rides instead/);
  const delayed = { ...next, departsAt: '2098-11-12T13:00:00.000Z', cutoffAt: '2098-11-12T11:00:00.000Z' };
  const again = await page({ headline: 'Departs later.', next: delayed });
  expect(again.words).toContain('Aboard Nobody yet: who rides is settled when boarding ends');
  expect(again.words).not.toMatch(/rides instead|stays behind/);
});

test('who stopped a departure in lockstep is named with what to do now, without a click', async () => {
  await syncTrains(store.db, { trains: [weekly], at });
  const left = { service: 'cart', version: '2.0.0', because: 'cart 2.1.0 runs in production.' };
  const failed = departure(1, {
    state: 'failed',
    boarded: [
      { service: 'shop', version: '1.4.0' },
      { service: 'cart', version: '2.0.0' },
    ],
    leftBehind: [{ ...left, remedy: 'Release a version above 2.1.0.' }],
    because: 'Train weekly could not leave: all ride together, and cart 2.0.0 may not.',
  });
  await saveDeparture(store.db, { departure: failed, at });
  const { words, text } = await page({ headline: 'Departs Tue.' });
  expect(words).toContain(
    'cart 2.0.0 stops it: cart 2.1.0 runs in production. What to do now: Release a version above 2.1.0.',
  );
  expect(text).toMatch(/<details\s+open/);
  await saveDeparture(store.db, { departure: departure(2, { state: 'departed' }), at });
  expect((await page({ headline: 'Departs Tue.' })).text).not.toMatch(/<details\s+open/);
});

test('a train that does not answer is shown as it was recorded, with why it stands', async () => {
  await syncTrains(store.db, { trains: [weekly], at });
  await setTrainState(store.db, { train: 'weekly', state: 'stopped', because: 'Two departures failed.', at });
  const { words } = await page(undefined);
  expect(words).toMatch(/weekly → production ✕ stopped Two departures failed\./);
  expect(words).toContain('Next departure None is known');
});

test('a token of another service sees no train that carries none of it', async () => {
  await syncTrains(store.db, { trains: [weekly], at });
  expect((await page(undefined, ['viewer'], ['payments'])).words).toContain('No train is described');
  expect((await page(undefined, ['viewer'], ['cart'])).words).toContain('weekly → production');
});
