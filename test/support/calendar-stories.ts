import type { Passenger } from '../../domain/trains/board.ts';
import { trainCommandUpdate, trainWorkflow, type TrainState } from '../../workflows/contract-train.ts';
import { aFreeze } from './a-calendar.ts';
import { aStage, steps, type ReleaseWorld } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;
const local = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const freeze = (endsInMs: number) => aFreeze({ zone: 'UTC', from: local(-hour), to: local(endsInMs) });

const dated = async (world: ReleaseWorld) =>
  world.until((view) => view.stages[0]?.calendar !== undefined, 'the calendar');
const halfWay = async (world: ReleaseWorld) => {
  world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
  const handle = await world.start({ releaseId: `rel_${crypto.randomUUID().slice(0, 8)}` });
  await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
  return handle;
};
const isHeld = async (world: ReleaseWorld) =>
  world.until((view) => view.holds.some(({ kind }) => kind === 'freeze'), 'the hold');

const passenger = (service: string, required: boolean): Passenger => ({
  service,
  required,
  candidate: { service, version: '1.4.0', readyAt: later(-hour) },
});

/** A train that departs in five hours, and a way to steer it. */
async function startTrain(world: ReleaseWorld) {
  world.trains.departures = [later(5 * hour)];
  const state: TrainState = { train: 'weekly', number: 0, after: later(0), forgivenUpTo: 0, applied: [] };
  const handle = await world.client.workflow.start(trainWorkflow, {
    workflowId: `train/${crypto.randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [state],
  });
  const steer = async (name: 'hold' | 'resume' | 'leave') =>
    handle.executeUpdate(trainCommandUpdate, {
      args: [
        {
          ...{ by: { id: 'ana', kind: 'person' }, commandId: crypto.randomUUID() },
          ...{ name, reason: 'nobody is here' },
        },
      ],
    });
  return { handle, steer };
}

/** Ways on which the calendar, and people with it, decide when a release goes on. */
export const calendarStories: readonly Story[] = [
  {
    name: 'overridden-in-flight',
    play: async (world, connection) => {
      const handle = await halfWay(world);
      world.calendar.rules = [freeze(200 * hour)];
      await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
      await skipUntil(connection, handle.workflowId, 1.2 * hour);
      await isHeld(world);
      world.calendar.overrides = [
        {
          id: 'ovr_1',
          freezeId: 'holiday',
          revision: 1,
          releaseId: (await world.state(handle)).id,
          environment: 'production',
          by: 'ops',
          reason: 'agreed with support',
          expiresAt: later(20 * hour),
        },
      ];
      await world.wakeRelease(handle, 'ops overrides freeze holiday.');
      return handle;
    },
  },
  {
    name: 'one-of-two-freezes-lifted',
    play: async (world) => {
      const endless = (id: string) => ({ ...aFreeze({ zone: 'UTC', from: local(-hour) }), id });
      world.calendar.rules = [endless('holiday'), endless('sale')];
      const handle = await world.start();
      await dated(world);
      world.calendar.rules = [endless('sale')];
      await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
      await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
      world.calendar.rules = [];
      await world.wakeRelease(handle, 'Freeze sale was lifted by ana.');
      return handle;
    },
  },
  {
    name: 'held-by-broken-freeze',
    play: async (world, connection) => {
      const handle = await halfWay(world);
      world.calendar.rules = [{ ...freeze(200 * hour), zone: 'Atlantis/Capital' }];
      await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
      await skipUntil(connection, handle.workflowId, 1.2 * hour);
      await isHeld(world);
      world.calendar.rules = [];
      await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
      return handle;
    },
  },
  {
    name: 'rescheduled',
    play: async (world) => {
      const handle = await world.start({ schedule: { at: later(30 * hour) } });
      await dated(world);
      await world.command(handle, 'reschedule', { schedule: {}, reason: 'everybody is here now' });
      return handle;
    },
  },
  {
    name: 'next-slot-taken',
    play: async (world, connection) => {
      world.calendar.rules = [freeze(3 * hour)];
      const handle = await world.start({ schedule: { next: true } });
      await dated(world);
      await skipUntil(connection, handle.workflowId, 4 * hour);
      return handle;
    },
  },
  {
    name: 'train-held-and-resumed',
    play: async (world, connection) => {
      world.trains.passengers = [passenger('shop', false)];
      const { handle, steer } = await startTrain(world);
      await steer('hold');
      await steer('resume');
      await skipUntil(connection, handle.workflowId, 6 * hour);
      return handle;
    },
  },
  {
    name: 'train-boarded-again',
    play: async (world, connection) => {
      world.trains.passengers = [passenger('shop', false), passenger('cart', true)];
      world.trains.goesByItself = 'cart';
      const { handle, steer } = await startTrain(world);
      await skipUntil(connection, handle.workflowId, 6 * hour);
      await steer('leave');
      return handle;
    },
  },
];
