import { describe, expect, test } from '@jest/globals';
import { wantsColor } from './output.ts';
import { plainText } from './plain-text.ts';
import { alignedTable } from './table.ts';

describe('colour', () => {
  test.each([
    ['a terminal', {}, true, undefined, true],
    ['a pipe', {}, false, undefined, false],
    ['NO_COLOR with any value, even none', { NO_COLOR: '' }, true, undefined, false],
    ['NO_COLOR beside FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, undefined, false],
    ['--no-color beside FORCE_COLOR', { FORCE_COLOR: '1' }, true, false, false],
    ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, false, undefined, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, undefined, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, undefined, false],
    ['CI', { CI: 'true' }, true, undefined, false],
    ['CI=false', { CI: 'false' }, true, undefined, true],
  ])('%s decides', (_case, env, isTerminal, flag, colored) => {
    expect(wantsColor(env, isTerminal, flag)).toBe(colored);
  });
});

describe('text of strangers', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;owned\u0007after', 'after'],
    ['turned direction', 'gpj.\u202efdp', 'gpj.fdp'],
    ['line breaks', 'one\r\ntwo', 'one two'],
    ['C1 controls', 'a\u009b31mb', 'a 31mb'],
  ])('loses %s', (_case, text, shown) => {
    expect(plainText(text)).toBe(shown);
  });
});

describe('a table that is wider than the terminal', () => {
  const sentence = 'a sentence that is far too long for it';
  test('wraps its last column, and cuts nothing', () => {
    expect(alignedTable(['ID', 'TEXT'], [['rel_1', sentence]], 32)).toEqual([
      'ID     TEXT',
      'rel_1  a sentence that is far\n       too long for it',
    ]);
  });

  test('gives it lines of its own where the other columns leave no room', () => {
    expect(
      alignedTable(
        ['ID', 'WHERE', 'TEXT'],
        [
          ['rel_1', 'production', sentence],
          ['rel_2', '', ''],
        ],
        40,
      ),
    ).toEqual([
      'ID     WHERE\n    TEXT',
      'rel_1  production\n    a sentence that is far too long for\n    it',
      'rel_2',
    ]);
  });

  test('keeps a last column that is short beside the others, and a long word whole', () => {
    expect(alignedTable(['ID', 'ENDS'], [['rel_1', 'Fri 18:25 CET']], 20)).toEqual([
      'ID     ENDS',
      'rel_1  Fri 18:25 CET',
    ]);
    const command = 'gantry-release-roll-back-shop@1.4.0';
    expect(alignedTable(['', 'DO'], [['a', `now ${command}`]], 30)[1]).toBe(`a  now\n   ${command}`);
  });
});
