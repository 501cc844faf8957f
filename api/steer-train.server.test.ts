import { expect, test } from '@jest/globals';
import request from 'supertest';
import { GantryError } from '../platform/errors.ts';
import { setTrainState, syncTrains } from '../platform/record/calendar/trains.ts';
import { weeklyTrain } from '../test/support/a-train.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { steerTrain } from './steer-train.ts';

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
  const { body } = await delayed();
  expect(body).toMatchObject({
    code: 'COMMAND_NOT_POSSIBLE',
    detail: expect.stringContaining('Train weekly is not held.'),
  });
  // of the train, since no release waits for anything
  expect(body.remedy).toContain('after its next departure (`gantry train show weekly` tells it)');
  expect(seen.started).toEqual([]);
});

/** The engine takes so much of the time that it is given, by the clock of the API, and has no workflow of the train until one is started. */
async function slowEngine(o: { tellsMs: number; startsMs: number; plannedAtLook: number }) {
  await syncTrains(api.deps.store.db, { trains: [weeklyTrain], at: new Date().toISOString() });
  const seen = { ms: 0, looks: 0, told: [] as number[] };
  const takes = (ms: number, within = Infinity): void => {
    seen.ms += Math.min(ms, within);
    if (ms > within) throw new GantryError('TEMPORAL_UNREACHABLE', {});
  };
  api.engine.startTrain = async ({ withinMs }) => takes(o.startsMs, withinMs);
  api.engine.update = async ({ withinMs = Infinity }) => {
    seen.told.push(withinMs);
    if (seen.looks >= o.plannedAtLook) return {};
    takes(o.tellsMs, withinMs);
    throw new GantryError('RELEASE_ENDED', {});
  };
  api.engine.query = async (_, __, within) => {
    seen.looks += 1;
    if (seen.looks < o.plannedAtLook) takes(1_500, Math.min(within ?? Infinity, 1_499));
    return { headline: 'Departs Tue.', next: { number: 1 } };
  };
  const clock = () => new Date(Date.parse('2026-11-26T09:00:00.000Z') + seen.ms);
  const steered = steerTrain({ ...api.deps, clock }, 'weekly', {
    ...{ name: 'hold', by: { id: 'otto', kind: 'person' }, reason: 'wait for the fix', commandId: 'cmd_1' },
  });
  return { seen, code: await steered.then(() => 'done').catch((error: GantryError) => error.code) };
}

test.each([
  ['is quick but for that', { tellsMs: 5, startsMs: 5 }, 'TRAIN_NOT_STARTED'],
  ['is slow with all', { tellsMs: 2_000, startsMs: 2_000 }, 'TRAIN_NOT_STARTED'],
  ['takes all the time for the start', { tellsMs: 2_000, startsMs: 9_000 }, 'TEMPORAL_UNREACHABLE'],
])(
  'where no worker answers, whoever steers is told so in the time of one call: the engine %s',
  async (_, engine, problem) => {
    const { seen, code } = await slowEngine({ ...engine, plannedAtLook: Infinity });
    expect(code).toBe(problem);
    expect(seen.ms).toBeLessThanOrEqual(4_800);
  },
);

test('a train that is planned at the last look is told, and there is time for that', async () => {
  const { seen, code } = await slowEngine({ tellsMs: 5, startsMs: 5, plannedAtLook: 3 });
  expect([code, seen.told.length]).toEqual(['done', 2]);
  expect(seen.told[1]).toBeGreaterThanOrEqual(1_000);
  expect(seen.told[1]).toBeLessThan(2_000);
});

test('failures that a person has forgiven stay so where the workflow begins anew', async () => {
  const seen = await justApplied({ planned: true });
  const { db } = api.deps.store;
  await setTrainState(db, {
    train: 'weekly',
    state: 'running',
    forgivenUpTo: 4,
    at: new Date().toISOString(),
  });
  let begun: unknown;
  api.engine.startTrain = async ({ workflowId, state }) => {
    seen.started.push(workflowId);
    begun = state;
  };
  expect((await delayed()).status).toBe(200);
  expect(begun).toMatchObject({ train: 'weekly', forgivenUpTo: 4 });
});

