import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Regression } from '../../domain/watch/regression.ts';
import {
  regressionChangedSignal,
  type RegressionChangedMessage,
} from '../../workflows/contract-regression.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps, type ReleaseWorld } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const placeOf = (world: ReleaseWorld, environment: string) => `${environment}-${world.taskQueue}`;

/** A watch over the version elsewhere has found it bad. */
const aRegression = (world: ReleaseWorld, environment = 'staging'): Regression => ({
  ...{ incident: 'inc_1', service: 'shop', version: world.view?.components[0]?.version ?? '1.4.0' },
  ...{ environment: placeOf(world, environment), title: 'shop 1.4.0 has regressed in staging: errors is 1' },
  ...{ severity: 'sev2', source: 'watch', startedAt: new Date().toISOString(), releaseId: 'rel_other' },
});
const news = (
  world: ReleaseWorld,
  over: Partial<RegressionChangedMessage> = {},
  environment = 'staging',
) => ({
  ...{ regression: aRegression(world, environment), revision: 1, isOver: false },
  sentence: 'shop 1.4.0 has regressed in staging: errors is 1.',
  ...over,
});

describe('a version that has regressed elsewhere', () => {
  const harness = pathHarness();
  const both = (over = {}) => [
    aStage({ environment: 'staging', checks: [] }),
    aStage({ checks: [], ...over }),
  ];
  const hear = (handle: WorkflowHandle, over: Partial<RegressionChangedMessage> = {}, environment?: string) =>
    handle.signal(regressionChangedSignal, news(harness.world, over, environment));
  const approval = () => harness.world.view?.stages.at(-1)?.approval;
  const closed = () => harness.world.batches.flatMap(({ closed: rows }) => rows ?? []);
  const toProduction = () =>
    harness.world.effects.filter((effect) => effect.startsWith('apply')).length === 2;

  async function asked(over = {}): Promise<WorkflowHandle> {
    const { world } = harness;
    world.behaviour.stages = both({ rules: [qaRule], ...over });
    const handle = await world.start();
    await world.until(() => approval()?.state === 'open', 'the request');
    return handle;
  }

  test('voids the votes of a later stage, and asks anew with what is known now', async () => {
    const { world } = harness;
    const handle = await asked({ rules: [{ ...qaRule, atLeast: 2 }] });
    const first = approval()?.requestId;
    await world.decide(handle, 'ana', 'approve');
    await hear(handle);
    await hear(handle); // the relay may send twice
    const view = await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another one');
    expect(approval()?.votes).toEqual([]);
    expect(closed()).toMatchObject([
      { requestId: first, state: 'superseded', because: expect.stringContaining('errors is 1') },
    ]);
    expect(view.stages[1]?.verdicts.find(({ gate }) => gate === 'regression')?.because).toBe(
      'shop 1.4.0 has regressed in staging: errors is 1. Whoever is asked decides knowing it.',
    );
    expect(world.events.filter(({ action }) => action === 'regression.met')).toHaveLength(1);
    for (const person of ['ana', 'ben']) await world.decide(handle, person, 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('voids what was approved already, also where the release only waits to go on', async () => {
    const { world } = harness;
    const handle = await asked();
    const first = approval()?.requestId;
    await world.command(handle, 'pause', { reason: 'lunch' });
    await world.decide(handle, 'ana', 'approve');
    await world.until(() => approval()?.state === 'approved', 'the approval');
    await hear(handle);
    await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
    await world.command(handle, 'resume', {});
    expect(toProduction()).toBe(false);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('is met at the door, where the word of it has not come yet', async () => {
    const { world } = harness;
    let knocks = 0;
    world.behaviour.door = ({ environment, regressions }) => {
      const isUnheard = environment.startsWith('production') && regressions?.length === 0;
      if (isUnheard) knocks += 1;
      return isUnheard
        ? { kind: 'closed', because: 'it has regressed', regressions: [aRegression(world)] }
        : { kind: 'open', because: 'both agree' };
    };
    const handle = await asked();
    const first = approval()?.requestId;
    await world.decide(handle, 'ana', 'approve');
    await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
    expect({ knocks, isThere: toProduction() }).toEqual({ knocks: 1, isThere: false });
    await hear(handle); // late, and known by now
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(closed().filter(({ state }) => state === 'superseded')).toHaveLength(1);
  });

  test('waits for one person where the stage asks nobody, once for each regression', async () => {
    const { world, connection } = harness;
    world.behaviour.stages = both({ soakMs: 0 });
    world.behaviour.stages[0]!.soakMs = hour;
    const handle = await world.start();
    await world.until(({ state }) => state === 'watching', 'the soak in staging');
    await hear(handle);
    await world.until(({ regressions }) => regressions?.length === 1, 'the word');
    await skipUntil(connection, handle.workflowId, 2 * hour);
    const held = await world.until(
      ({ holds }) => holds.some(({ kind }) => kind === 'regression'),
      'the hold',
    );
    expect(held.holds[0]?.reason).toContain('has regressed in staging: errors is 1, and production');
    expect(toProduction()).toBe(false);
    expect(world.notices.map(({ kind }) => kind)).toEqual(['needsPerson', 'held']); // of staging, under way; of production
    await world.command(handle, 'resume', { reason: 'known, and bearable' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that is well again lets a held release go on by itself', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [] })];
    world.behaviour.regressions = [{ ...aRegression(world), environment: 'elsewhere' }];
    const handle = await world.start();
    await world.until(({ holds }) => holds.some(({ kind }) => kind === 'regression'), 'the hold');
    expect(world.effects).toEqual([]);
    await hear(handle, { revision: 2, isOver: true, sentence: 'shop 1.4.0 is well.' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.regressions).toMatchObject([{ incident: 'inc_1', overAt: expect.any(String) }]);
  });

  test('that comes and goes is one: people are asked anew once, and are shown it meanwhile', async () => {
    const { world } = harness;
    const handle = await asked({ rules: [{ ...qaRule, atLeast: 2 }] });
    const first = approval()?.requestId;
    const measured = (incident: string, value: string, severity: 'sev1' | 'sev2' = 'sev2') => ({
      ...{ ...aRegression(world), incident, severity },
      title: `shop 1.4.0 has regressed in staging: errors is ${value}`,
    });
    await hear(handle, { regression: measured('inc_1', '0.07') });
    await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
    const second = approval()?.requestId;
    await world.decide(handle, 'ana', 'approve');
    const row = () =>
      world.view?.stages[1]?.verdicts.find(({ gate }) => gate === 'regression')?.because ?? '';
    await hear(handle, { regression: measured('inc_1', '0.07'), revision: 2, isOver: true });
    await world.until(() => row().includes('healthy again since'), 'its end');
    await hear(handle, { regression: measured('inc_2', '0.31') });
    await world.until(() => row().includes('errors is 0.31. Whoever'), 'its return');
    expect(approval()).toMatchObject({ requestId: second, votes: [{ person: 'ana' }] });
    await hear(handle, { regression: measured('inc_3', '0.5', 'sev1') }); // another incident, which stands beside it
    await world.until(() => ![undefined, second].includes(approval()?.requestId), 'a third request');
    expect(closed().filter(({ state }) => state === 'superseded')).toHaveLength(2);
    for (const person of ['ana', 'ben']) await world.decide(handle, person, 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that is back voids what was voted while it was said to be over', async () => {
    const { world } = harness;
    const handle = await asked({ rules: [{ ...qaRule, atLeast: 2 }] });
    const first = approval()?.requestId;
    const measured = (incident: string) => ({
      ...{ ...aRegression(world), incident },
      title: 'shop 1.4.0 has regressed in staging: errors is 0.07',
    });
    await hear(handle, { regression: measured('inc_1') });
    await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
    const second = approval()?.requestId;
    await hear(handle, { regression: measured('inc_1'), revision: 2, isOver: true });
    await world.until(() => world.view?.regressions?.[0]?.overAt !== undefined, 'its end');
    await world.decide(handle, 'ana', 'approve');
    await hear(handle, { regression: measured('inc_2') });
    await world.until(() => ![undefined, second].includes(approval()?.requestId), 'a third request');
    expect(approval()?.votes).toEqual([]);
    for (const person of ['ana', 'ben']) await world.decide(handle, person, 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that is back, holds a stage that asks nobody once more, where nobody had let it go on', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [] })];
    world.behaviour.regressions = [{ ...aRegression(world), environment: 'elsewhere' }];
    let isBack = false;
    world.behaviour.door = () => {
      if (isBack) return { kind: 'open', because: 'both agree' };
      isBack = true;
      const regressions = [{ ...aRegression(world), environment: 'elsewhere', revision: 3 }];
      return { kind: 'closed', because: 'it is back', regressions };
    };
    const handle = await world.start();
    const isHeld = () => world.view?.holds.some(({ kind }) => kind === 'regression') === true;
    await world.until(isHeld, 'the hold');
    await hear(handle, { revision: 2, isOver: true, sentence: 'shop 1.4.0 is well.' });
    await world.until(() => isBack && isHeld(), 'the hold anew');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'resume', { reason: 'known, and bearable' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('heard of between the door and the first step has people asked again, and nothing is done before', async () => {
    const { world } = harness;
    let goOn = (): void => undefined;
    let isLooking = false;
    world.behaviour.probe = async () => {
      isLooking = true;
      await new Promise<void>((resolve) => (goOn = resolve));
      return { kind: 'runs', version: '1.3.0', because: 'it says so' };
    };
    world.behaviour.stages = [aStage({ checks: [], rules: [qaRule], drift: 'stop' })];
    const handle = await world.start();
    await world.until(() => approval()?.state === 'open', 'the request');
    const first = approval()?.requestId;
    await world.decide(handle, 'ana', 'approve');
    await world.until(() => isLooking, 'the look');
    await hear(handle, {}, 'production');
    goOn();
    await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
    expect(world.effects.filter((effect) => effect.startsWith('apply'))).toEqual([]);
    expect(closed().find(({ state }) => state === 'superseded')).toMatchObject({ from: 'approved' });
    world.behaviour.probe = async () => ({ kind: 'runs', version: '1.3.0', because: 'it says so' });
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('goes on where it is under way, and its people are told', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([50, '1h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 50, '50 %');
    await hear(handle, {}, 'elsewhere');
    await world.until(() => world.notices.length > 0, 'the mail');
    expect(world.notices).toMatchObject([
      {
        kind: 'needsPerson',
        to: ['sam', 'ben'],
        sentence: expect.stringContaining('Pause it, or roll it back'),
      },
    ]);
    expect(world.view?.holds).toEqual([]);
    await world.command(handle, 'rollBack', { reason: 'it is bad elsewhere' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
  });

  test('is nothing to a release that was begun before releases heard of it: the door is not asked either', async () => {
    const { world } = harness;
    const heard: unknown[] = [];
    world.behaviour.door = ({ regressions }) => {
      heard.push(regressions);
      return { kind: 'open', because: 'both agree' };
    };
    world.behaviour.stages = [aStage({ checks: [], rules: [qaRule] })];
    const handle = await world.start({ workflowVersion: 3 });
    await world.until(() => approval()?.state === 'open', 'the request');
    await hear(handle, {}, 'production');
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(heard).toEqual([undefined]);
  });

  test('is no reason to stop a release that goes back, and asks anew for one that is only called a rollback', async () => {
    const { world } = harness;
    const states = async (): Promise<string[]> => {
      world.behaviour.stages = [aStage({ checks: [], rules: [qaRule] })];
      const handle = await world.start({ intent: 'rollback' });
      await world.until(() => approval()?.state === 'open', 'the request');
      const first = approval()?.requestId;
      await hear(handle, {}, 'production');
      if (world.behaviour.onlyCalledBack)
        await world.until(() => ![undefined, first].includes(approval()?.requestId), 'another request');
      await world.decide(handle, 'ana', 'approve');
      await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
      return closed().map(({ state }) => state);
    };
    expect(await states()).toEqual(['approved']);
    world.batches.length = 0;
    world.behaviour.onlyCalledBack = true;
    expect(await states()).toEqual(['superseded', 'approved']);
  });
});
