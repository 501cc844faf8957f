import { aMetric, aStage, comingOut } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;

const component = (service: string, ...dependsOn: string[]) => ({
  service,
  version: '2.0.0',
  mode: 'deploy' as const,
  previousVersion: '1.0.0',
  dependsOn,
});

/** Ways that several components, targets and pauses for people make a release go. */
export const rolloutStories: readonly Story[] = [
  {
    name: 'side-by-side-and-back',
    play: async (world) => {
      const components = [
        component('db'),
        component('api', 'db'),
        component('cache', 'db'),
        component('web', 'api', 'cache'),
      ];
      world.behaviour.stages = [
        aStage({ components, parallel: 2, checks: [], analysis: [aMetric], soakMs: hour }),
      ];
      world.behaviour.analyse = async ({ component: { service } }) =>
        service === 'web' ? { phase: 'failed', because: 'errors is 0.2, the limit is 0.02' } : {};
      return world.start({ components: components.map(({ service }) => ({ service, version: '2.0.0' })) });
    },
  },
  {
    name: 'advanced-by-a-person',
    play: async (world) => {
      world.behaviour.stages = [
        comingOut(
          { steps: [{ weight: 10, hold: 'manual' }, { weight: 50, hold: '1h' }, { weight: 100 }] },
          { analysis: [aMetric] },
        ),
      ];
      const handle = await world.start();
      await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'the pause');
      await world.command(handle, 'advance', { reason: 'looks good' });
      return handle;
    },
  },
  {
    name: 'waves-and-back',
    play: async (world, connection) => {
      const targets = ['eu-1', 'eu-2', 'us-1', 'us-2', 'ap-1'];
      world.behaviour.stages = [
        comingOut({
          rollout: { kind: 'batches', targets, waves: [{ size: 1, hold: '10m' }, { size: 2 }, {}] },
        }),
      ];
      world.behaviour.applyStep = async ({ target }) =>
        target === 'us-1'
          ? { outcome: 'failed', because: 'exit code 1' }
          : { outcome: 'done', because: 'done' };
      const handle = await world.start();
      await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 20, 'the first wave');
      await skipUntil(connection, handle.workflowId, hour);
      return handle;
    },
  },
  {
    name: 'blue-green',
    play: async (world, connection) => {
      const test = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
      world.behaviour.stages = [comingOut({ rollout: { kind: 'blueGreen', test, keep: '2h' } })];
      const handle = await world.start();
      await world.until(({ stages }) => stages[0]?.rollout[0]?.exposure === 100, 'the switch');
      await skipUntil(connection, handle.workflowId, 3 * hour);
      return handle;
    },
  },
];
