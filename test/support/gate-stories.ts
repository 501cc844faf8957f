import type { WorkflowHandle } from '@temporalio/client';
import type { ReleaseView } from '../../domain/release/release.ts';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import {
  quarantineChangedSignal,
  type CommandAnswer,
  type QuarantineChangedMessage,
} from '../../workflows/contract.ts';
import { aFreeze } from './a-calendar.ts';
import { aStage, comingOut, qaRule, steps, type ReleaseWorld } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;
const rehearsal = CheckSchema.parse({
  id: 'undo',
  kind: 'rehearsal',
  probe: { kind: 'command', run: ['probe'] },
});
const smoke = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };

/** Ways on which the gates of the way here and the way back matter. */
/** A release whose check has failed; Sam may waive it. */
async function deniedByCheck(world: ReleaseWorld): Promise<WorkflowHandle> {
  const candidates = aStage().candidates.map((one) =>
    one.id === 'sam' ? { ...one, roles: ['release-manager'] } : one,
  );
  world.behaviour.stages = [aStage({ rules: [qaRule], candidates })];
  world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '1 known finding' });
  const handle = await world.start();
  await world.until(
    (view) => view.stages[0]?.verdicts.some(({ kind }) => kind === 'denied') ?? false,
    'the denial',
  );
  return handle;
}

