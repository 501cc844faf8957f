import { expect, test } from '@jest/globals';
import request from 'supertest';
import { GantryError } from '../platform/errors.ts';
import { syncTrains } from '../platform/record/calendar/trains.ts';
import { weeklyTrain } from '../test/support/a-train.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';

const api = apiPerTest();

const delayed = async () =>
  request(api.app)
    .post('/v1/trains/weekly/delay')
    .set('Authorization', await api.bearer('operator'))
    .set('Idempotency-Key', 'once')
    .send({ until: '2098-01-01T10:00:00Z', reason: 'wait for the fix' });

/** The policy has the train, and the engine has no workflow of it until somebody starts one; it plans at its third look. */
async function justApplied(o: { planned: boolean }) {
  await syncTrains(api.deps.store.db, { trains: [weeklyTrain], at: new Date().toISOString() });
  const seen = { started: [] as string[], looks: 0, told: 0 };
  api.engine.startTrain = async ({ workflowId, state }) => {
    seen.started.push(`${workflowId} after ${state.number}`);
  };
  const isThere = (): boolean => o.planned && seen.looks >= 3;
  api.engine.onQuery = async () => {
    seen.looks += 1;
    const headline = isThere() ? 'Departs Tue.' : 'Is being planned.';
    return { headline, ...(isThere() ? { next: { number: 1 } } : {}) };
  };
  api.engine.onUpdate = async () => {
    if (seen.started.length === 0) throw new GantryError('RELEASE_ENDED', {});
    if (!isThere()) throw new GantryError('COMMAND_NOT_POSSIBLE', {});
    seen.told += 1;
    return {};
  };
  return seen;
}

test('what a train is told before its workflow was started is done once its next departure is known', async () => {
  const seen = await justApplied({ planned: true });
  expect((await delayed()).status).toBe(200);
  expect(seen).toMatchObject({ started: ['train/weekly after 0'], told: 1 });
});

test('where no worker plans it, whoever steers is told that it has not begun, and not that a release has ended', async () => {
  const seen = await justApplied({ planned: false });
  const { status, body } = await delayed();
  expect(status).toBe(409);
  expect(body).toMatchObject({
    code: 'TRAIN_NOT_STARTED',
    detail: expect.stringContaining('"weekly" is in the policy'),
    retryable: true,
  });
  expect(seen.told).toBe(0);
});

test('what the train itself refuses is told as it is, and nothing is started', async () => {
  const seen = await justApplied({ planned: true });
  api.engine.onUpdate = async () => {
    throw new GantryError('COMMAND_NOT_POSSIBLE', { detail: 'Train weekly is not held.' });
  };
  expect((await delayed()).body.code).toBe('COMMAND_NOT_POSSIBLE');
  expect(seen.started).toEqual([]);
});