/** A train that runs, held by whom the engine says, and all that it was told. */
async function running(view: object) {
  await syncTrains(api.deps.store.db, { trains: [weeklyTrain], at: new Date().toISOString() });
  const told: { updateId?: string; input?: unknown }[] = [];
  api.engine.onQuery = async () => ({ headline: 'Departs Tue.', ...view });
  api.engine.onUpdate = async (update) => {
    told.push(update as object);
    return {};
  };
  const token = await api.bearer('operator');
  const steer = async (name: string, body: object, key?: string) => {
    const call = request(api.app).post(`/v1/trains/weekly/${name}`).set('Authorization', token);
    return (key === undefined ? call : call.set('Idempotency-Key', key)).send({
      reason: 'nobody is here',
      ...body,
    });
  };
  return { told, steer };
}

test('a command that is sent again under its key is the same, another key makes another', async () => {
  const { told, steer } = await running({ next: { number: 1, departsAt: '2098-01-01T10:00:00.000Z' } });
  const until = { until: '2098-01-01T12:00:00Z', departure: 1 };
  for (const key of ['a', 'a', 'b', undefined, undefined])
    expect((await steer('delay', until, key)).status).toBe(200);
  const ids = told.map(({ updateId }) => updateId);
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(4);
});

test('nothing is told to a train that stands so already: whoever heard no answer repeats it in vain', async () => {
  const hold = { by: 'ana', reason: 'the office is shut', at: '2026-12-01T13:00:00.000Z' };
  const { told, steer } = await running({ hold, headline: 'Held by ana: the office is shut' });
  const { status, body } = await steer('hold', {});
  expect({ status, told: told.length }).toEqual({ status: 200, told: 0 });
  expect(body.note).toBe(
    'Train weekly is held already, by Ana since Tue 1 Dec 13:00 UTC: “the office is shut”. Nothing has changed, and the reason that you give now is not recorded.',
  );
  expect((await steer('resume', {})).body).not.toHaveProperty('note');
  expect(told).toHaveLength(1);
});

test('a hold that was just given is one, whatever the headline says still: who resumes is heard', async () => {
  const hold = { by: 'ana', reason: 'the office is shut', at: '2026-12-01T13:00:00.000Z' };
  const { told, steer } = await running({ hold, next: { number: 1, departsAt: '2098-01-01T10:00:00.000Z' } });
  expect((await steer('resume', {})).body).not.toHaveProperty('note');
  expect(told).toHaveLength(1);
});

test('a train that is not held is told to hold, and resumed in vain', async () => {
  const { told, steer } = await running({ next: { number: 1, departsAt: '2098-01-01T10:00:00.000Z' } });
  expect((await steer('resume', {})).body.note).toBe('Train weekly is not held: departure 1 is next.');
  expect((await steer('hold', {})).body).not.toHaveProperty('note');
  expect(told).toHaveLength(1);
});

test('a key that comes with something else is another command: neither is lost', async () => {
  const { told, steer } = await running({ next: { number: 1, departsAt: '2098-01-01T10:00:00.000Z' } });
  for (const until of ['2098-01-01T12:00:00Z', '2098-01-02T12:00:00Z'])
    expect((await steer('delay', { until, departure: 1 }, 'same')).status).toBe(200);
  expect(new Set(told.map(({ updateId }) => updateId)).size).toBe(2);
});

test('a key that comes again with other words is the same command, done once', async () => {
  const { told, steer } = await running({ next: { number: 1, departsAt: '2098-01-01T10:00:00.000Z' } });
  for (const reason of ['nobody is here', 'really nobody is here'])
    expect((await steer('skip', { reason }, 'same')).status).toBe(200);
  expect(new Set(told.map(({ updateId }) => updateId)).size).toBe(1);
});

test('whoever hears no answer is told to look before they repeat it', async () => {
  const { steer } = await running({});
  api.engine.onUpdate = async () => {
    throw new GantryError('TEMPORAL_UNREACHABLE', {});
  };
  expect((await steer('hold', {})).body).toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    remedy: expect.stringContaining('`gantry train show weekly`'),
  });
});
