import type { Connection, WorkflowHandle } from '@temporalio/client';
import type { Schedule } from '../../domain/calendar/model.ts';
import { HttpCheckSchema } from '../../domain/policy/check.schema.ts';
import { trainCommandUpdate, trainWorkflow, type TrainState } from '../../workflows/contract-train.ts';
import { aFreeze } from './a-calendar.ts';
import { doubtStories } from './doubt-stories.ts';
import { decisionStories } from './decision-stories.ts';
import { calendarStories } from './calendar-stories.ts';
import { gateStories } from './gate-stories.ts';
import { rolloutStories } from './rollout-stories.ts';
import { aMetric, aStage, comingOut, qaRule, steps, type ReleaseWorld } from './release-world.ts';
import { skipUntil } from './time-skipping.ts';
import { watchStories } from './watch-stories.ts';
import { wayBackStories } from './way-back-stories.ts';

const hour = 3_600_000;

/** One way that a release can go, played to its end: recorded as a golden history, and replayed ever after. */
export interface Story {
  name: string;
  play: (world: ReleaseWorld, connection: Connection) => Promise<WorkflowHandle>;
}

const asked = async (world: ReleaseWorld, over = {}): Promise<WorkflowHandle> => {
  world.behaviour.stages = [aStage({ rules: [qaRule], ...over })];
  const handle = await world.start();
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
  return handle;
};

const from = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
const freeze = (endsInMs?: number) =>
  aFreeze({ zone: 'UTC', from: from(-hour), ...(endsInMs === undefined ? {} : { to: from(endsInMs) }) });

/** A freeze of three hours is made while the first step of two is out. */
async function frozenHalfWay(
  world: ReleaseWorld,
  connection: Connection,
  schedule?: Schedule,
): Promise<WorkflowHandle> {
  world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
  const handle = await world.start(schedule ? { schedule } : {});
  await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
  world.calendar.rules = [freeze(3 * hour)];
  await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
  await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
  await skipUntil(connection, handle.workflowId, 4 * hour);
  return handle;
}

const canary = { deploy: steps([10, '5m'], [50, '10m'], [100, '0s']), analysis: [aMetric], soakMs: hour };

