import type { WorkflowHandle } from '@temporalio/client';
import type { StagePlan } from '../../domain/release/plan.ts';
import { withdrawUpdate } from '../../workflows/contract.ts';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { aSnapshot } from './a-snapshot.ts';
import { aStage, qaRule, type ReleaseWorld } from './release-world.ts';
import type { Story } from './stories.ts';
import { skipUntil } from './time-skipping.ts';

const hour = 3_600_000;
const as = (id: string) => ({ by: { id, kind: 'person' as const } });
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const other = 'f'.repeat(64);

const asked = async (world: ReleaseWorld, over: Partial<StagePlan> = {}): Promise<WorkflowHandle> => {
  world.behaviour.stages = [aStage({ rules: [qaRule], ...over })];
  const handle = await world.start();
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
  return handle;
};

/** Every way that a decision can go beside a plain yes or no. */
export const decisionStories: readonly Story[] = [
  {
    name: 'postponed',
    play: async (world, connection) => {
      const handle = await asked(world);
      await world.command(handle, 'postpone', { ...as('ana'), until: later(20 * hour), reason: 'not today' });
      await world.until((view) => view.state === 'planned', 'the delay');
      await world.decide(handle, 'ben', 'approve');
      await world.until((view) => view.stages[0]?.approval?.state === 'approved', 'the approval');
      await skipUntil(connection, handle.workflowId, 21 * hour);
      return handle;
    },
  },
  {
    name: 'amended',
    play: async (world) => {
      const handle = await asked(world, { rules: [{ ...qaRule, atLeast: 2 }] });
      await world.decide(handle, 'ana', 'approve');
      world.behaviour.stages = [{ ...world.behaviour.stages[0]!, rules: [qaRule], subjectDigest: other }];
      await world.command(handle, 'amend', {
        policyDigest: 'q'.repeat(64),
        reason: 'the new rule is to hold',
      });
      await world.until((view) => view.stages[0]?.approval?.subjectDigest === other, 'the new request');
      await world.decide(handle, 'ben', 'approve');
      return handle;
    },
  },
  {
    name: 'amended-ahead',
    play: async (world) => {
      const staging = aStage({ environment: 'staging', rules: [qaRule] });
      world.behaviour.stages = [staging, aStage()];
      const handle = await world.start();
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      const [unit] = staging.checks;
      const stricter = { ...staging, checks: [{ ...unit!, timeout: '3m' }], subjectDigest: other };
      world.behaviour.stages = [stricter, aStage({ checks: [{ ...unit!, id: 'smoke' }] })];
      await world.command(handle, 'amend', { policyDigest: 'q'.repeat(64) });
      await world.until((view) => view.stages[0]?.approval?.subjectDigest === other, 'the new request');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'superseded',
    play: async (world) => {
      const older = await asked(world);
      const { id, workflowId } = await world.state(older);
      world.behaviour.supersedes = [{ id, workflowId, title: 'shop 1.4.0', tasks: [], requests: [] }];
      const newer = await world.start({ supersedes: [id] });
      await older.result();
      await newer.terminate();
      return older;
    },
  },
  {
    name: 'supersedes-another',
    play: async (world) => {
      const older = await asked(world);
      const { id, workflowId, stages } = await world.state(older);
      const { environment, approval } = stages[0]!;
      const requests = [{ environment, requestId: approval!.requestId }];
      world.behaviour.supersedes = [{ id, workflowId, title: 'shop 1.4.0', tasks: [], requests }];
      const newer = await world.start({ supersedes: [id] });
      await older.result();
      await world.until(
        (view) => view.workflowId === newer.workflowId && view.stages[0]?.approval?.state === 'open',
        'the newer request',
      );
      await world.decide(newer, 'ana', 'approve');
      return newer;
    },
  },
  {
    name: 'held-at-expiry',
    play: async (world, connection) => {
      const handle = await asked(world, {
        approval: { expiresMs: hour, graceMs: 0, onExpiry: 'hold', assurance: 'link' },
      });
      await skipUntil(connection, handle.workflowId, 2 * hour);
      await world.until((view) => view.holds.length > 0, 'the hold');
      await world.command(handle, 'resume', { reason: 'ask again' });
      await world.until(
        (view) => view.stages[0]?.approval?.state === 'open' && view.holds.length === 0,
        'the second request',
      );
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'escalated',
    play: async (world, connection) => {
      const handle = await asked(world, {
        rules: [{ ...qaRule, backup: { role: 'security' } }],
        asking: { clock: 'elapsed' },
        approval: { expiresMs: 480 * hour, graceMs: 0, onExpiry: 'escalate', assurance: 'link' },
      });
      await skipUntil(connection, handle.workflowId, 481 * hour);
      await world.until((view) => view.stages[0]?.approval?.escalatedAt !== undefined, 'more time');
      await world.decide(handle, 'sam', 'approve');
      return handle;
    },
  },
  {
    name: 'decided-by-delegate',
    play: async (world) => {
      const from = later(-hour);
      world.behaviour.absences = [{ person: 'ana', from, until: later(200 * hour), delegate: 'cem' }];
      const candidates = [
        { id: 'ana', name: 'Ana', roles: ['qa'] },
        { id: 'cem', name: 'Cem', roles: ['qa'] },
      ];
      const handle = await asked(world, { candidates, asking: { clock: 'elapsed' } });
      await world.decide(handle, 'cem', 'approve');
      return handle;
    },
  },
  {
    name: 'approved-under-conditions',
    play: async (world) => {
      const handle = await asked(world);
      const { environment } = world.view!.stages[0]!;
      const conditions = [{ title: 'write the runbook', owner: 'ben', before: environment }];
      await world.decide(handle, 'ana', 'approve', { conditions });
      await world.until((view) => view.tasks !== undefined, 'the task');
      await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
      return handle;
    },
  },
  {
    name: 'task-added',
    play: async (world) => {
      const handle = await asked(world);
      const { environment } = world.view!.stages[0]!;
      const task = { title: 'tell support', owner: 'ben', before: environment };
      await world.command(handle, 'addTask', { ...as('ana'), ...task });
      await world.command(handle, 'addTask', { ...as('ana'), title: 'clean up', owner: 'ben' });
      await world.decide(handle, 'ana', 'approve');
      await world.until((view) => view.stages[0]?.approval?.state === 'approved', 'the approval');
      await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
      return handle;
    },
  },
  {
    name: 'task-reminded',
    play: async (world, connection) => {
      const handle = await asked(world, {
        approval: { expiresMs: 2000 * hour, graceMs: 0, onExpiry: 'close', assurance: 'link' },
      });
      const before = world.view!.stages[0]!.environment;
      const task = { title: 'tell support', owner: 'sam', before, due: later(480 * hour) };
      await world.command(handle, 'addTask', { ...as('ana'), ...task });
      await skipUntil(connection, handle.workflowId, 600 * hour);
      await world.until(
        () =>
          world.notices.some(({ kind, facts }) => kind === 'taskReminder' && facts?.['as'] === 'answering'),
        'the mail to the owner of the release',
      );
      await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
  {
    name: 'task-added-at-the-probe',
    play: async (world) => {
      let looks = 0;
      world.behaviour.stages = [aStage({ drift: 'stop' })];
      world.behaviour.probe = async () => {
        looks += 1;
        const version = looks === 1 ? '1.2.0' : '1.3.0';
        return { kind: 'runs', version, because: `its probe says ${version}` };
      };
      const handle = await world.start();
      const held = await world.until((view) => view.holds.length > 0, 'the hold');
      const before = held.stages[0]!.environment;
      await world.command(handle, 'addTask', { ...as('ben'), title: 'ask around', owner: 'ben', before });
      await world.command(handle, 'resume', { reason: 'it was me' });
      await world.until((view) => view.state === 'gating', 'the gates');
      await world.command(handle, 'moveTask', { ...as('ben'), task: 't1', to: 'done' });
      return handle;
    },
  },
  {
    name: 'risk-indexed',
    play: async (world) => {
      world.behaviour.risk = () => aSnapshot({ migration: 18, size: 8 });
      const handle = await asked(world, { risk: { rule: riskRuleOf() } });
      await world.decide(handle, 'ana', 'approve', { comment: 'tried out on a copy' });
      return handle;
    },
  },
  {
    name: 'glass-broken',
    play: async (world) => {
      const handle = await asked(world, {
        candidates: [...aStage().candidates, { id: 'kim', name: 'Kim', roles: ['sre'] }],
        breakGlass: { roles: ['sre'], atLeast: 1, reviewWithinMs: 24 * hour },
      });
      await world.command(handle, 'breakGlass', {
        ...as('kim'),
        reason: 'carts are lost, this mends it',
        incident: 'INC-7',
      });
      return handle;
    },
  },
  {
    name: 'withdrawn-and-rejected',
    play: async (world, connection) => {
      const handle = await asked(world, {
        approval: { expiresMs: 72 * hour, graceMs: 300_000, onExpiry: 'close', assurance: 'link' },
      });
      await world.decide(handle, 'ana', 'approve');
      const view = await world.until(
        (one) => one.stages[0]?.approval?.closesAt !== undefined,
        'the grace time',
      );
      const { requestId } = view.stages[0]!.approval!;
      await handle.executeUpdate(withdrawUpdate, {
        args: [{ ...as('ana'), requestId, person: 'ana', commandId: 'w1' }],
      });
      await world.decide(handle, 'ben', 'reject');
      await skipUntil(connection, handle.workflowId, 400_000);
      return handle;
    },
  },
  {
    name: 'hotfix',
    play: async (world) => {
      // The plan of a hotfix has the shorter rules already; its order says why it cannot wait.
      world.behaviour.stages = [
        aStage({
          rules: [qaRule],
          approval: { expiresMs: hour, graceMs: 0, onExpiry: 'close', assurance: 'link' },
        }),
      ];
      const handle = await world.start({ urgent: 'carts are lost' });
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      await world.decide(handle, 'ana', 'approve');
      return handle;
    },
  },
];
