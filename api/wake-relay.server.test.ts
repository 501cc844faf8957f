import { afterEach, expect, test } from '@jest/globals';
import { GantryError } from '../platform/errors.ts';
import { addWakes, nextWakeInMs, sweepWakes, watchWorkflowId } from '../platform/record/calendar/wakes.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { relayWakes, wakeRound } from './wake-relay.ts';

const api = apiPerTest();
afterEach(() => api.draining.abort());

const wake = (...workflows: string[]): Promise<void> =>
  addWakes(api.deps.store.db, {
    waiting: workflows.map((workflowId) => ({ workflowId })),
    cause: 'Ana lifted the freeze.',
    revision: 7,
  });
const told = (): string[] => api.engine.signals.map(({ workflowId }) => workflowId);
const dueAgain = (): Promise<unknown> => api.deps.store.pool.query('update wakes set next_at = now()');
const away = (): Promise<never> => Promise.reject(new GantryError('TEMPORAL_UNREACHABLE'));

test('a wake is delivered once, with its id, the revision and what changed', async () => {
  await wake('release/shop/1.4.0');
  expect(await wakeRound(api.deps)).toBe(1);
  expect(await wakeRound(api.deps)).toBe(0);
  expect(api.engine.signals).toEqual([
    {
      workflowId: 'release/shop/1.4.0',
      name: 'calendarChanged',
      input: { wakeId: '1', revision: 7, sentence: 'Ana lifted the freeze.' },
    },
  ]);
});

test('trains and the watch over freezes are told in their own words', async () => {
  await wake('train/weekly', watchWorkflowId);
  await wakeRound(api.deps);
  expect(api.engine.signals).toEqual(
    expect.arrayContaining([
      { workflowId: 'train/weekly', name: 'trainChanged' },
      { workflowId: 'calendar-watch', name: 'calendarTouched' },
    ]),
  );
});

test('a workflow that does not run is as good as told', async () => {
  api.engine.onSignal = () => Promise.reject(new GantryError('RELEASE_ENDED'));
  await wake('release/gone/1.0.0');
  expect(await wakeRound(api.deps)).toBe(1);
  expect(await nextWakeInMs(api.deps.store.db)).toBeUndefined();
});

test('while the engine is away nothing is lost, few are asked in vain, and all are told later under the same ids', async () => {
  const names = Array.from({ length: 60 }, (_, number) => `release/shop/1.${number}.0`);
  await wake(...names);
  api.engine.onSignal = away;
  expect(await wakeRound(api.deps)).toBe(0);
  expect(told().length).toBeLessThanOrEqual(20);
  const first = api.engine.signals[0];
  expect(await nextWakeInMs(api.deps.store.db)).toBeGreaterThan(0);
  api.engine.onSignal = async () => undefined;
  api.engine.signals.length = 0;
  await dueAgain();
  expect(await wakeRound(api.deps)).toBe(60);
  expect(new Set(told())).toEqual(new Set(names));
  expect(api.engine.signals).toContainEqual(first);
});

test('once the engine is back, its first wake makes all the others due, however long they were put off', async () => {
  await wake(...Array.from({ length: 30 }, (_, number) => `release/shop/1.${number}.0`));
  api.engine.onSignal = away;
  for (let tries = 0; tries < 7; tries += 1) {
    await wakeRound(api.deps);
    await dueAgain();
  }
  await wakeRound(api.deps);
  expect(await nextWakeInMs(api.deps.store.db)).toBeLessThanOrEqual(2_000);
  api.engine.onSignal = async () => undefined;
  await api.deps.store.pool.query(
    "update wakes set next_at = now() where next_at < now() + interval '10 seconds'",
  );
  expect(await wakeRound(api.deps)).toBe(1);
  expect(await nextWakeInMs(api.deps.store.db)).toBe(0);
  expect(await wakeRound(api.deps)).toBe(29);
});

test('one that fails for a reason of its own does not keep the others from being told', async () => {
  api.engine.onSignal = ({ workflowId }) =>
    workflowId === 'release/b' ? Promise.reject(new Error('on purpose')) : Promise.resolve();
  await wake('release/a', 'release/b', 'release/c');
  expect(await wakeRound(api.deps)).toBe(2);
});

test('a thousand are told in a few rounds, by two relays without a double', async () => {
  const names = Array.from({ length: 1_000 }, (_, number) => `release/shop/1.${number}.0`);
  await wake(...names);
  const delivered = await Promise.all([wakeRound(api.deps), wakeRound(api.deps)]);
  // A round ends early where the other relay has the rows; what it left is for the next one.
  const rest = await wakeRound(api.deps);
  expect(delivered[0] + delivered[1] + rest).toBe(1_000);
  expect(told().sort()).toEqual(names.sort());
});

test('the relay hears of a wake when it is committed, and ends when it is told to', async () => {
  const stopped = new AbortController();
  const heard = new Promise<void>((resolve) => {
    api.engine.onSignal = async ({ workflowId }) => {
      if (workflowId === 'release/b') resolve();
    };
  });
  const relay = relayWakes(api.deps, stopped.signal);
  await wake('release/a');
  await wake('release/b');
  await heard;
  stopped.abort();
  await relay;
  expect(told()).toEqual(['release/a', 'release/b']);
});

test('what was delivered a week ago is forgotten, what was not is kept', async () => {
  await wake('release/a');
  await wakeRound(api.deps);
  await wake('release/b');
  const inAWeek = new Date(Date.now() + 8 * 24 * 3_600_000);
  await sweepWakes(api.deps.store.db, inAWeek);
  const { rows } = await api.deps.store.pool.query('select workflow_id from wakes');
  expect(rows).toEqual([{ workflow_id: 'release/b' }]);
});
