import { describe, expect, test } from '@jest/globals';
import { type Build, disagreement, type Mode, modeOf } from './mode.ts';
import type { Intent } from './state.ts';

const build = (version: string, digest?: string): Build => ({
  version,
  ...(digest === undefined ? {} : { digest }),
});

describe('the mode against what runs', () => {
  test.each<[string, Build | undefined, Build, Mode]>([
    ['nothing runs', undefined, build('1.4.0'), 'deploy'],
    ['B10', build('1.4.0', 'a'), build('1.3.0', 'b'), 'rollback'],
    ['B10', build('1.4.0', 'a'), build('1.4.0', 'a'), 'redeploy'],
    ['B10', build('1.4.0', 'a'), build('1.5.0', 'b'), 'deploy'],
    ['G11', build('1.10.0', 'a'), build('1.9.0', 'b'), 'rollback'],
    ['G11', build('1.10.0', 'a'), build('1.10.0', 'a'), 'redeploy'],
    ['G11', build('1.10.0', 'a'), build('1.10.0', 'b'), 'reused'],
    ['G12', build('1.4.0-rc.2'), build('1.4.0-rc.10'), 'deploy'],
    ['G12', build('1.4.0+b1'), build('1.4.0+b2'), 'reused'],
    ['same name, a digest unknown', build('1.4.0', 'a'), build('1.4.0'), 'redeploy'],
    ['no semantic versions', build('nightly-7'), build('nightly-8'), 'unordered'],
  ])('%s: %o, asked %o: %s', (_, running, asked, mode) => {
    expect(modeOf(asked, running)).toBe(mode);
  });
});

test.each<[Mode, Intent, string | undefined]>([
  ['deploy', 'deploy', undefined],
  ['deploy', 'redeploy', 'INTENT_MISMATCH'],
  ['deploy', 'rollback', 'INTENT_MISMATCH'],
  ['redeploy', 'deploy', 'VERSION_RUNS_ALREADY'],
  ['redeploy', 'redeploy', undefined],
  ['redeploy', 'rollback', 'VERSION_RUNS_ALREADY'],
  ['rollback', 'deploy', 'VERSION_DOWNGRADE'],
  ['rollback', 'redeploy', 'INTENT_MISMATCH'],
  ['rollback', 'rollback', undefined],
  ['reused', 'deploy', 'VERSION_REUSED'],
  ['reused', 'redeploy', 'VERSION_REUSED'],
  ['unordered', 'deploy', undefined],
  ['unordered', 'rollback', undefined],
  ['unordered', 'redeploy', 'INTENT_MISMATCH'],
])('mode %s asked for as %s: %s', (mode, intent, code) => {
  expect(disagreement(mode, intent)).toBe(code);
});
