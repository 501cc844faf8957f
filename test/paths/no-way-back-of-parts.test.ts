import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import { quarantineChangedSignal } from '../../workflows/contract.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, steps } from '../support/release-world.ts';

const hour = 3_600_000;

describe('a release of several parts', () => {
  const harness = pathHarness();
  const command = (handle: WorkflowHandle, name: string, input: object) =>
    harness.world.command(handle, name, input);
  const part = (service: string, over: Partial<PlannedComponent> = {}): PlannedComponent => ({
    ...aStage().components[0]!,
    service,
    ...over,
  });
  const of = (...services: string[]) => ({
    components: services.map((service) => ({ service, version: '1.4.0' })),
  });
  const frozen = (hours: number, over: object = {}) => {
    const local = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 19);
    return aFreeze({ zone: 'UTC', from: local(-hour), to: local(hours * hour) }, over);
  };
  const happened = (action: string, times = 1) =>
    harness.world.until(
      () => harness.world.events.filter((event) => event.action === action).length >= times,
      action,
    );

  test('goes no step further beside the part that failed where a ban comes while people are asked', async () => {
    const { world } = harness;
    const measured: Record<string, () => void> = {};
    world.behaviour.stages = [
      aStage({
        ...{ parallel: 2, checks: [], deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric] },
        components: [part('shop'), part('cart')],
      }),
    ];
    world.behaviour.analyse = async ({ component: { service } }) => {
      await new Promise<void>((resolve) => {
        measured[service] = resolve;
        world.wake();
      });
      return service === 'shop' ? { phase: 'failed', because: 'errors is 0.2, the limit is 0.02' } : {};
    };
    const handle = await world.start(of('shop', 'cart'));
    await world.until(() => 'shop' in measured && 'cart' in measured, 'both to be measured');
    world.calendar.rules = [frozen(5, { id: 'stop', stopTheLine: true, inFlight: 'finish' })];
    world.calendar.revision += 1;
    await world.wakeRelease(handle, 'The line was stopped by ana.');
    await happened('calendar.changed');
    measured['shop']?.();
    await world.until(({ holds }) => holds.some(({ until }) => until !== undefined), 'the question');
    measured['cart']?.();
    await happened('analysis.finished', 2);
    await handle.signal(quarantineChangedSignal, {
      quarantine: {
        ...{ id: 'qua_1', service: 'shop', version: '1.3.0', by: 'sam', reason: 'leaks cards', lifts: [] },
        at: '2026-06-01T09:00:00Z',
      },
      ...{ revision: 1, isLifted: false, sentence: 'shop 1.3.0 is quarantined.' },
    });
    await world.until(
      () => world.notices.filter(({ kind }) => kind === 'needsPerson').length === 2,
      'the other question',
    );
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await handle.result();
    expect([...world.effects].sort()).toEqual(['apply cart 10', 'apply shop 10']);
  });

  test('that goes back is not rolled back by itself where its last part never began', async () => {
    const { world } = harness;
    const components = [
      part('db', { mode: 'rollback' }),
      part('shop', { mode: 'rollback', dependsOn: ['db'] }),
    ];
    world.behaviour.stages = [aStage({ checks: [], components })];
    world.behaviour.applyStep = async ({ component: { service } }) =>
      service === 'db'
        ? { outcome: 'done', because: 'done' }
        : { outcome: 'failed', because: 'no such command', notStarted: true };
    const handle = await world.start({ ...of('db', 'shop'), intent: 'rollback' });
    await world.until(({ holds }) => holds.length > 0, 'the question');
    expect(world.effects).not.toContain('undo db');
    await command(handle, 'abort', { reason: 'db stays back', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ residue: 'left' });
  });

  test.each([
    ['short', 3, []],
    ['long', 16 * 24, [expect.stringContaining('Override the freeze or roll back')]],
  ])(
    'is taken back where a part that has none was announced and never began, for a %s freeze came',
    async (_, hours, asked) => {
      const { world } = harness;
      const migrations = { kind: 'irreversible' as const, compatible: [], isFinal: true };
      const components = [part('db'), part('shop', { dependsOn: ['db'], migrations })];
      world.behaviour.stages = [aStage({ checks: [], components })];
      world.behaviour.recorded = async ({ events }) => {
        const isAnnounced = events.some(
          ({ action, object }) => action === 'step.started' && object === 'shop',
        );
        if (world.calendar.rules.length > 0 || !isAnnounced) return;
        world.calendar.rules = [frozen(hours)];
        world.calendar.revision += 1;
      };
      const handle = await world.start(of('db', 'shop'));
      await world.until(({ holds }) => holds.some(({ kind }) => kind === 'freeze'), 'the freeze');
      await command(handle, 'rollBack', { reason: 'it is not finished before the freeze' });
      await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
      expect(world.effects).toEqual(['apply db 100', 'undo db']);
      const mails = world.notices.filter(({ kind }) => kind === 'needsPerson');
      expect(mails.map(({ sentence }) => sentence)).toEqual(asked);
    },
  );
});
