import { expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';

const harness = pathHarness();

test('an abort that meets other news is not lost', async () => {
  const { world } = harness;
  world.behaviour.stages = [aStage({ checks: [], rules: [qaRule] })];
  const handle = await world.start();
  await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
  // So close that some news comes while the task runs in which the workflow ends: the engine takes that task back.
  const news = Array.from({ length: 30 }, async (_, index) => {
    await pause(15 * index);
    await world.wakeRelease(handle, 'Freeze holiday was moved.').catch(() => undefined); // it has ended
  });
  await world.command(handle, 'abort', {});
  await Promise.all(news);
  expect(await handle.result()).toMatchObject({ state: 'cancelled' });
});
