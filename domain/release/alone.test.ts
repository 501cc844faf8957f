import { expect, test } from '@jest/globals';
import { stageBefore, whyNotAlone, type AloneFacts, type ProvenBuild } from './alone.ts';
import type { Artifact } from './artifact.ts';

const shop = (over: Partial<Artifact> = {}): Artifact => ({ service: 'shop', version: '1.4.0', ...over });
const at = (environment: string, over: Partial<ProvenBuild> = {}): ProvenBuild => ({
  ...shop(),
  environment,
  ...over,
});
const judged = (asked: Artifact, proven: ProvenBuild[], over: Partial<AloneFacts> = {}) =>
  whyNotAlone([asked], { environment: 'production', before: 'staging', proven, ...over });

test.each<[string, Artifact, ProvenBuild[]]>([
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
    'one good build among others',
    shop({ digest: 'sha256:a' }),
    [at('staging', { digest: 'sha256:b' }), at('staging', { digest: 'sha256:a' })],
  ],
])('%s may go alone', (_, asked, proven) => {
  expect(judged(asked, proven)).toBeUndefined();
});

test.each<[string, Artifact, ProvenBuild[], string]>([
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
  const facts = { environment: 'production', before: 'staging', proven: [at('production')] };
  expect(whyNotAlone([shop(), shop({ service: 'cart' })], facts)?.because).toBe(
    'cart 1.4.0 was deployed well neither there nor in staging, the stage before',
  );
});

test('the first stage has none before it that could be left out', () => {
  expect(whyNotAlone([shop()], { environment: 'staging', proven: [] })).toBeUndefined();
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
