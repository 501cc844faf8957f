import { describe, expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { validatePolicy } from '../validate.ts';

const targets = ['eu-1', 'eu-2', 'us-1'];
const command = { kind: 'command', apply: ['./deploy', '{{target}}'], undo: ['./undo', '{{target}}'] };
const switching = { kind: 'command', apply: ['./deploy', '{{action}}'], undo: ['./undo', '{{action}}'] };
const batches = (over: object = {}, deployer: object = command) => ({
  ...deployer,
  rollout: { kind: 'batches', targets, ...over },
});
const blueGreen = (over: object = {}, deployer: object = switching) => ({
  ...deployer,
  rollout: { kind: 'blueGreen', ...over },
});

function mistakesOf(deploy: object, checks?: object[]): string[] {
  const policy = aPolicy();
  const [stage] = policy.pipelines['web'] ?? [];
  Object.assign(stage ?? {}, { deploy }, checks ? { checks } : {});
  return validatePolicy(policy).problems.map(({ path, detail }) => `${path.slice(3).join('.')}: ${detail}`);
}

describe('a way out that can be gone', () => {
  test.each([
    ['targets one by one', batches()],
    ['waves that take all', batches({ waves: [{ size: 1 }, { size: 2 }] })],
    ['a last wave without size', batches({ waves: [{ size: 1, hold: 'manual' }, {}], maxFailures: 3 })],
    ['blue-green', blueGreen({ keep: '2h', hold: 'manual' })],
    [
      'blue-green with a test',
      blueGreen({ test: { id: 'smoke', kind: 'http', url: 'https://green.test/{{version}}' } }),
    ],
    [
      'a request that names the target by itself',
      batches({}, { kind: 'http', apply: { url: 'https://j.test' }, undo: { url: 'https://j.test' } }),
    ],
    [
      'a person between two shares',
      { ...command, apply: ['a'], undo: ['u'], steps: [{ weight: 10, hold: 'manual' }, { weight: 100 }] },
    ],
  ])('%s', (_, deploy) => {
    expect(mistakesOf(deploy)).toEqual([]);
  });

  test.each([
    ['in waves', batches()],
    ['over a switch', blueGreen()],
  ])('with a rehearsal %s', (_, deploy) => {
    const probe = { kind: 'command', run: ['./probe', '{{previousVersion}}'] };
    expect(mistakesOf(deploy, [{ id: 'r', kind: 'rehearsal', probe }])).toEqual([]);
  });
});

describe('a way out that cannot be gone is refused', () => {
  test.each([
    [
      'a target named twice',
      batches({ targets: ['a', 'b', 'a'] }),
      'deploy.rollout.targets.2: The target "a" is named twice.',
    ],
    [
      'waves that leave one out',
      batches({ waves: [{ size: 1 }, { size: 1 }] }),
      'deploy.rollout.waves.1: The waves take 2 targets of 3, so the release would never be complete.',
    ],
    [
      'waves that want more than there are',
      batches({ waves: [{ size: 2 }, { size: 2 }] }),
      'deploy.rollout.waves.1: The waves take 4 targets, and there are 3.',
    ],
    [
      'a last wave with nothing left',
      batches({ waves: [{ size: 3 }, {}] }),
      'deploy.rollout.waves.1: The waves take 3 targets before the last one, and there are 3.',
    ],
    [
      'a first wave that takes all',
      batches({ waves: [{}, { size: 1 }] }),
      'deploy.rollout.waves.0: This wave takes all targets that are left, so nothing is left for the next one.',
    ],
    [
      'a limit that nothing reaches',
      batches({ maxFailures: 4 }),
      'deploy.rollout.maxFailures: 4 targets can never fail, for there are 3.',
    ],
    [
      'an undo that cannot tell targets apart',
      batches({}, { ...command, undo: ['./undo'] }),
      'deploy.undo: This undo is called once for each target and could not tell them apart.',
    ],
    [
      'a command that cannot tell a switch from a deployment',
      blueGreen({}, { kind: 'command', apply: ['./deploy'], undo: ['./undo'] }),
      'deploy.apply: This apply is called to deploy, to switch and to take away, and could not tell these apart.',
    ],
    [
      'a deployer without commands that could tell targets apart',
      batches({}, { kind: 'kubernetes', deployment: 'shop', namespace: 'shop', image: 'shop:{{version}}' }),
      'deploy: A deployer of kind kubernetes is called once for each target and could not tell them apart.',
    ],
    ['a target without targets', command, 'deploy: {{target}} has no value here.'],
    ['an action without blue-green', { ...switching }, 'deploy: {{action}} has no value here.'],
    [
      'steps beside it',
      { ...batches(), steps: [{ weight: 10 }, { weight: 100 }] },
      'deploy.steps: There are steps beside another way out, and only one of them can be gone.',
    ],
    [
      'a test that is sampled',
      blueGreen({
        test: {
          id: 's',
          kind: 'command',
          run: ['./s'],
          sample: { interval: '1m', minSuccess: '5m', timeout: '1h' },
        },
      }),
      'deploy.rollout.test.sample: The test before a switch is run once, so it cannot be sampled.',
    ],
    [
      'a test that asks for what is not known there',
      blueGreen({ test: { id: 's', kind: 'command', run: ['./s', '{{weight}}'] } }),
      'deploy.rollout.test.run.1: {{weight}} is not known here.',
    ],
  ])('%s', (_, deploy, sentence) => {
    expect(mistakesOf(deploy)).toEqual([sentence]);
  });

  test('a pause that is neither a time nor a person', () => {
    expect(
      mistakesOf({ ...command, apply: ['a'], undo: ['u'], steps: [{ weight: 100, hold: 'soon' }] })[0],
    ).toContain('deploy.steps.0.hold: ');
  });
});
