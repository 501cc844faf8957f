import { describe, expect, test } from '@jest/globals';
import { reachesLevel, readFindings, readSarif } from './sarif.ts';

const log = (results: unknown[], rules: unknown[] = []): string =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'scanner', rules } }, results }] });

describe('a SARIF log', () => {
  test.each([
    [
      'levels as they stand',
      [{ level: 'error' }, { level: 'note' }, { level: 'none' }],
      { error: 1, warning: 0, note: 1 },
    ],
    ['a warning where none is given', [{}], { error: 0, warning: 1, note: 0 }],
    [
      'not what passed',
      [{ kind: 'pass' }, { kind: 'fail', level: 'error' }],
      { error: 1, warning: 0, note: 0 },
    ],
    [
      'not what somebody suppressed',
      [{ level: 'error', suppressions: [{ kind: 'external' }] }],
      { error: 0, warning: 0, note: 0 },
    ],
    [
      'what only asks to be suppressed',
      [{ level: 'error', suppressions: [{ kind: 'external', status: 'underReview' }] }],
      { error: 1, warning: 0, note: 0 },
    ],
    ['not what is gone', [{ level: 'error', baselineState: 'absent' }], { error: 0, warning: 0, note: 0 }],
  ])('counts %s', (_, results, counts) => {
    expect(readSarif(log(results))).toEqual(counts);
  });

  test('takes the level of the rule where the finding has none', () => {
    const rules = [
      { id: 'R1', defaultConfiguration: { level: 'error' } },
      { id: 'R2', defaultConfiguration: { level: 'none' } },
    ];
    expect(readSarif(log([{ ruleId: 'R1' }, { rule: { id: 'R2' } }, { ruleId: 'R3' }], rules))).toEqual({
      error: 1,
      warning: 1,
      note: 0,
    });
  });

  test.each(['', 'null', '{}', '{"runs":{}}', '{"runs":[{}]}', '{"runs":[null]}', 'not json'])(
    'of %s is none',
    (text) => {
      expect(readSarif(text)).toBeUndefined();
    },
  );

  test.each([
    ['error', { error: 0, warning: 9, note: 9 }, false],
    ['error', { error: 1, warning: 0, note: 0 }, true],
    ['warning', { error: 1, warning: 0, note: 0 }, true],
    ['warning', { error: 0, warning: 0, note: 4 }, false],
    ['note', { error: 0, warning: 0, note: 1 }, true],
  ] as const)('reaches %s with %j: %s', (level, counts, answer) => {
    expect(reachesLevel(counts, level)).toBe(answer);
  });

  test.each([
    ['its fingerprint', { ruleId: 'R1', fingerprints: { b: '2', a: '1' } }, 'R1|a=1'],
    ['its partial fingerprint', { ruleId: 'R1', partialFingerprints: { hash: 'x' } }, 'R1|hash=x'],
    [
      'rule and place',
      {
        rule: { id: 'R2' },
        locations: [
          { physicalLocation: { artifactLocation: { uri: 'src/a.ts' }, region: { startLine: 7 } } },
        ],
      },
      'R2|src/a.ts|7',
    ],
    ['whatever it has', { locations: [null] }, '||'],
    ['what a database can keep', { ruleId: 'R\u0000\ud800' }, 'R \ufffd||'],
  ])('knows a finding again by %s', (_, result, key) => {
    expect(readFindings(log([{ level: 'error', ...result }]))?.found).toEqual([{ level: 'error', key }]);
  });

  test('names the worst findings first', () => {
    const results = [{ level: 'note' }, { level: 'error' }, { level: 'warning' }];
    expect(readFindings(log(results))?.found.map(({ level }) => level)).toEqual(['error', 'warning', 'note']);
  });
});