export const stories: readonly Story[] = [
  {
    name: 'approved',
    play: async (world) => {
      const handle = await asked(world, canary);
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'door-with-the-lock',
    play: async (world) => {
      const handle = await asked(world);
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'quick-checks',
    play: async (world) => {
      const page = (id: string) =>
        HttpCheckSchema.parse({ id, kind: 'http', url: `https://shop.example/${id}` });
      world.behaviour.quickCheck = async ({ check }) => (check.id === 'home' ? {} : null);
      const handle = await asked(world, { checks: [page('home'), page('slow')] });
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'queued',
    play: async (world) => {
      world.behaviour.stages = [aStage({ checks: [] })];
      const step = world.holdStep();
      await world.start();
      await step.begun;
      const second = await world.start();
      await world.until(() => world.events.some(({ action }) => action === 'lock.requested'), 'it to wait');
      step.letGo();
      return second;
    },
  },
  {
    name: 'two-stages',
    play: async (world) => {
      world.behaviour.stages = [aStage({ environment: 'staging', soakMs: 1000 }), aStage()];
      return world.start();
    },
  },
  {
    name: 'rejected',
    play: async (world) => {
      const handle = await asked(world);
      await world.decide(handle, 'ana', 'reject');
      return handle;
    },
  },
  {
    name: 'expired',
    play: async (world, connection) => {
      const handle = await asked(world);
      await skipUntil(connection, handle.workflowId, 73 * hour);
      return handle;
    },
  },
  {
    name: 'cancelled',
    play: async (world) => {
      const handle = await asked(world);
      await world.command(handle, 'abort', { reason: 'not today' });
      return handle;
    },
  },
  {
    name: 'aborted',
    play: async (world) => {
      world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
      const handle = await world.start();
      await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 10, '10 %');
      await world.command(handle, 'abort', { reason: 'stop it' });
      return handle;
    },
  },
  {
    name: 'paused-and-resumed',
    play: async (world) => {
      const handle = await asked(world);
      await world.command(handle, 'pause', { reason: 'the campaign starts' });
      await world.until((view) => view.holds.length === 1, 'the hold');
      await world.decide(handle, 'ana', 'approve');
      await world.command(handle, 'resume', {});
      return handle;
    },
  },
  {
    name: 'resumed-in-a-pause',
    play: async (world) => {
      world.behaviour.stages = [comingOut({ steps: [{ weight: 10, hold: 'manual' }, { weight: 100 }] })];
      const handle = await world.start();
      await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'the pause');
      await world.command(handle, 'pause', { reason: 'incident' });
      await world.command(handle, 'resume', { reason: 'over' });
      await world.command(handle, 'advance', { reason: 'looks good' });
      return handle;
    },
  },
  {
    name: 'rolled-back',
    play: async (world) => {
      world.behaviour.stages = [aStage(canary)];
      world.behaviour.analyse = async () => ({
        phase: 'failed',
        because: 'errors is 0.2, the limit is 0.02',
      });
      return world.start();
    },
  },
  {
    name: 'stuck-and-mended',
    play: async (world) => {
      let fails = true;
      world.behaviour.stages = [aStage(canary)];
      world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
      world.behaviour.undoComponent = async () =>
        fails ? { outcome: 'failed', because: 'no route to host' } : { outcome: 'done', because: 'done' };
      const handle = await world.start();
      await world.until((view) => view.state === 'stuck', 'stuck');
      fails = false;
      await world.command(handle, 'recover', { how: 'retry', reason: 'the network is back' });
      return handle;
    },
  },
  {
    name: 'stuck-and-done-by-hand',
    play: async (world) => {
      world.behaviour.stages = [comingOut({ probe: ['look'] }, { analysis: [aMetric] })];
      world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
      world.behaviour.undoComponent = async () => ({ outcome: 'failed', because: 'no route to host' });
      let runs = '1.4.0';
      world.behaviour.probe = async () => ({
        kind: 'runs',
        version: runs,
        because: `its probe says ${runs}`,
      });
      const handle = await world.start();
      await world.until((view) => view.state === 'stuck', 'stuck');
      await world.command(handle, 'recover', { how: 'doneByHand', reason: 'switched by hand' });
      await world.until(
        () => world.events.some(({ action }) => action === 'compensation.notByHand'),
        'the look',
      );
      await world.until((view) => view.state === 'stuck', 'stuck again');
      runs = '1.3.0';
      await world.command(handle, 'recover', { how: 'doneByHand', reason: 'now it is' });
      return handle;
    },
  },
  {
    name: 'check-failed-and-retried',
    play: async (world) => {
      world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '2 of 310 failed' });
      const handle = await world.start();
      await world.until(
        (view) => view.stages[0]?.verdicts.some((verdict) => verdict.kind === 'denied') ?? false,
        'the denial',
      );
      world.behaviour.runCheck = async () => ({});
      await world.command(handle, 'retryCheck', {});
      return handle;
    },
  },
  {
    name: 'approved-by-signal',
    play: async (world) => {
      const handle = await asked(world);
      await handle.signal('approve', { by: 'ana', reason: 'from the console' });
      return handle;
    },
  },
  {
    name: 'refused-plan',
    play: async (world) => {
      world.behaviour.refused = {
        code: 'COMMIT_UNKNOWN',
        because: 'There is no tag v1.4.0.',
        remedy: 'Push the tag.',
      };
      return world.start();
    },
  },
  {
    name: 'planned-anew',
    play: async (world) => {
      const handle = await asked(world);
      const [planned] = world.behaviour.stages;
      if (planned) world.behaviour.stages = [{ ...planned, subjectDigest: 'f'.repeat(64) }];
      let isStale = true;
      world.behaviour.door = () =>
        isStale
          ? { kind: 'stale', because: 'production runs shop 1.3.1 now' }
          : { kind: 'open', because: 'both agree' };
      await world.decide(handle, 'ana', 'approve');
      await world.until(
        (view) => view.stages[0]?.approval?.subjectDigest === 'f'.repeat(64),
        'the second request',
      );
      isStale = false;
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'stopped-in-the-last-step',
    play: async (world) => {
      let end = (): void => undefined;
      world.behaviour.applyStep = async () => {
        await new Promise<void>((resolve) => {
          end = resolve;
          world.wake();
        });
        return { outcome: 'done', because: 'done' };
      };
      const handle = await world.start();
      await world.until(() => world.effects.length === 1, 'the step');
      await world.command(handle, 'rollBack', { reason: 'customers complain' });
      end();
      return handle;
    },
  },
  {
    name: 'started-at-schedule',
    play: async (world, connection) => {
      const handle = await world.start({
        schedule: { at: new Date(Date.now() + 30 * hour).toISOString() },
        milestones: [
          { kind: 'live', plannedAt: new Date(Date.now() + 20 * hour).toISOString(), owner: 'ana' },
        ],
      });
      await world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
      await skipUntil(connection, handle.workflowId, 31 * hour);
      return handle;
    },
  },
  {
    name: 'expired-at-start',
    play: async (world, connection) => {
      world.calendar.rules = [freeze()];
      const handle = await world.start({
        schedule: { startBy: new Date(Date.now() + 3 * hour).toISOString() },
      });
      await world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
      await skipUntil(connection, handle.workflowId, 4 * hour);
      return handle;
    },
  },
  {
    name: 'told-of-a-freeze-half-way',
    play: async (world, connection) =>
      frozenHalfWay(world, connection, { startBy: new Date(Date.now() + 10 * hour).toISOString() }),
  },
  {
    name: 'frozen-in-flight-and-resumed',
    play: async (world, connection) => frozenHalfWay(world, connection),
  },
  {
    name: 'woken-by-lift',
    play: async (world) => {
      world.calendar.rules = [freeze()];
      const handle = await world.start();
      await world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
      world.calendar.rules = [];
      await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
      return handle;
    },
  },
  {
    name: 'dependency-failed',
    play: async (world, connection) => {
      const dependency = { kind: 'release' as const, releaseId: 'rel_other' };
      const other = { id: 'rel_other', title: 'payments 2.1.0', owner: 'cem' };
      world.calendar.dependencies = [{ dependency, release: { ...other, state: 'gating' } }];
      const handle = await world.start({ needs: [dependency] });
      await world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
      world.calendar.dependencies = [{ dependency, release: { ...other, state: 'rolledBack' } }];
      await world.wakeRelease(handle, 'payments 2.1.0 has ended: rolled back.');
      await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
      await skipUntil(connection, handle.workflowId, 73 * hour);
      return handle;
    },
  },
  {
    name: 'train-departed',
    play: async (world, connection) => {
      const readyAt = new Date(Date.now() - hour).toISOString();
      world.trains.passengers = [
        { service: 'shop', required: false, candidate: { service: 'shop', version: '1.4.0', readyAt } },
        { service: 'cart', required: true },
      ];
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
      await skipUntil(connection, handle.workflowId, 6 * hour);
      await handle.executeUpdate(trainCommandUpdate, {
        args: [{ by: { id: 'ana', kind: 'person' }, commandId: 'cmd_1', name: 'leave' }],
      });
      return handle;
    },
  },
  ...gateStories,
  ...rolloutStories,
  ...wayBackStories,
  ...doubtStories,
  ...decisionStories,
  ...watchStories,
  ...calendarStories,
];
