import { expect, test } from '@jest/globals';
import type { StagePlan } from '../../domain/release/plan.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';

const harness = pathHarness();
const policyInForce = 'd'.repeat(64);
const moved = 'production runs shop 1.3.1 now';

/** Notes each run of a check: its id, its round and the commit that it looked at. */
function noteChecks(): string[] {
  const ran: string[] = [];
  harness.world.behaviour.runCheck = async ({ check, round, component }) => {
    ran.push([check.id, round, component.commit].filter((word) => word !== undefined).join(' '));
    return Promise.resolve({ summary: 'ok' });
  };
  return ran;
}

const stageOf = (digest: string, over: Partial<StagePlan> = {}): StagePlan => ({
  ...aStage({ rules: [qaRule] }),
  subjectDigest: digest.repeat(64),
  ...over,
});

/** The same stage with a stricter policy, where another version has come to run. */
function stricter(digest: string): StagePlan {
  const stage = stageOf(digest);
  const [unit] = stage.checks;
  return {
    ...stage,
    checks: unit ? [unit, { ...unit, id: 'smoke' }] : [],
    components: stage.components.map((one) => ({ ...one, previousVersion: '1.3.1' })),
  };
}

const isAskedFor =
  (digest: string) =>
  ({ stages }: { stages: { approval?: { state: string; subjectDigest: string } }[] }): boolean =>
    stages[0]?.approval?.state === 'open' && stages[0].approval.subjectDigest === digest.repeat(64);

test.each(['is amended', 'meets another version at the door'])(
  'a release whose tag was moved runs its checks for the new commit when it %s',
  async (how) => {
    const { world } = harness;
    const ran = noteChecks();
    const at = (commit: string, digest: string): StagePlan => {
      const stage = stageOf(digest);
      return { ...stage, components: stage.components.map((one) => ({ ...one, commit })) };
    };
    world.behaviour.stages = [at('aaaa', '1')];
    const handle = await world.start();
    await world.until(isAskedFor('1'), 'the first request');
    world.behaviour.stages = [at('bbbb', '2')];
    if (how === 'is amended') await world.command(handle, 'amend', { policyDigest: policyInForce });
    else {
      world.behaviour.door = ({ subjectDigest }) =>
        subjectDigest === '2'.repeat(64)
          ? { kind: 'open', because: 'both agree' }
          : { kind: 'stale', because: moved };
      await world.decide(handle, 'ana', 'approve');
    }
    await world.until(isAskedFor('2'), 'the second request');
    await world.decide(handle, 'ana', 'approve');
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(ran).toEqual(['unit 1 aaaa', 'unit 2 bbbb']);
  },
);

test('a release whose tag was moved after an earlier stage ran it is refused, for nobody has seen the other build there', async () => {
  const { world } = harness;
  const ran = noteChecks();
  const at = (commit: string, digest: string): StagePlan[] =>
    ['staging', 'production'].map((environment) => {
      const stage = stageOf(digest, { environment, ...(environment === 'staging' ? { rules: [] } : {}) });
      return { ...stage, components: stage.components.map((one) => ({ ...one, commit })) };
    });
  world.behaviour.stages = at('aaaa', '1');
  const handle = await world.start();
  await world.until(({ stages }) => stages[1]?.approval?.state === 'open', 'the request of production');
  world.behaviour.stages = at('bbbb', '2');
  await world.command(handle, 'amend', { policyDigest: policyInForce });
  expect(await handle.result()).toMatchObject({ state: 'failed' });
  expect(world.view?.ended?.because).toMatch(
    /another build now than when staging\S* ran it: its tag was moved\. Release it under a version of its own/,
  );
  expect(ran.every((check) => check.endsWith(' aaaa'))).toBe(true);
});

test('an amendment that comes while the plan for another version is read has its checks run', async () => {
  const { world } = harness;
  const ran = noteChecks();
  world.behaviour.stages = [stageOf('1')];
  const handle = await world.start();
  await world.until(isAskedFor('1'), 'the first request');
  world.behaviour.door = ({ planned }) =>
    planned[0]?.previousVersion === '1.3.1'
      ? { kind: 'open', because: 'both agree' }
      : { kind: 'stale', because: moved };
  let isAway = true;
  Object.defineProperty(world.behaviour, 'stages', {
    configurable: true,
    get: () => {
      if (isAway) throw new Error('the repository is away');
      return [stricter('2')];
    },
  });
  await world.decide(handle, 'ana', 'approve');
  await world.until(({ headline }) => headline.includes('cannot be planned yet'), 'the source being away');
  await world.command(handle, 'amend', { policyDigest: policyInForce, reason: 'stricter' });
  isAway = false;
  await world.until(isAskedFor('2'), 'the second request');
  await world.decide(handle, 'ana', 'approve');
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect(ran).toContain('smoke 1');
});
