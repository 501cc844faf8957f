import { describe, expect, test } from '@jest/globals';
import { withdrawUpdate, type CommandAnswer } from '../../workflows/contract.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const asks = (over = {}) => [aStage({ rules: [qaRule], ...over })];

describe('approval', () => {
  const harness = pathHarness();

  const started = async (over = {}) => {
    const { world } = harness;
    world.behaviour.stages = asks(over);
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    return { world, handle };
  };

  test('a rejection ends the release as rejected, and nothing was deployed', async () => {
    const { world, handle } = await started();
    await world.decide(handle, 'ana', 'reject');
    await expect(handle.result()).resolves.toMatchObject({ state: 'rejected', residue: 'none' });
    expect(world.effects).toEqual([]);
  });

  test('silence for three days expires the release; it is never consent', async () => {
    const { world, handle } = await started();
    await skipUntil(harness.connection, handle.workflowId, 73 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired', residue: 'none' });
    expect(world.effects).toEqual([]);
  });

  test('what was received in time counts even if it was never delivered', async () => {
    const { world, handle } = await started();
    const approval = world.view?.stages[0]?.approval;
    world.behaviour.received = [
      {
        decisionId: 'dec_late',
        requestId: approval!.requestId,
        person: 'ana',
        choice: 'approve',
        subjectDigest: approval!.subjectDigest,
        receivedAt: new Date().toISOString(),
        via: 'link',
      },
    ];
    await skipUntil(harness.connection, handle.workflowId, 73 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('a vote that was taken back does not come back from the record at the deadline', async () => {
    const { world, handle } = await started({ rules: [{ ...qaRule, atLeast: 2 }] });
    const { requestId, subjectDigest } = world.view!.stages[0]!.approval!;
    // The record holds what was received, whatever has become of it.
    world.behaviour.received = ['dec_first', 'dec_changed'].map((decisionId) => ({
      ...{ decisionId, requestId, person: 'ana', choice: 'approve', subjectDigest },
      ...{ receivedAt: new Date().toISOString(), via: 'link' },
    }));
    for (const { decisionId } of world.behaviour.received)
      await world.decide(handle, 'ana', 'approve', { decisionId });
    const command = { requestId, person: 'ana', commandId: 'w1' };
    await handle.executeUpdate(withdrawUpdate, { args: [command] });
    await world.decide(handle, 'ben', 'approve');
    await skipUntil(harness.connection, handle.workflowId, 73 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
    expect(world.effects).toEqual([]);
  });

  test('a stage that says hold asks again when a person resumes it', async () => {
    const { world, handle } = await started({
      approval: { expiresMs: hour, graceMs: 0, onExpiry: 'hold', assurance: 'link' },
    });
    await skipUntil(harness.connection, handle.workflowId, 2 * hour);
    const held = await world.until((view) => view.holds.length > 0, 'the hold');
    expect(held.state).toBe('gating');
    await world.command(handle, 'resume', { reason: 'ask again' });
    const again = await world.until(
      (view) => view.stages[0]?.approval?.state === 'open' && view.holds.length === 0,
      'the second request',
    );
    expect(again.stages[0]?.approval?.previous).toBe(held.stages[0]?.approval?.requestId);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('nothing expires while the record cannot be asked for late votes; one that it holds counts in the end', async () => {
    const { world, handle } = await started();
    const approval = world.view!.stages[0]!.approval!;
    world.behaviour.unreadable = 3;
    world.behaviour.received = [
      {
        ...{ decisionId: 'dec_late', requestId: approval.requestId, person: 'ana', choice: 'approve' },
        subjectDigest: approval.subjectDigest,
        ...{ receivedAt: new Date().toISOString(), via: 'link' },
      },
    ];
    await skipUntil(harness.connection, handle.workflowId, 73 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.behaviour.unreadable).toBe(0);
    const closings = world.batches.flatMap(({ closed }) => closed ?? []);
    expect(closings.map(({ state }) => state)).toEqual(['approved']);
  });

  test('A10, A11: of two that decide differently in one moment the first counts, and the other is told', async () => {
    const { world } = harness;
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    // While the request is being written down no message is handled: both decisions come to the same task.
    world.behaviour.recorded = async ({ opened }) => (opened?.length ? slow : undefined);
    const { handle } = await started();
    const decisions = [
      world.decide(handle, 'ana', 'approve'),
      world.decide(handle, 'ben', 'reject'),
    ] as const;
    const told = Promise.allSettled(decisions);
    await handle.describe(); // the engine has both by now
    goOn();
    const [approved, rejected] = await told;
    const isApproved = approved.status === 'fulfilled';
    expect(isApproved ? rejected : approved).toMatchObject({
      status: 'rejected',
      reason: { cause: { type: 'APPROVAL_NOT_OPEN' } },
    });
    await expect(handle.result()).resolves.toMatchObject({ state: isApproved ? 'succeeded' : 'rejected' });
    expect(world.view?.stages[0]?.approval?.votes).toMatchObject([{ person: isApproved ? 'ana' : 'ben' }]);
  });

  test('in the grace time a vote may be changed or taken back', async () => {
    const { world, handle } = await started({
      approval: { expiresMs: 72 * hour, graceMs: 300_000, onExpiry: 'close', assurance: 'link' },
    });
    const answer = await world.decide(handle, 'ana', 'approve');
    expect(answer.approvalState).toBe('open');
    expect(answer.headline).toContain('All approvals are given; votes may change until');
    const inGrace = await world.until(
      (view) => view.stages[0]?.approval?.closesAt !== undefined,
      'the grace time',
    );
    const withdrawn: CommandAnswer = await handle.executeUpdate(withdrawUpdate, {
      args: [{ requestId: inGrace.stages[0]!.approval!.requestId, person: 'ana', commandId: 'w1' }],
    });
    expect(withdrawn.headline).toContain('Needs 1 of qa');
    await world.until(
      (view) =>
        view.stages[0]?.approval?.votes.length === 0 && view.stages[0].approval.closesAt === undefined,
      'the vote to go',
    );
    expect(world.effects).toEqual([]);
    await world.decide(handle, 'ana', 'reject');
    await skipUntil(harness.connection, handle.workflowId, 400_000);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rejected' });
  });

  test('the author of a commit may not approve it', async () => {
    const { world, handle } = await started({
      excluded: [{ person: 'ben', because: 'wrote 2 commits of this version', as: ['author'] }],
    });
    await expect(world.decide(handle, 'ben', 'approve')).rejects.toMatchObject({
      cause: { type: 'APPROVAL_EXCLUDED' },
    });
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('a decision about something else is refused', async () => {
    const { world, handle } = await started();
    await expect(
      world.decide(handle, 'ana', 'approve', { subjectDigest: 'e'.repeat(64) }),
    ).rejects.toMatchObject({ cause: { type: 'APPROVAL_DIGEST_CHANGED' } });
    await handle.terminate();
  });

  test('a decision about a request that the release does not know is no refusal: it may be about to ask', async () => {
    const { world, handle } = await started();
    await expect(world.decide(handle, 'ana', 'approve', { requestId: 'another' })).rejects.toMatchObject({
      cause: { type: 'APPROVAL_UNKNOWN' },
    });
    await world.decide(handle, 'ana', 'reject');
    await expect(handle.result()).resolves.toMatchObject({ state: 'rejected' });
  });

  test('the same decision delivered twice is one vote, and answers the same', async () => {
    const { world, handle } = await started({ rules: [{ ...qaRule, atLeast: 2 }] });
    const first = await world.decide(handle, 'ana', 'approve', { decisionId: 'dec_1' });
    const second = await world.decide(handle, 'ana', 'approve', { decisionId: 'dec_1' });
    expect([first.filled, second.filled]).toEqual([1, 1]);
    expect(world.events.filter((event) => event.action === 'decision.counted')).toHaveLength(1);
    await handle.terminate();
  });

  test('an approve signal counts where the stage allows it, marked as unauthenticated', async () => {
    const { world, handle } = await started();
    await handle.signal('approve', { by: 'ana', reason: 'from the operations console' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.find((event) => event.action === 'decision.counted')?.actor).toMatchObject({
      kind: 'engine',
      assurance: 'engine',
    });
  });

  test('an approve signal is refused and recorded where the stage refuses it', async () => {
    const { world, handle } = await started({ engineSignals: 'refuse' });
    await handle.signal('approve', { by: 'ana', reason: 'let me' });
    await world.until(() => world.events.some((event) => event.action === 'signal.refused'), 'the refusal');
    expect(world.effects).toEqual([]);
    await handle.terminate();
  });

  test('the door is asked again while a decision that came too late is on its way, and then opens', async () => {
    const { world, handle } = await started();
    let knocks = 0;
    world.behaviour.door = ({ votes }) => {
      expect(votes).toHaveLength(1);
      knocks += 1;
      return knocks < 3
        ? { kind: 'unsettled', because: 'a decision of ben was received and is on its way.' }
        : { kind: 'open', because: 'both agree' };
    };
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(knocks).toBe(3);
    expect(world.events.some(({ action }) => action === 'door.shut' || action === 'hold.set')).toBe(false);
  });

  test.each([
    ['asked once, with the lock', false, 1],
    ['asked again by itself where it could not be asked with the lock, which is kept', true, 2],
  ] as const)('the door is %s', async (_, isAway, asked) => {
    const { world, handle } = await started();
    let knocks = 0;
    world.behaviour.door = () => {
      knocks += 1;
      if (isAway && knocks === 1) throw new Error('the database is away');
      return { kind: 'open', because: 'both agree' };
    };
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(knocks).toBe(asked);
  });

  test('workflow and record must agree at the deploy door', async () => {
    const { world, handle } = await started();
    let isOpen = false;
    world.behaviour.door = () =>
      isOpen ? { kind: 'open', because: 'both agree' } : { kind: 'shut', because: 'the record holds 0 of 1' };
    await world.decide(handle, 'ana', 'approve');
    await world.until((view) => view.holds.some((hold) => hold.kind === 'door'), 'the hold at the door');
    expect(world.effects).toEqual([]);
    isOpen = true;
    await world.command(handle, 'resume', { reason: 'the record was restored' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('where another version has come to run meanwhile, people are asked anew and old votes are void', async () => {
    const { world, handle } = await started();
    const planned = world.behaviour.stages[0]!;
    world.behaviour.door = (input) =>
      input.planned[0]?.previousVersion === '1.3.1'
        ? { kind: 'open', because: 'both agree' }
        : { kind: 'stale', because: 'production runs shop 1.3.1 now' };
    const again = {
      ...planned,
      subjectDigest: 'f'.repeat(64),
      components: planned.components.map((one) => ({ ...one, previousVersion: '1.3.1' })),
    };
    world.behaviour.stages = [again];
    await world.decide(handle, 'ana', 'approve');
    await world.until(
      (view) => view.stages[0]?.approval?.subjectDigest === again.subjectDigest,
      'the second request',
    );
    expect(world.effects).toEqual([]);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.rollout[0]?.previousVersion).toBe('1.3.1');
  });

  test('a release that a newer version has overtaken is superseded, never a silent downgrade', async () => {
    const { world, handle } = await started();
    const planned = world.behaviour.stages[0]!;
    world.behaviour.door = () => ({ kind: 'stale', because: 'production runs shop 2.0.0 now' });
    world.behaviour.stages = [
      {
        ...planned,
        components: planned.components.map((one) => ({
          ...one,
          mode: 'rollback' as const,
          previousVersion: '2.0.0',
        })),
      },
    ];
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'superseded', residue: 'none' });
    expect(world.effects).toEqual([]);
  });

  test.each([
    ['deploy', 'superseded'],
    ['redeploy', 'succeeded'],
    ['rollback', 'succeeded'],
    ['release that is only called a rollback', 'superseded'],
  ] as const)(
    'C3: where something newer came while it waited, also to an earlier stage, a %s ends %s',
    async (what, state) => {
      const { world } = harness;
      const isOnlyCalled = what !== 'deploy' && what !== 'redeploy' && what !== 'rollback';
      const intent = isOnlyCalled ? 'rollback' : what;
      if (isOnlyCalled) world.behaviour.onlyCalledBack = true;
      world.behaviour.stages = [aStage({ environment: 'staging', rules: [qaRule] }), aStage()];
      const handle = await world.start({ intent });
      await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
      const [staging, last] = world.behaviour.stages;
      world.behaviour.door = (input) =>
        input.environment.startsWith('staging') && input.planned[0]?.previousVersion !== '2.0.0'
          ? { kind: 'stale', because: 'staging runs shop 2.0.0 now' }
          : { kind: 'open', because: 'both agree' };
      const components = staging!.components.map((one) => ({
        ...one,
        mode: 'rollback' as const,
        previousVersion: '2.0.0',
      }));
      world.behaviour.stages = [{ ...staging!, subjectDigest: 'f'.repeat(64), components }, last!];
      await world.decide(handle, 'ana', 'approve');
      if (state === 'succeeded') {
        await world.until(
          (view) => view.stages[0]?.approval?.subjectDigest.startsWith('f') === true,
          'the second request',
        );
        await world.decide(handle, 'ana', 'approve');
      }
      await expect(handle.result()).resolves.toMatchObject({ state });
      expect(world.effects.length > 0).toBe(state === 'succeeded');
    },
  );
});
