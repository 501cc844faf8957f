import { describe, expect, test } from '@jest/globals';
import { stageBefore, whyNotAlone, type AloneFacts, type EndedBuild } from './alone.ts';
import type { Artifact } from './artifact.ts';

const shop = (over: Partial<Artifact> = {}): Artifact => ({ service: 'shop', version: '1.4.0', ...over });
const at = (environment: string, over: Partial<EndedBuild> = {}): EndedBuild => ({
  ...shop(),
  ...{ environment, at: '2026-06-01T09:00:00.000Z', isGood: true },
  ...over,
});
const later = { at: '2026-06-02T09:00:00.000Z' };
const bad = { isGood: false };
const judged = (asked: Artifact, ended: EndedBuild[], over: Partial<AloneFacts> = {}) =>
  whyNotAlone([asked], { environment: 'production', before: 'staging', intent: 'deploy', ended, ...over });

test.each<[string, Artifact, EndedBuild[]]>([
  ['what was deployed there', shop(), [at('production')]],
  ['what was deployed in the stage before', shop(), [at('staging')]],
  ['what a team has said to run there', shop(), [at('production', { adopted: true })]],
  [
    'what a team has said to run there by its version alone',
    shop({ commit: 'c1' }),
    [at('production', { adopted: true })],
  ],
  ['the same digest', shop({ digest: 'sha256:a' }), [at('production', { digest: 'sha256:a' })]],
  [
    'a commit named in its short form',
    shop({ commit: 'c1d2e3f4' }),
    [at('production', { commit: 'c1d2e3f' })],
  ],
  ['the same commit', shop({ commit: 'c1' }), [at('staging', { commit: 'c1', digest: 'sha256:a' })]],
  [
    'the newest build of the name',
    shop({ digest: 'sha256:a' }),
    [at('staging', { digest: 'sha256:a', ...later }), at('staging', { digest: 'sha256:b' })],
  ],
  ['what went wrong and then well', shop(), [at('staging', later), at('staging', bad)]],
  [
    'what went wrong in the one and well in the other',
    shop(),
    [at('staging'), at('production', { ...bad, ...later })],
  ],
  [
    'a build whose name failed later with another one',
    shop({ digest: 'sha256:a' }),
    [at('staging', { digest: 'sha256:a' }), at('staging', { digest: 'sha256:b', ...bad, ...later })],
  ],
  [
    'a build after which one came without a digest',
    shop({ digest: 'sha256:a' }),
    [at('staging', { digest: 'sha256:a' }), at('staging', { commit: 'c1', ...later })],
  ],
  [
    'what a team has said to run there after it went wrong',
    shop(),
    [at('production', bad), at('production', { adopted: true, ...later })],
  ],
  [
    'what could not be gone back to since it ended well',
    shop(),
    [at('production'), at('production', { ...bad, ...later, way: 'back' })],
  ],
])('%s may go alone', (_, asked, proven) => {
  expect(judged(asked, proven)).toBeUndefined();
});

test.each<[string, Artifact, EndedBuild[], string]>([
  ['what was never anywhere', shop(), [], 'neither there nor in staging'],
  ['what was two stages before only', shop(), [at('test')], 'neither there nor in staging'],
  ['another version', shop({ version: '1.5.0' }), [at('production')], 'shop 1.5.0 was deployed well neither'],
  ['another service of that version', shop({ service: 'cart' }), [at('production')], 'cart 1.4.0 was'],
  ['a team’s word for the stage before', shop(), [at('staging', { adopted: true })], 'neither'],
  [
    'another digest',
    shop({ digest: 'sha256:b' }),
    [at('production', { digest: 'sha256:a' })],
    'another build',
  ],
  ['a moved tag', shop({ commit: 'c2' }), [at('production', { commit: 'c1' })], 'another build'],
  [
    'a build whose name was given to another one since',
    shop({ commit: 'c1' }),
    [at('staging', { commit: 'c2', ...later }), at('staging', { commit: 'c1' })],
    'another build',
  ],
  [
    'what failed since it ended well',
    shop(),
    [at('staging'), at('staging', { ...bad, ...later })],
    'failed or was taken back',
  ],
  [
    'what was there once and failed last in both',
    shop(),
    [at('production'), at('production', { ...bad, ...later }), at('staging', bad)],
    'failed or was taken back',
  ],
  [
    'what failed on its way forward, whatever became of a way back to it after that',
    shop(),
    [
      at('production'),
      at('production', { ...bad, ...later }),
      at('production', { ...bad, way: 'back', at: '2026-06-03T09:00:00.000Z' }),
    ],
    'failed or was taken back',
  ],
  [
    'what was never anywhere but on a way back that failed',
    shop(),
    [at('production', { ...bad, way: 'back' })],
    'neither there nor in staging',
  ],
  [
    'a name where builds had digests',
    shop(),
    [at('production', { digest: 'sha256:a' })],
    'by its name alone',
  ],
  [
    'a digest of the same commit, where the build had none',
    shop({ digest: 'sha256:a', commit: 'c1' }),
    [at('staging', { commit: 'c1' })],
    'by its name alone',
  ],
  ['a digest where builds had names', shop({ digest: 'sha256:a' }), [at('production')], 'by its name alone'],
])('%s may not', (_, asked, proven, words) => {
  const refused = judged(asked, proven);
  expect(refused?.because).toContain(words);
  expect(refused?.remedy).toContain('leave out `--alone`');
});

