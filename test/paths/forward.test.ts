import { describe, expect, test } from '@jest/globals';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

describe('a release that goes well', () => {
  const harness = pathHarness();

  test('passes its stages in order and ends succeeded', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ environment: 'staging' }), aStage()];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded', residue: 'none' });
    expect(world.effects).toEqual(['apply shop 100', 'apply shop 100']);
    expect(world.view?.stages.map((stage) => stage.state)).toEqual(['finished', 'finished']);
    expect(world.notices.map((notice) => notice.kind)).toEqual(['released']);
  });

  test('waits for its approver, then ships in steps with analysis between them', async () => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        rules: [qaRule],
        deploy: steps([10, '5m'], [50, '10m'], [100, '0s']),
        analysis: [aMetric],
        soakMs: 1_800_000,
      }),
    ];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    expect(world.effects).toEqual([]);
    await expect(world.decide(handle, 'ana', 'approve')).resolves.toMatchObject({
      choice: 'approve',
      filled: 1,
      seats: 1,
    });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 50', 'apply shop 100']);
    const actions = world.events.map((event) => event.action);
    expect(actions.filter((action) => action === 'analysis.finished')).toHaveLength(3);
    expect(world.notices.map((notice) => notice.kind)).toEqual([
      'approvalRequest',
      'confirmation',
      'released',
    ]);
  });

  test('says why it cannot be planned yet, once, and goes on when its source is back', async () => {
    const { world } = harness;
    world.behaviour.sourceAway = 2;
    const handle = await world.start();
    const waiting = await world.until((view) => view.headline.includes('does not answer'), 'the reason');
    expect(waiting.state).toBe('draft');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const told = world.events.filter(({ action }) => action === 'release.waiting');
    expect(told.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('cannot be planned yet: The repository does not answer.'),
    ]);
  });

  test('ends with the reason where its source stays away for five minutes', async () => {
    const { world, connection } = harness;
    world.behaviour.sourceAway = Infinity;
    const handle = await world.start();
    await world.until((view) => view.headline.includes('does not answer'), 'the reason');
    await skipUntil(connection, handle.workflowId, 3_600_000);
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'none' });
    expect(world.view?.ended?.because).toContain('it could not be planned: The repository does not answer.');
    expect(world.effects).toEqual([]);
  });

  test('counts every event once, in the order of its numbers', async () => {
    const { world } = harness;
    const handle = await world.start();
    await handle.result();
    expect(world.events.map((event) => Number(event.key))).toEqual(
      world.events.map((__, index) => index + 1),
    );
  });
});

describe('a release that soaks', () => {
  const harness = pathHarness();

  test('stands the whole time before it counts', async () => {
    const { world, connection } = harness;
    world.behaviour.stages = [aStage({ soakMs: 6 * 3_600_000 })];
    const handle = await world.start();
    await world.until((view) => view.state === 'watching');
    await skipUntil(connection, handle.workflowId, 7 * 3_600_000);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const at = (action: string) =>
      Date.parse(world.events.find((event) => event.action === action)?.at ?? '');
    expect(at('stage.finished') - at('soak.started')).toBeGreaterThanOrEqual(6 * 3_600_000);
  });
});
