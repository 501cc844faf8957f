import { describe, expect, test } from '@jest/globals';
import { disagreement, modeOf, type Build } from '../../release/mode.ts';
import { evaluateVersion, type Lane, type VersionFacts } from './evaluate.ts';
import { matchesGlob } from './glob.ts';

const trunk: Lane = { name: 'trunk', branches: ['main'], versions: '>=1.3.0 <2.0.0' };
const candidates: Lane = { ...trunk, preReleases: '^rc' };
const release: Lane = { name: 'release', branches: ['release/*'], versions: '<1.3.0', to: ['production'] };
const hotfix: Lane = { name: 'hotfix', branches: ['hotfix/**'], urgentOnly: true };
const facts = (version: string, lanes: Lane[], over: Partial<VersionFacts> = {}): VersionFacts => ({
  service: 'shop',
  version,
  environment: 'production',
  lanes,
  branches: ['main'],
  isUrgent: false,
  ...over,
});

describe('versions', () => {
  test.each([
    ['G9', '1.4.0', trunk, 'allowed'],
    ['G9', '2.0.0', trunk, 'denied'],
    ['G9', '1.4.0-rc.1', trunk, 'denied'],
    ['G10', '1.4.0-rc.1', candidates, 'allowed'],
    ['G10', '2.0.0-rc.1', candidates, 'denied'],
  ] as const)('%s: %s is judged without its pre-release', (_, version, lane, kind) => {
    expect(evaluateVersion(facts(version, [lane])).kind).toBe(kind);
  });

  const build = (version: string, digest = 'sha256:a'): Build => ({ version, digest });
  test.each([
    ['G11', build('1.9.0'), build('1.10.0'), 'rollback', 'VERSION_DOWNGRADE'],
    ['G11', build('1.10.0'), build('1.10.0'), 'redeploy', 'VERSION_RUNS_ALREADY'],
    ['G11', build('1.10.0', 'sha256:b'), build('1.10.0'), 'reused', 'VERSION_REUSED'],
    ['G12', build('1.4.0-rc.10', 'sha256:b'), build('1.4.0-rc.2'), 'deploy', undefined],
    ['G12', build('1.4.0+b2', 'sha256:b'), build('1.4.0+b1'), 'reused', 'VERSION_REUSED'],
  ] as const)('%s: %o against %o is a %s', (_, asked, running, mode, code) => {
    expect(modeOf(asked, running)).toBe(mode);
    expect(disagreement(mode, 'deploy')).toBe(code);
  });
});

describe('lanes', () => {
  test('each takes what its branches and its range let through', () => {
    const lanes = [trunk, release, hotfix];
    const verdict = (version: string, branches: string[], over = {}) =>
      evaluateVersion(facts(version, lanes, { branches, ...over }));
    expect(verdict('1.4.0', ['main'])).toEqual({
      kind: 'allowed',
      because: 'shop 1.4.0 comes by the trunk lane.',
    });
    expect(verdict('1.2.7', ['release/1.2']).because).toBe('shop 1.2.7 comes by the release lane.');
    expect(verdict('1.2.7', ['release/1.2'], { environment: 'staging' })).toMatchObject({
      kind: 'denied',
      because: 'shop 1.2.7 may not go to staging: the release lane (release/1.2) leads to production only.',
    });
    expect(verdict('1.4.1', ['hotfix/2026/carts'])).toMatchObject({
      kind: 'denied',
      because:
        'shop 1.4.1 may not go to production: the hotfix lane (hotfix/2026/carts) is for releases that are marked urgent.',
    });
    expect(verdict('1.4.1', ['hotfix/2026/carts'], { isUrgent: true }).kind).toBe('allowed');
    expect(verdict('1.4.0', ['feature/x'])).toMatchObject({
      kind: 'denied',
      because: 'shop 1.4.0 may not go to production: its commit is on no branch like main of the trunk lane.',
      remedy:
        'Release a version that one of its lanes (trunk, release or hotfix) lets through, or change the lanes in gantry.yaml.',
    });
  });

  test('a commit of which nobody knows the branches waits', () => {
    const unknown = facts('1.4.0', [trunk]);
    delete unknown.branches;
    expect(evaluateVersion(unknown)).toEqual({
      kind: 'waiting',
      because: 'Cannot tell on which branches the commit of shop 1.4.0 is.',
    });
  });

  test('without lanes every version may go', () => {
    expect(evaluateVersion(facts('1.4.0', [])).kind).toBe('allowed');
  });
});

test.each([
  ['release/1.2', 'release/*', true],
  ['release/1.2/x', 'release/*', false],
  ['release/1.2/x', 'release/**', true],
  ['db/migrations/001.sql', '**/migrations/*.sql', true],
  ['migrations/001.sql', '**/migrations/*.sql', true],
  ['main', 'mai?', true],
  ['mainline', 'main', false],
  ['a.b', 'a+b', false],
])('%s matches %s: %s', (text, pattern, isMatch) => {
  expect(matchesGlob(text, pattern)).toBe(isMatch);
});
