import { describe, expect, test } from '@jest/globals';
import type { StagePlan } from '../../domain/release/plan.ts';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { aSnapshot } from '../support/a-snapshot.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';

const other = 'f'.repeat(64);

describe('a release that is amended', () => {
  const harness = pathHarness();
  const asked = async (over = {}) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [{ ...qaRule, atLeast: 2 }], ...over })];
    const handle = await world.start();
    const view = await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    return { world, handle, first: view.stages[0]!.approval!.requestId };
  };
  const newPolicy = { policyDigest: 'q'.repeat(64), reason: 'the new rule is to hold' };

  test('A14, A18: what changes what was approved makes it void: no votes, and a new request that follows the old one', async () => {
    const { world, handle, first } = await asked();
    await world.decide(handle, 'ana', 'approve');
    const [stage] = world.behaviour.stages;
    world.behaviour.stages = [{ ...stage!, rules: [qaRule], subjectDigest: other }];
    await world.command(handle, 'amend', newPolicy);
    const view = await world.until((v) => v.stages[0]?.approval?.subjectDigest === other, 'the new request');
    expect(view.stages[0]?.approval).toMatchObject({ votes: [], previous: first });
    expect(view.policyDigest).toBe(newPolicy.policyDigest);
    expect(world.batches.flatMap(({ closed }) => closed ?? [])).toMatchObject([
      { requestId: first, state: 'superseded', because: expect.stringContaining('policy in force') },
    ]);
    expect(world.batches.flatMap(({ opened }) => opened ?? []).at(-1)?.previous).toBe(first);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('keeps its votes where the subject is the same after all', async () => {
    const { world, handle, first } = await asked();
    await world.decide(handle, 'ana', 'approve');
    await world.command(handle, 'amend', { ...newPolicy, notes: 'support knows' });
    await world.decide(handle, 'ben', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view).toMatchObject({ notes: 'support knows', policyDigest: newPolicy.policyDigest });
    expect(world.view?.stages[0]?.approval?.requestId).toBe(first);
  });

  test('runs checks that are asked for anew, and keeps results of the others', async () => {
    const { world, handle } = await asked();
    const [stage] = world.behaviour.stages;
    const [unit] = stage!.checks;
    world.behaviour.stages = [
      { ...stage!, rules: [], checks: [unit!, { ...unit!, id: 'smoke' }], subjectDigest: other },
    ];
    await world.command(handle, 'amend', newPolicy);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.checks).toMatchObject([
      { id: 'unit', outcome: 'passed', round: 1 },
      { id: 'smoke', outcome: 'passed', round: 1 },
    ]);
  });

  test('no round of a check is asked for twice: a changed check, and one that comes back, have results of their own', async () => {
    const rounds: string[] = [];
    harness.world.behaviour.runCheck = async ({ check, round }) => {
      rounds.push(`${check.id} ${round}`);
      return { summary: check.timeout };
    };
    const { world, handle } = await asked();
    const [stage] = world.behaviour.stages;
    const [unit] = stage!.checks;
    const stricter = { ...unit!, timeout: '3m' };
    const amendTo = async (checks: StagePlan['checks'], digest: string, policy: string) => {
      world.behaviour.stages = [{ ...stage!, checks, subjectDigest: digest.repeat(64) }];
      await world.command(handle, 'amend', { policyDigest: policy.repeat(64) });
      await world.until(
        (v) => v.stages[0]?.approval?.subjectDigest === digest.repeat(64),
        `the request about ${digest}`,
      );
    };
    await amendTo([stricter], '1', 'r');
    expect(world.view?.stages[0]?.checks).toMatchObject([{ id: 'unit', round: 2, summary: '3m' }]);
    await amendTo([{ ...unit!, id: 'smoke' }], '2', 's');
    await amendTo([stricter], '3', 't');
    expect(rounds).toEqual(['unit 1', 'unit 2', 'smoke 1', 'unit 3']);
    await handle.terminate();
  });

  test('a stage further on runs the checks that the policy asks for now', async () => {
    const { world } = harness;
    const staging = aStage({ environment: 'staging', rules: [qaRule] });
    world.behaviour.stages = [staging, aStage()];
    const handle = await world.start();
    await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    const production = aStage({ checks: [{ ...staging.checks[0]!, id: 'smoke' }] });
    world.behaviour.stages = [staging, production];
    await world.command(handle, 'amend', newPolicy);
    await world.until((v) => v.policyDigest === newPolicy.policyDigest, 'the new policy');
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[1]?.checks).toMatchObject([{ id: 'smoke', outcome: 'passed', round: 1 }]);
  });

  test('its risk is weighed as the policy says now before anybody is asked again', async () => {
    const { world, handle } = await asked({ risk: { rule: riskRuleOf() } });
    const amended = [{ ...world.behaviour.stages[0]!, subjectDigest: other }];
    let risk = aSnapshot();
    world.behaviour.risk = () => risk;
    Object.defineProperty(world.behaviour, 'stages', {
      get: () => {
        risk = aSnapshot({ migration: 18, size: 8 }); // from the new plan on, so no look before it can have found that
        return amended;
      },
    });
    await world.command(handle, 'amend', newPolicy);
    await world.until((v) => v.stages[0]?.approval?.subjectDigest === other, 'the new request');
    const opened = world.batches.flatMap((batch) => batch.opened ?? []);
    expect(opened.map(({ stage }) => stage.risk?.snapshot?.points)).toEqual([0, 26]);
    await handle.terminate();
  });

  /** It is amended once, in the middle of what happens before people are asked. */
  const amendedOnce = async (stage: StagePlan, at: (amend: () => Promise<void>) => void) => {
    const { world } = harness;
    const amended = { ...stage, subjectDigest: other };
    world.behaviour.stages = [stage];
    const started = world.start();
    let times = 0;
    at(async () => {
      times += 1;
      if (times > 1) return;
      world.behaviour.stages = [amended];
      await world.command(await started, 'amend', newPolicy);
    });
    const handle = await started;
    await world.until((v) => v.stages[0]?.approval?.subjectDigest === other, 'the request');
    await handle.terminate();
    expect(times).toBeGreaterThan(0);
    return world.batches.flatMap(({ opened = [] }) => opened.map((one) => one.stage.subjectDigest));
  };
  const weighed = (over: Partial<StagePlan> = {}) =>
    aStage({ rules: [qaRule], risk: { rule: riskRuleOf() }, ...over });

  test('while its gates are looked at asks nobody about what is void at once', async () => {
    const { world } = harness;
    const asked = await amendedOnce(weighed(), (amend) => {
      world.behaviour.risk = async () => {
        if (world.view?.state === 'gating') await amend();
        return aSnapshot();
      };
    });
    expect(asked).toEqual([other]);
  });

  test('while its request is prepared asks nobody about what is void at once', async () => {
    const { world } = harness;
    const asked = await amendedOnce(aStage({ rules: [qaRule], asking: { clock: 'elapsed' } }), (amend) => {
      world.behaviour.prepared = amend;
    });
    expect(asked).toEqual([other]);
  });

  test('goes on as it was planned where the policy leads through other stages', async () => {
    const { world, handle } = await asked();
    const [stage] = world.behaviour.stages;
    world.behaviour.stages = [aStage({ environment: 'canary' }), stage!];
    await world.command(handle, 'amend', newPolicy);
    const view = await world.until((v) => v.policyDigest !== newPolicy.policyDigest, 'its old policy');
    expect(view.stages.map(({ environment }) => environment)).toHaveLength(1);
    await world.decide(handle, 'ana', 'approve');
    await world.decide(handle, 'ben', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('refuses an amendment that changes nothing', async () => {
    const { world, handle } = await asked();
    const refused = { cause: { type: 'COMMAND_NOT_POSSIBLE' } };
    await expect(world.command(handle, 'amend', {})).rejects.toMatchObject(refused);
    await expect(world.command(handle, 'amend', { policyDigest: 'p'.repeat(64) })).rejects.toMatchObject(
      refused,
    );
    await handle.terminate();
  });

  test('a newer release takes the place of one that waits, with what is to be done for it', async () => {
    const { world, handle, first } = await asked();
    const before = await world.state(handle);
    const { environment } = before.stages[0]!;
    const task = {
      id: 't3',
      title: 'write the runbook',
      owner: 'ana',
      before: environment,
      state: 'open' as const,
      askedBy: 'sam',
      at: before.createdAt,
      by: 'sam',
    };
    world.behaviour.supersedes = [
      {
        id: before.id,
        workflowId: before.workflowId,
        title: 'shop 1.4.0',
        tasks: [task, { ...task, id: 't4', state: 'done' }],
        requests: [{ environment, requestId: first }],
      },
    ];
    const newer = await world.start({ supersedes: [before.id] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'superseded' });
    const view = await world.until(
      (v) => v.workflowId === newer.workflowId && v.stages[0]?.approval?.state === 'open',
      'the newer request',
    );
    expect(view.stages[0]?.approval).toMatchObject({ votes: [], previous: first });
    expect(view.tasks).toMatchObject([{ id: 't1', title: 'write the runbook', carriedFrom: before.id }]);
    expect(world.notices.find(({ kind }) => kind === 'taskAssigned')?.to).toEqual(['ana']);
    await world.decide(newer, 'ana', 'approve');
    await world.decide(newer, 'ben', 'approve');
    await world.command(newer, 'moveTask', { by: { id: 'ana', kind: 'person' }, task: 't1', to: 'done' });
    await expect(newer.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('one that has started goes on, and says who was to take its place', async () => {
    const { world } = harness;
    let go = (): void => undefined;
    world.behaviour.applyStep = () =>
      new Promise((resolve) => {
        go = () => resolve({ outcome: 'done', because: 'done' });
      });
    const older = await world.start();
    const view = await world.until(
      (v) => v.state === 'deploying' && world.effects.length > 0,
      'the first step',
    );
    world.behaviour.supersedes = [
      { id: view.id, workflowId: view.workflowId, title: 'shop 1.4.0', tasks: [], requests: [] },
    ];
    const newer = await world.start({ supersedes: [view.id] });
    await world.until(() => world.events.some(({ action }) => action === 'release.newer'), 'its word');
    // The newer one is ended while it waits for the environment: a step of it would wait for a `go` that never comes.
    await world.until((v) => v.workflowId === newer.workflowId && v.state === 'ready', 'the queue');
    await newer.terminate();
    go();
    await expect(older.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
