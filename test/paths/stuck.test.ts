import { expect, test } from '@jest/globals';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const harness = pathHarness();
const minute = 60_000;

test('a release that is stuck says what would mend it, and tells managers while nobody acts', async () => {
  const { world } = harness;
  let fails = true;
  world.behaviour.escalation = { afterMs: 30 * minute, to: ['mia'] };
  world.behaviour.stages = [aStage({ analysis: [aMetric], quarantine: 'automatic' })];
  world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
  world.behaviour.undoComponent = async () =>
    fails ? { outcome: 'failed', because: 'no route to host' } : { outcome: 'done', because: 'done' };
  const handle = await world.start();
  await world.until((view) => view.state === 'rollingBack', 'the way back');
  await skipUntil(harness.connection, handle.workflowId, minute); // the pauses between its attempts
  const stuck = await world.until((view) => view.state === 'stuck', 'stuck');
  expect(stuck.stages[0]?.rollout[0]?.compensation?.command).toMatch(
    /^GANTRY_ENVIRONMENT=\S+ GANTRY_SERVICE=shop GANTRY_VERSION=\S+ GANTRY_PREVIOUS_VERSION=1\.3\.0 GANTRY_WEIGHT=0 undo$/,
  );
  await skipUntil(harness.connection, handle.workflowId, 100 * minute);
  const told = world.notices.filter(({ kind }) => kind === 'needsPerson');
  expect(told.map(({ to }) => to.includes('mia'))).toEqual([false, true, true]); // at once, after 30 and 90 minutes
  expect(told[1]?.sentence).toMatch(
    /has needed a person for 30 min: the undo of shop \S+ in \S+ failed, and nobody has acted\.$/,
  );
  fails = false;
  await world.command(handle, 'recover', { how: 'retry' });
  expect(await handle.result()).toMatchObject({ state: 'rolledBack' });
  expect(world.batches.flatMap(({ quarantined }) => quarantined ?? [])).toEqual([
    { service: 'shop', version: stuck.components[0]?.version, reason: expect.stringMatching(/rolled back/) },
  ]);
});

test('B8: a rollback that fails its analysis is not rolled back: people are asked', async () => {
  const { world } = harness;
  world.behaviour.stages = [
    aStage({
      analysis: [aMetric],
      components: [
        { service: 'shop', version: '1.3.0', mode: 'rollback', previousVersion: '1.4.0', dependsOn: [] },
      ],
    }),
  ];
  world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
  const handle = await world.start({ intent: 'rollback' });
  const held = await world.until((view) => view.holds.length === 1, 'the hold');
  expect(held.holds[0]?.reason).toMatch(/a rollback is never rolled back by itself/);
  expect(held.holds[0]?.until).toBeUndefined();
  expect(world.notices).toContainEqual(expect.objectContaining({ kind: 'needsPerson', to: ['sam', 'ben'] }));
  world.behaviour.analyse = async () => ({});
  await world.command(handle, 'resume', { reason: 'it is the lesser evil' });
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect(world.effects.filter((effect) => effect.startsWith('undo'))).toEqual([]);
});

test('B9: a failure that was measured 21 minutes ago takes nothing back by itself', async () => {
  const { world } = harness;
  world.behaviour.stages = [aStage({ analysis: [aMetric] })];
  world.behaviour.analyse = async () => ({
    phase: 'failed',
    because: 'errors is 1',
    endedAt: new Date(Date.now() - 21 * minute).toISOString(),
  });
  const handle = await world.start();
  const held = await world.until((view) => view.holds.length === 1, 'the hold');
  expect(held.holds[0]?.reason).toMatch(/measured 21 min ago/);
  await world.command(handle, 'rollBack', { reason: 'I have looked' });
  expect(await handle.result()).toMatchObject({ state: 'rolledBack' });
});
