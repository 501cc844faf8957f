import { describe, expect, test } from '@jest/globals';
import { isCovered, judgeDrift, mayStart, type Reading, type Recorded } from './drift.ts';

const runs = (of: { version?: string; digest?: string }): Reading => ({
  kind: 'runs',
  because: 'it said so',
  ...of,
});
const nothing: Reading = { kind: 'nothing', because: 'it is empty' };
const unknown: Reading = { kind: 'unknown', because: 'it does not answer' };

describe('what runs by the record and what really runs', () => {
  const rows: [name: string, recorded: Recorded, reading: Reading, kind: string, words: string][] = [
    ['the same version', { version: '1.3.0' }, runs({ version: '1.3.0' }), 'same', 'as the record says'],
    ['the same version with a v', { version: '1.3.0' }, runs({ version: 'v1.3.0' }), 'same', 'as the record'],
    [
      'another version',
      { version: '1.3.0' },
      runs({ version: '1.4.0' }),
      'drifted',
      '1.3.0 runs there, and 1.4.0',
    ],
    [
      'a word that begins with v',
      { version: 'ersion' },
      runs({ version: 'version' }),
      'drifted',
      'version does',
    ],
    ['nothing where something should run', { version: '1.3.0' }, nothing, 'drifted', 'nothing of it does'],
    ['nothing where nothing should run', {}, nothing, 'same', 'Nothing of shop runs'],
    ['something where nothing should run', {}, runs({ version: '1.4.0' }), 'drifted', 'knows of no shop'],
    ['something unnamed where nothing should run', {}, runs({}), 'drifted', 'an unnamed version'],
    ['no answer', { version: '1.3.0' }, unknown, 'unknown', 'it does not answer'],
    ['no answer where nothing should run', {}, unknown, 'unknown', 'it does not answer'],
    [
      'another digest of the same version',
      { version: '1.3.0', digest: 'a' },
      runs({ version: '1.3.0', digest: 'b' }),
      'drifted',
      '1.3.0',
    ],
    [
      'the same digest under another name',
      { version: '1.3.0', digest: 'a' },
      runs({ version: 'latest', digest: 'a' }),
      'same',
      'as the record',
    ],
    [
      'a digest where only the version is known',
      { version: '1.3.0' },
      runs({ digest: 'b' }),
      'unknown',
      'neither its version nor its digest',
    ],
    ['an answer that names nothing', { version: '1.3.0', digest: 'a' }, runs({}), 'unknown', 'neither'],
  ];
  test.each(rows)('%s', (_name, recorded, reading, kind, words) => {
    const finding = judgeDrift('shop', recorded, reading);
    expect(finding.kind).toBe(kind);
    expect(finding.because).toContain(words);
  });
});

describe('the rule', () => {
  const same = judgeDrift('shop', { version: '1' }, runs({ version: '1' }));
  const drifted = judgeDrift('cart', { version: '1' }, runs({ version: '2' }));
  const unclear = judgeDrift('cart', { version: '1' }, unknown);
  test.each([
    ['stop', [same], true],
    ['stop', [same, drifted], false],
    ['stop', [unclear], false],
    ['show', [same, drifted, unclear], true],
    ['stop', [], true],
  ] as const)('%s with %j lets it start: %s', (rule, findings, isAllowed) => {
    expect(mayStart(rule, findings).isAllowed).toBe(isAllowed);
  });

  test('says all that is off', () => {
    expect(mayStart('show', [same, drifted]).because).toBe(drifted.because);
  });

  test('what was accepted covers only what was seen', () => {
    expect(isCovered([drifted], [same, drifted])).toBe(true);
    expect(isCovered([drifted], [judgeDrift('cart', { version: '1' }, runs({ version: '3' }))])).toBe(false);
    expect(isCovered([], [drifted])).toBe(false);
    expect(isCovered([drifted], [unclear])).toBe(false);
    expect(isCovered([], [same])).toBe(true);
  });
});
