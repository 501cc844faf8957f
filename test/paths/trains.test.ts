import { expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { TrainState, TrainView } from '../../workflows/contract-train.ts';
import {
  trainChangedSignal,
  trainCommandUpdate,
  trainQuery,
  trainWorkflow,
} from '../../workflows/contract-train.ts';
import { until as eventually } from '../support/until.ts';
import { pathHarness } from '../support/path-harness.ts';
import { skipUntil } from '../support/time-skipping.ts';

const harness = pathHarness();
const hour = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const shop = {
  service: 'shop',
  required: false,
  candidate: { service: 'shop', version: '1.4.0', readyAt: at(-hour) },
};

async function start(hours: number[]): Promise<WorkflowHandle> {
  const { world } = harness;
  world.trains.departures = hours.map((one) => at(one * hour));
  const state: TrainState = { train: 'weekly', number: 0, after: at(0), forgivenUpTo: 0, applied: [] };
  const handle = await world.client.workflow.start(trainWorkflow, {
    workflowId: `train/${crypto.randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [state],
  });
  world.handles.push(handle as never);
  return handle;
}
const tell = async (handle: WorkflowHandle, name: string, more = {}): Promise<TrainView> =>
  handle.executeUpdate(trainCommandUpdate, {
    args: [{ by: { id: 'ana', kind: 'person' }, commandId: crypto.randomUUID(), name, ...more }],
  });
const view = async (handle: WorkflowHandle): Promise<TrainView> => handle.query(trainQuery);

test('departs with who is ready, and ends when the policy has it no more', async () => {
  const { world } = harness;
  world.trains.passengers = [shop, { service: 'cart', required: false }];
  const handle = await start([5, 10]);
  await skipUntil(harness.connection, handle.workflowId, 12 * hour);
  await handle.result();
  expect(
    world.trains.departed.map(({ number, aboard, left }) => [number, aboard.length, left.length]),
  ).toEqual([
    [1, 1, 1],
    [2, 1, 1],
  ]);
});

test('skipping one departure keeps the rhythm', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  const handle = await start([5, 10]);
  await view(handle);
  await tell(handle, 'skip', { reason: 'holidays' });
  await skipUntil(harness.connection, handle.workflowId, 12 * hour);
  await handle.result();
  expect(world.trains.departed.map(({ number, departsAt }) => [number, departsAt])).toEqual([
    [2, world.trains.departures[1]],
  ]);
});

test('a delayed departure leaves later, the next one as ever', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  const handle = await start([5, 10]);
  await view(handle);
  const until = at(7 * hour);
  await tell(handle, 'delay', { until });
  await skipUntil(harness.connection, handle.workflowId, 12 * hour);
  await handle.result();
  expect(world.trains.departed.map(({ departsAt }) => departsAt)).toEqual([
    until,
    world.trains.departures[1],
  ]);
});

/** At its time it does not depart, for cart is missing; then the captain says so. */
async function leaveWithoutCart(): Promise<void> {
  const handle = await start([5]);
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  expect(harness.world.trains.departed).toEqual([]);
  expect((await view(handle)).missing.map(({ service }) => service)).toEqual(['cart']);
  await tell(handle, 'leave');
  await handle.result();
}

test('a required service that is not ready holds the train until the captain lets it go', async () => {
  const { world } = harness;
  world.trains.passengers = [shop, { service: 'cart', required: true }];
  await leaveWithoutCart();
  expect(world.trains.departed.map(({ aboard }) => aboard.length)).toEqual([1]);
});

test('a required service that is lost between boarding and departure holds the train, too', async () => {
  const { world } = harness;
  const cart = { service: 'cart', version: '2.0.0', readyAt: at(-hour) };
  world.trains.passengers = [shop, { service: 'cart', required: true, candidate: cart }];
  world.trains.goesByItself = 'cart';
  await leaveWithoutCart();
  expect(world.trains.departed.map(({ aboard, isLeaving }) => [aboard.length, isLeaving])).toEqual([
    [1, true],
  ]);
});

test('two failed departures in a row stop it until a person starts it', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  world.trains.failed = [1, 2];
  const handle = await start([5, 10, 15]);
  await skipUntil(harness.connection, handle.workflowId, 12 * hour);
  expect((await view(handle)).headline).toBe('two failed');
  await tell(handle, 'resume', { reason: 'it is mended' });
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  await handle.result();
  expect(world.trains.departed.map(({ number }) => number)).toEqual([1, 2, 3]);
});

test('whoever steers is answered with the state after it', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  const handle = await start([5, 10, 15]);
  await view(handle);
  expect((await tell(handle, 'skip', { reason: 'holidays' })).next).toMatchObject({ number: 2 });
  const until = at(12 * hour);
  const delayed = await tell(handle, 'delay', { until });
  expect(delayed.next).toMatchObject({ number: 2, departsAt: until });
  expect((await tell(handle, 'hold', { reason: 'nobody is there' })).headline).toContain('Held by ana');
  expect((await tell(handle, 'resume')).next).toMatchObject({ number: 2, departsAt: until });
  await handle.terminate();
});

test('what was forgiven stays so where the train goes on as a new run', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  world.trains.failed = [48, 49, 50]; // 48 and 49 stop it; the run ends after 50
  const handle = await start(Array.from({ length: 51 }, (_, index) => 3 + index));
  const { runId } = await handle.describe();
  await skipUntil(harness.connection, handle.workflowId, 55 * hour);
  expect((await view(handle)).headline).toBe('two failed');
  await tell(handle, 'resume', { reason: 'it is mended' });
  // its last departures are overdue, so it may have come to its end by itself
  await skipUntil(harness.connection, handle.workflowId, 6 * hour).catch((error: unknown) => {
    if (!String(error).includes('already completed')) throw error;
  });
  await handle.result();
  expect(world.trains.departed.at(-1)?.number).toBe(51);
  expect((await handle.describe()).runId).not.toBe(runId);
});

test('a command that comes twice is done once, and a second hold does not take the place of the first', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  const handle = await start([5, 10, 15]);
  await view(handle);
  const commandId = crypto.randomUUID();
  for (let time = 0; time < 2; time += 1)
    expect((await tell(handle, 'skip', { commandId })).next).toMatchObject({ number: 2 });
  await tell(handle, 'hold', { reason: 'nobody is there' });
  const again = tell(handle, 'hold', { reason: 'another reason' });
  await expect(again).rejects.toHaveProperty(
    'cause.message',
    expect.stringContaining('is held already, by ana'),
  );
  expect((await view(handle)).hold).toMatchObject({ reason: 'nobody is there' });
  await eventually('no departure to be planned', async () => (await view(handle)).next === undefined);
  await expect(
    tell(handle, 'delay', { until: new Date(Date.now() + 3_600_000).toISOString() }),
  ).rejects.toHaveProperty('cause.message', expect.stringContaining('Resume it first'));
  await tell(handle, 'resume', { reason: 'somebody is' });
  expect(await view(handle)).not.toHaveProperty('hold');
  await handle.terminate();
});

test('a departure that is delayed boards anew: nobody is missing then who could be left', async () => {
  const { world } = harness;
  world.trains.passengers = [shop, { service: 'cart', required: true }];
  const handle = await start([5]);
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  expect((await view(handle)).missing).toHaveLength(1);
  const { missing } = await tell(handle, 'delay', { until: at(20 * hour) });
  expect(missing).toEqual([]);
  await expect(tell(handle, 'leave')).rejects.toThrow();
  await handle.terminate();
});

test('what cannot be is refused with a reason', async () => {
  const handle = await start([5]);
  await view(handle);
  await expect(tell(handle, 'leave')).rejects.toThrow();
  await expect(tell(handle, 'delay', { until: at(-hour) })).rejects.toThrow();
  const early = tell(handle, 'delay', { until: at(2 * hour) });
  await expect(early).rejects.toHaveProperty('cause.message', expect.stringContaining('is not later'));
  await handle.terminate();
});

test('a train that the policy has no more by the time it would leave does not, and ends', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  world.trains.removed = true;
  const handle = await start([5]);
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  expect((await view(handle)).headline).toBe('gone');
  expect(world.trains.departed).toEqual([]);
  world.trains.departures = [];
  await handle.signal(trainChangedSignal);
  await handle.result();
});

test('what was said about one departure is refused once another one is next', async () => {
  const { world } = harness;
  world.trains.passengers = [shop];
  const handle = await start([5, 10]);
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  await expect(tell(handle, 'skip', { departure: 1 })).rejects.toThrow();
  await expect(tell(handle, 'delay', { departure: 1, until: at(20 * hour) })).rejects.toThrow();
  await tell(handle, 'skip', { departure: 2, reason: 'holidays' });
  await handle.result();
  expect(world.trains.departed.map(({ number }) => number)).toEqual([1]);
});
