import { Context } from '@temporalio/activity';
import { aMetric, aStage, comingOut, steps } from './release-world.ts';
import type { Story } from './stories.ts';

const irreversible = () => ({
  ...aStage().components[0]!,
  migrations: { kind: 'irreversible' as const, compatible: [], isFinal: true },
});
const failing = { phase: 'failed' as const, because: 'errors is 0.2, the limit is 0.02' };
const canary = { deploy: steps([10, '5m'], [100, '0s']), checks: [], analysis: [aMetric] };

/** Measures until somebody cuts it short; heartbeats bring the news of that. */
export async function untilCutShort(): Promise<never> {
  for (;;) {
    Context.current().heartbeat();
    await Promise.race([Context.current().cancelled, Context.current().sleep(200)]);
  }
}

/** Ways that are not taken: back where there is no way, and on past a verdict. */
export const wayBackStories: readonly Story[] = [
  {
    name: 'failed-without-a-way-back',
    play: async (world) => {
      world.behaviour.stages = [aStage({ ...canary, components: [irreversible()] })];
      world.behaviour.analyse = async () => failing;
      const handle = await world.start();
      await world.until(({ holds }) => holds.length > 0, 'the hold');
      world.behaviour.applyStep = async () => ({ outcome: 'failed', because: 'exit code 1' });
      await world.command(handle, 'resume', { reason: 'the errors are those of a test' });
      await world.until(({ holds }) => holds[0]?.reason.includes('exit code 1') ?? false, 'the second hold');
      await world.command(handle, 'resume', { reason: 'nothing more can be done' });
      return handle;
    },
  },
  {
    name: 'back-within-a-declared-range',
    play: async (world) => {
      const migrations = { kind: 'irreversible' as const, compatible: ['>=1.3.0'], isFinal: false };
      world.behaviour.stages = [aStage({ ...canary, components: [{ ...irreversible(), migrations }] })];
      world.behaviour.analyse = async () => failing;
      return world.start();
    },
  },
  {
    name: 'back-before-the-last-part-began',
    play: async (world) => {
      const part = (service: string, ...dependsOn: string[]) => ({
        ...aStage().components[0]!,
        ...{ service, dependsOn, mode: 'rollback' as const },
      });
      world.behaviour.stages = [aStage({ checks: [], components: [part('db'), part('shop', 'db')] })];
      world.behaviour.applyStep = async ({ component: { service } }) =>
        service === 'db'
          ? { outcome: 'done', because: 'done' }
          : { outcome: 'failed', because: 'no such command', notStarted: true };
      const components = ['db', 'shop'].map((service) => ({ service, version: '1.4.0' }));
      const handle = await world.start({ components, intent: 'rollback' });
      await world.until(({ holds }) => holds.length > 0, 'the question');
      await world.command(handle, 'resume', { reason: 'it goes back to what it was' });
      return handle;
    },
  },
  {
    name: 'cancelled-without-a-way-back',
    play: async (world) => {
      world.behaviour.stages = [aStage({ ...canary, components: [irreversible()] })];
      world.behaviour.analyse = async () => failing;
      const handle = await world.start();
      await world.until(({ holds }) => holds.length > 0, 'the hold');
      await handle.cancel();
      await world.until(({ state }) => state === 'stuck', 'stuck');
      await world.command(handle, 'recover', { how: 'leave', reason: '1.4.1 mends it' });
      return handle;
    },
  },
  {
    name: 'skipped-while-measured',
    play: async (world) => {
      const weights = { steps: [{ weight: 10, hold: '1h' }, { weight: 50, hold: '1h' }, { weight: 100 }] };
      world.behaviour.stages = [comingOut(weights, { checks: [], analysis: [aMetric] })];
      let count = 0;
      world.behaviour.analyse = async () => {
        count += 1;
        world.wake();
        if (count === 1) return untilCutShort();
        return count === 2 ? { phase: 'inconclusive', because: 'errors: no data' } : {};
      };
      const handle = await world.start();
      await world.until(() => count === 1, 'the analysis');
      await world.command(handle, 'advance', { to: 100, reason: 'it mends checkout' });
      await world.until(({ holds }) => holds.length > 0, 'the doubt');
      await world.command(handle, 'continueAnalysis', { reason: 'the logs are clean' });
      return handle;
    },
  },
];
