import { describe, expect, test } from '@jest/globals';
import { changeList, changeOf, type ParsedCommit } from './changes.ts';

let number = 0;
const aCommit = (header: string, over: Partial<ParsedCommit> = {}): ParsedCommit => {
  const parts = /^(\w+)(?:\(([^)]*)\))?!?: (.*)$/.exec(header);
  number += 1;
  return {
    commit: `${String(number).padStart(4, '0')}abcdef0123456789`,
    author: 'Ben',
    at: '2026-11-26T09:00:00.000Z',
    header,
    type: parts?.[1] ?? null,
    scope: parts?.[2] ?? null,
    subject: parts?.[3] ?? null,
    notes: [],
    isMerge: false,
    ...over,
  };
};
const revertOf = (commit: ParsedCommit): ParsedCommit =>
  aCommit(`Revert "${commit.header}"`, { reverts: { commit: commit.commit } });
const titles = (commits: ParsedCommit[]) => changeList(commits, 'deploy').map(({ title }) => title);

describe('a change', () => {
  test.each([
    ['feat: add gift cards', 'feature', 'add gift cards'],
    ['fix(cart): keep the order', 'fix', 'keep the order'],
    ['fix(security): check the token', 'security', 'check the token'],
    ['feat!: totals include tax', 'breaking', 'totals include tax'],
    ['feat(api)!: drop v1', 'breaking', 'drop v1'],
    ['perf: cache prices', 'performance', 'cache prices'],
    ['ci: run on two cores', 'operations', 'run on two cores'],
    ['docs: say more', 'other', 'say more'],
    ['Update things', 'other', 'Update things'],
    ['constructor: odd', 'other', 'odd'],
  ])('"%s" is %s', (header, kind, title) => {
    expect(changeOf(aCommit(header))).toMatchObject({ kind, title });
  });

  test('with a BREAKING CHANGE footer breaks, whatever its type', () => {
    expect(
      changeOf(aCommit('fix: rounding', { notes: [{ title: 'BREAKING CHANGE', text: 'cents' }] })).kind,
    ).toBe('breaking');
  });

  test('keeps its scope, and has none where none is said', () => {
    expect(changeOf(aCommit('fix(cart): x')).scope).toBe('cart');
    expect(changeOf(aCommit('fix: x'))).not.toHaveProperty('scope');
  });
});

describe('a change list', () => {
  const fix = aCommit('fix: b');
  const feature = aCommit('feat: a');

  test('puts breaking changes first and keeps the order within a kind', () => {
    expect(
      titles([aCommit('fix: one'), aCommit('docs: two'), aCommit('feat!: three'), aCommit('fix: four')]),
    ).toEqual(['three', 'one', 'four', 'two']);
  });

  test('leaves out a change with its revert, and merges without a change of their own', () => {
    expect(titles([aCommit("Merge branch 'x'", { isMerge: true }), revertOf(fix), feature, fix])).toEqual([
      'a',
    ]);
  });

  test('finds what is reverted by a shortened id or by its title', () => {
    const byTitle = aCommit('Revert "fix: b"', { reverts: { header: 'fix: b' } });
    const short = aCommit('revert: b', { reverts: { commit: fix.commit.slice(0, 8) } });
    expect(titles([byTitle, fix])).toEqual([]);
    expect(titles([short, fix])).toEqual([]);
  });

  test('keeps a change whose revert was reverted', () => {
    const revert = revertOf(fix);
    expect(titles([revertOf(revert), revert, fix])).toEqual(['b']);
    const again = revertOf(revert);
    expect(titles([revertOf(again), again, revert, fix])).toEqual([]);
  });

  test('keeps the revert of a change that was shipped earlier', () => {
    expect(titles([revertOf(fix)])).toEqual(['Revert "fix: b"']);
  });

  test('N3: marks what was rolled back and returns', () => {
    expect(changeList([feature, fix], 'deploy', new Set([fix.commit]))).toMatchObject([
      { title: 'a' },
      { title: 'b', mark: 'returns' },
    ]);
    expect(changeList([feature], 'deploy', new Set([fix.commit]))[0]).not.toHaveProperty('mark');
  });

  test('N4: is empty for a redeploy, and lists what a rollback removes', () => {
    expect(changeList([feature, fix], 'redeploy')).toEqual([]);
    expect(changeList([feature, fix], 'rollback').map(({ mark }) => mark)).toEqual(['removed', 'removed']);
  });
});