test('of a service without a source nobody can name the commit: its version is enough where the build had no digest', () => {
  const sourceless = { sourceless: ['shop'] };
  const adopted = at('production', { commit: 'abc1234', adopted: true });
  expect(judged(shop(), [adopted])?.because).toContain('by its name alone');
  expect(judged(shop(), [adopted], sourceless)).toBeUndefined();
  expect(judged(shop(), [{ ...adopted, digest: 'sha256:a' }], sourceless)?.because).toContain('by its name');
});

test('every service of a release must be proven', () => {
  const facts = {
    intent: 'deploy' as const,
    environment: 'production',
    before: 'staging',
    ended: [at('production')],
  };
  expect(whyNotAlone([shop(), shop({ service: 'cart' })], facts)?.because).toBe(
    'cart 1.4.0 was deployed well neither there nor in staging, the stage before',
  );
});

test('the first stage has none before it that could be left out', () => {
  expect(whyNotAlone([shop()], { environment: 'staging', intent: 'deploy', ended: [] })).toBeUndefined();
  expect(stageBefore(['staging', 'production'], 'staging')).toBeUndefined();
  expect(stageBefore(['test', 'staging', 'production'], 'production')).toBe('staging');
});

test('before its commit was looked up, a build without a digest is taken by its name; one with a digest is not', () => {
  const unresolved = { unresolved: ['shop'] };
  expect(judged(shop(), [at('staging', { commit: 'c1' })], unresolved)).toBeUndefined();
  expect(judged(shop({ digest: 'sha256:a' }), [at('production')], unresolved)?.because).toContain(
    'by its name',
  );
});

test('a name that failed as another commit since refuses nothing before its commit was looked up; planning knows which it is', () => {
  const ended = [at('staging', { commit: 'c1' }), at('staging', { commit: 'c2', ...bad, ...later })];
  const unresolved = { unresolved: ['shop'] };
  expect(judged(shop(), ended, unresolved)).toBeUndefined();
  expect(judged(shop({ commit: 'c1' }), ended)).toBeUndefined();
  expect(judged(shop({ commit: 'c2' }), ended)?.because).toContain('failed or was taken back');
  // by its digest nothing is left to look up
  const digest = { digest: 'sha256:a' };
  const failed = [at('staging', digest), at('staging', { ...digest, ...bad, ...later })];
  expect(judged(shop(digest), failed, unresolved)?.because).toContain('failed or was taken back');
  expect(judged(shop(), [at('staging', { commit: 'c2', ...bad })], unresolved)?.because).toContain('failed');
});

describe('a version that a release has gone back from since', () => {
  const back = (version: string, over: Partial<EndedBuild> = {}): EndedBuild =>
    at('production', { version, way: 'back', ...later, ...over });
  const last = { at: '2026-06-03T09:00:00.000Z' };
  const forward = (waysBack: EndedBuild[], ended = [at('production')]) =>
    judged(shop(), [...ended, ...waysBack])?.because;

  test.each<[string, EndedBuild]>([
    ['from it', back('1.3.0', { previous: '1.4.0' })],
    ['past it', back('1.3.0', { previous: '1.5.0' })],
    ['from it, to a version of which nobody can tell which is older', back('old', { previous: '1.4.0' })],
  ])('may not go forward alone: %s', (_, one) => {
    expect(forward([one])).toContain('a release has gone back from shop 1.4.0, or past it');
  });

  test.each<[string, EndedBuild[], EndedBuild[]]>([
    ['to it', [back('1.4.0', { previous: '1.5.0' })], [at('production')]],
    ['before it came there', [back('1.3.0', { at: '2026-05-31T09:00:00.000Z' })], [at('production')]],
    ['from it, and it ended well once more', [back('1.3.0')], [at('production', last), at('production')]],
    ['in another environment', [back('1.3.0')], [at('staging')]],
    ['with another service', [back('1.3.0', { service: 'cart' })], [at('production')]],
  ])('may where that was %s', (_, waysBack, ended) => {
    expect(forward(waysBack, ended)).toBeUndefined();
  });

  test.each(['rollback', 'redeploy'] as const)('may be gone to by a %s', (intent) => {
    const ended = [at('production'), back('1.3.0', { previous: '1.4.0' })];
    expect(judged(shop(), ended, { intent })).toBeUndefined();
  });
});
