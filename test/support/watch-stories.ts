import type { MetricView } from '../../domain/release/release.ts';
import type { Regression } from '../../domain/watch/regression.ts';
import {
  regressionChangedSignal,
  type RegressionChangedMessage,
} from '../../workflows/contract-regression.ts';
import { watchWorkflowId } from '../../workflows/contract-watch.ts';
import { aMetric, aStage, qaRule, steps, type ReleaseWorld } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;
const watched = () =>
  aStage({
    analysis: [aMetric],
    watch: { forMs: 3 * hour, intervalMs: hour / 2, onRegression: 'propose', onlyWhen: [] },
  });

const release = async (world: ReleaseWorld) => {
  world.behaviour.stages = [watched()];
  const handle = await world.start();
  await handle.result();
  return handle;
};

/** Ways of a release on which it is watched afterwards, is asked about, or nobody acts. */
export const watchStories: readonly Story[] = [
  { name: 'handed-over-to-the-watch', play: release },
  {
    name: 'watch-regressed-and-healed',
    play: async (world, connection) => {
      await release(world);
      const phases: MetricView['phase'][] = ['passed', 'failed', 'failed', 'passed', 'passed'];
      world.behaviour.analyse = async () => {
        const phase = phases.shift() ?? 'passed';
        const metric = { id: 'errors', phase, because: phase, measurements: 1, dryRun: false };
        return { phase: phase === 'failed' ? 'failed' : 'passed', metrics: [metric] };
      };
      const handle = world.client.workflow.getHandle(watchWorkflowId(world.view?.id ?? ''));
      await skipUntil(connection, handle.workflowId, 4 * hour);
      return handle;
    },
  },
  {
    name: 'regression-comes-and-goes',
    play: async (world) => {
      world.behaviour.stages = [
        aStage({ environment: 'staging', checks: [] }),
        aStage({ checks: [], rules: [qaRule] }),
      ];
      const handle = await world.start();
      const asked = () => world.view?.stages[1]?.approval;
      await world.until(() => asked()?.state === 'open', 'the request');
      const first = asked()?.requestId;
      const hear = async (incident: string, revision: number, isOver = false) => {
        const regression: Regression = {
          ...{ incident, service: 'shop', version: '1.4.0', environment: `staging-${world.taskQueue}` },
          ...{ title: `shop 1.4.0 has regressed in staging: errors is 0.${revision}`, severity: 'sev2' },
          ...{ source: 'watch', startedAt: new Date().toISOString() },
        };
        const sentence = `${regression.title}.`;
        const message: RegressionChangedMessage = { regression, revision, isOver, sentence };
        await handle.signal(regressionChangedSignal, message);
      };
      await hear('inc_1', 1);
      await world.until(() => ![undefined, first].includes(asked()?.requestId), 'another request');
      await hear('inc_1', 2, true);
      await world.until(() => world.view?.regressions?.[0]?.overAt !== undefined, 'its end');
      await hear('inc_2', 1);
      await world.until(() => world.view?.regressions?.[0]?.incident === 'inc_2', 'its return');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'regressed-elsewhere',
    play: async (world) => {
      world.behaviour.stages = [
        aStage({ environment: 'staging', checks: [] }),
        aStage({ checks: [], rules: [qaRule] }),
      ];
      const handle = await world.start();
      const asked = () => world.view?.stages[1]?.approval;
      await world.until(() => asked()?.state === 'open', 'the request');
      await world.command(handle, 'pause', { reason: 'lunch' });
      await world.decide(handle, 'ana', 'approve');
      await world.until(() => asked()?.state === 'approved', 'the approval');
      const message: RegressionChangedMessage = {
        regression: {
          ...{
            incident: 'inc_1',
            service: 'shop',
            version: '1.4.0',
            environment: `staging-${world.taskQueue}`,
          },
          ...{ title: 'shop 1.4.0 has regressed in staging: errors is 1', severity: 'sev2', source: 'watch' },
          startedAt: new Date().toISOString(),
        },
        ...{ revision: 1, isOver: false, sentence: 'shop 1.4.0 has regressed in staging: errors is 1.' },
      };
      await handle.signal(regressionChangedSignal, message);
      await world.until(() => asked()?.state === 'open', 'another request');
      await world.command(handle, 'resume', {});
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'stuck-and-escalated',
    play: async (world, connection) => {
      let fails = true;
      world.behaviour.escalation = { afterMs: hour / 2, to: ['mia'] };
      world.behaviour.stages = [aStage({ deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric] })];
      world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
      world.behaviour.undoComponent = async () =>
        fails ? { outcome: 'failed', because: 'no route to host' } : { outcome: 'done', because: 'done' };
      const handle = await world.start();
      await world.until((view) => view.state === 'stuck', 'stuck');
      await skipUntil(connection, handle.workflowId, hour);
      fails = false;
      await world.command(handle, 'recover', { how: 'retry' });
      return handle;
    },
  },
  {
    name: 'rollback-that-fails-asks-people',
    play: async (world) => {
      const [stage] = [watched()];
      world.behaviour.stages = [
        {
          ...stage,
          components: stage.components.map((one) => ({ ...one, mode: 'rollback' as const })),
        },
      ];
      world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
      const handle = await world.start({ intent: 'rollback' });
      await world.until((view) => view.holds.length === 1, 'the hold');
      world.behaviour.analyse = async () => ({});
      await world.command(handle, 'resume', { reason: 'it is the lesser evil' });
      return handle;
    },
  },
];