export const gateStories: readonly Story[] = [
  {
    name: 'soaked-and-sampled',
    play: async (world, connection) => {
      const from = new Date().toISOString();
      const alerts = CheckSchema.parse({
        id: 'alerts',
        kind: 'http',
        url: 'http://127.0.0.1/',
        sample: { interval: '5m', minSuccess: '5m', timeout: '1h' },
      });
      const sampling = { delayMs: 0, intervalMs: 300_000, minSuccessMs: 300_000, timeoutMs: hour };
      world.behaviour.stages = [
        aStage({ checks: [alerts], gates: { soak: { from: 'staging', atLeastMs: 2 * hour }, sampling } }),
      ];
      world.behaviour.runCheck = async ({ round }) => ({ outcome: round === 2 ? 'failed' : 'passed' });
      world.behaviour.standing = ({ now }) => ({
        at: now,
        soak: [{ service: 'shop', version: '1.4.0', stays: [{ from }] }],
      });
      const handle = await world.start();
      await world.until((view) => view.stages[0]?.standing !== undefined, 'the look upstream');
      await skipUntil(connection, handle.workflowId, 3 * hour);
      return handle;
    },
  },
  {
    name: 'rehearsed',
    play: async (world) => {
      world.behaviour.stages = [
        aStage({ environment: 'staging', checks: [rehearsal] }),
        aStage({ checks: [], gates: { rollback: { isRequired: true } } }),
      ];
      world.behaviour.standing = ({ now }) => ({ at: now, ways: [] });
      return world.start();
    },
  },
  ...(
    [
      [
        'rehearsed-in-waves',
        { kind: 'batches', targets: ['eu-1', 'eu-2', 'us-1'], waves: [{ size: 2 }, {}] },
      ],
      ['rehearsed-over-a-switch', { kind: 'blueGreen', keep: '0s', test: smoke }],
    ] as const
  ).map(([name, rollout]): Story => ({
    name,
    play: async (world) => {
      world.behaviour.stages = [comingOut({ rollout }, { checks: [rehearsal] })];
      return world.start();
    },
  })),
  ...(
    [
      ['rehearsed-then-frozen', aStage({ checks: [rehearsal] })],
      [
        'rehearsal-broken-off',
        comingOut({ rollout: { kind: 'batches', targets: ['eu-1', 'eu-2'] } }, { checks: [rehearsal] }),
      ],
    ] as const
  ).map(([name, stage]): Story => ({
    name,
    play: async (world) => {
      const from = new Date(Date.now() - 1000).toISOString().slice(0, 19);
      world.behaviour.stages = [stage];
      world.behaviour.applyStep = async ({ isRehearsal }) => {
        const [handle] = world.handles;
        if (isRehearsal && world.calendar.revision === 1 && handle) {
          world.calendar.rules = [aFreeze({ zone: 'UTC', from })];
          await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
        }
        return { outcome: 'done', because: 'done' };
      };
      const handle = await world.start();
      await world.until(
        ({ state }) => state === 'gating' && world.events.some(({ action }) => action === 'door.shut'),
        'the way back to the gates',
      );
      world.calendar.rules = [];
      await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
      return handle;
    },
  })),
  {
    name: 'quarantined-in-flight',
    play: async (world, connection) => {
      world.behaviour.stages = [aStage({ deploy: steps([50, '1h'], [100, '0s']) })];
      const handle = await world.start();
      const view = await world.until((one) => one.stages[0]?.rollout[0]?.exposure === 50, '50 %');
      const version = view.components[0]?.version ?? '';
      const news = (revision: number, isLifted: boolean): QuarantineChangedMessage => ({
        quarantine: {
          ...{ id: 'qua_1', service: 'shop', version, by: 'sam', reason: 'corrupts carts', lifts: [] },
          at: new Date().toISOString(),
        },
        revision,
        isLifted,
        sentence: `shop ${version} ${isLifted ? 'was let out' : 'was quarantined'}.`,
      });
      await handle.signal(quarantineChangedSignal, news(1, false));
      await world.until((one) => one.state === 'held', 'the hold');
      await handle.signal(quarantineChangedSignal, news(3, true));
      await world.until((one) => one.holds.length === 0, 'the end of the hold');
      await skipUntil(connection, handle.workflowId, 2 * hour);
      return handle;
    },
  },
  {
    name: 'waived',
    play: async (world) => {
      const handle = await deniedByCheck(world);
      await world.command(handle, 'waive', {
        by: { id: 'sam', kind: 'person' },
        check: 'unit',
        reason: 'known, patched at the edge',
        expiresAt: new Date(Date.now() + 24 * hour).toISOString(),
      });
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'waived-twice',
    play: async (world) => {
      const handle = await deniedByCheck(world);
      const waiveUntil = (days: number) =>
        world.command(handle, 'waive', {
          ...{ by: { id: 'sam', kind: 'person' }, check: 'unit', reason: 'known, patched at the edge' },
          expiresAt: new Date(Date.now() + days * 24 * hour).toISOString(),
        });
      await waiveUntil(1);
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      const { seq } = (await waiveUntil(2)) as CommandAnswer;
      await world.until(
        (view) => view.seq >= seq && view.stages[0]?.approval?.state === 'open',
        'the request that is open after it',
      );
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'review-overdue',
    play: async (world, connection) => {
      world.calendar.reviews = [
        {
          ...{ id: 'rev_1', title: 'shop 1.3.9', environment: 'production', incident: 'INC-6' },
          ...{ brokenBy: ['kim'], reviewers: ['Sam'] },
          dueAt: new Date(Date.now() + hour).toISOString(),
        },
      ];
      world.behaviour.stages = [aStage({ rules: [qaRule], heedsReviews: true })];
      const handle = await world.start();
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      await skipUntil(connection, handle.workflowId, 2 * hour);
      await world.until((view) => view.stages[0]?.verdicts[0]?.gate === 'review', 'the overdue review');
      world.calendar.reviews = [];
      await world.wakeRelease(handle, 'Sam reviewed the break-glass of shop 1.3.9.', 'w1');
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'another request');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'waiver-taken-back',
    play: async (world) => {
      const candidates = aStage().candidates.map((one) =>
        one.id === 'sam' ? { ...one, roles: ['release-manager'] } : one,
      );
      const by = { id: 'sam', kind: 'person' };
      const isDenied = (view: ReleaseView) =>
        view.stages[0]?.verdicts.some(({ gate, kind }) => gate === 'checks' && kind === 'denied') ?? false;
      let outcome: 'failed' | 'passed' = 'failed';
      world.behaviour.stages = [aStage({ rules: [qaRule], candidates })];
      world.behaviour.runCheck = async () => ({ outcome, summary: '1 known finding' });
      const handle = await world.start();
      await world.until(isDenied, 'the denial');
      const expiresAt = new Date(Date.now() + 24 * hour).toISOString();
      await world.command(handle, 'waive', {
        ...{ by, check: 'unit', reason: 'known, patched at the edge', expiresAt },
      });
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      await world.command(handle, 'revokeWaiver', { by, check: 'unit', reason: 'it is used in the wild' });
      await world.until(isDenied, 'the gate without the waiver');
      outcome = 'passed';
      await world.command(handle, 'retryCheck', { check: 'unit' });
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'another request');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
];
