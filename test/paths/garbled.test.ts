import { expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import {
  calendarChangedSignal,
  enqueueUpdate,
  environmentQuery,
  environmentWorkflow,
  freeSignal,
  grantedSignal,
  outrunSignal,
  pauseUpdate,
  quarantineChangedSignal,
  supersededSignal,
  type EnvironmentState,
} from '../../workflows/contract.ts';
import { regressionChangedSignal } from '../../workflows/contract-regression.ts';
import {
  trainChangedSignal,
  trainCommandUpdate,
  trainWorkflow,
  type TrainState,
} from '../../workflows/contract-train.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const harness = pathHarness();
const hour = 3_600_000;

/** What whoever reaches the engine might send: nothing, or something that is no message. */
const garbage: unknown[][] = [[], [null], [7], ['production'], [{}], [[]], [{ wakeId: 1, fence: 'one' }]];
const delayTo = (until: string) => ({
  by: { id: 'ana', kind: 'person' },
  commandId: until,
  name: 'delay',
  until,
});
const bombard = async (handle: WorkflowHandle, signal: string): Promise<void> => {
  for (const args of garbage) await handle.signal(signal, ...args);
};

test.each([
  calendarChangedSignal,
  grantedSignal,
  outrunSignal,
  quarantineChangedSignal,
  regressionChangedSignal,
  supersededSignal,
])('a release goes on after signal %s without a message, or with something that is none', async (signal) => {
  const { world } = harness;
  world.behaviour.stages = [aStage({ rules: [qaRule] })];
  const handle = await world.start();
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
  await bombard(handle, signal);
  await world.decide(handle, 'ana', 'approve');
  await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
});

test('a release refuses a command that is none, and goes on', async () => {
  const { world } = harness;
  world.behaviour.stages = [aStage({ rules: [qaRule] })];
  const handle = await world.start();
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
  for (const args of garbage)
    await expect(handle.executeUpdate(pauseUpdate, { args: args as [unknown] })).rejects.toThrow();
  await world.decide(handle, 'ana', 'approve');
  await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
});

test('a release refuses to start at what is no time', async () => {
  const { world } = harness;
  world.behaviour.stages = [aStage({ rules: [qaRule] })];
  const handle = await world.start();
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
  for (const at of ['soon', '9999-12-31T23:59:59Z', ''])
    await expect(world.command(handle, 'reschedule', { schedule: { at } })).rejects.toThrow();
  await expect(world.command(handle, 'reschedule', {})).rejects.toThrow();
  for (const until of ['soon', '9999-12-31T23:59:59Z', ''])
    await expect(world.command(handle, 'postpone', { until, reason: 'not today' })).rejects.toThrow();
  await world.decide(handle, 'ana', 'approve');
  await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
});

test('a train departs after signals and commands that are none', async () => {
  const { world } = harness;
  world.trains.departures = [new Date(Date.now() + 5 * hour).toISOString()];
  const state: TrainState = {
    train: 'weekly',
    number: 0,
    after: new Date().toISOString(),
    forgivenUpTo: 0,
    applied: [],
  };
  const handle = await world.client.workflow.start(trainWorkflow, {
    workflowId: `train/${crypto.randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [state],
  });
  world.handles.push(handle as never);
  await bombard(handle, trainChangedSignal);
  for (const args of [
    ...garbage,
    [{ commandId: 'c1', name: 'hold' }],
    [delayTo('soon')],
    [delayTo('9999-12-31T23:59:59Z')],
  ])
    await expect(handle.executeUpdate(trainCommandUpdate, { args: args as [unknown] })).rejects.toThrow();
  await skipUntil(harness.connection, handle.workflowId, 6 * hour);
  await handle.result();
  expect(world.trains.departed.map(({ number }) => number)).toEqual([1]);
});

test('an environment gives its lock after messages that are none', async () => {
  const { world } = harness;
  const environment = `garbled-${world.taskQueue}`;
  const state: EnvironmentState = { environment, version: 2, holders: [], queue: [], fence: 0, revision: 0 };
  const handle = await world.client.workflow.start(environmentWorkflow, {
    workflowId: `environment/${environment}`,
    taskQueue: world.taskQueue,
    args: [state],
  });
  await bombard(handle, freeSignal);
  for (const args of garbage)
    await expect(handle.executeUpdate(enqueueUpdate, { args: args as [unknown] })).rejects.toThrow();
  await expect(handle.query(environmentQuery)).resolves.toMatchObject({ holders: [], queue: [] });
  await handle.terminate();
});
