import { describe, expect, test } from '@jest/globals';
import {
  afterSample,
  openingHealth,
  resultOf,
  type Health,
  type HealthState,
  type Sample,
} from './health.ts';

const signs: Readonly<Record<string, Sample>> = { '✓': 'good', '✗': 'bad', '?': 'unknown' };

/** Takes the samples in and answers what changed at which of them, from 1. */
function play(text: string): { changes: [number, Health][]; state: HealthState } {
  let state = openingHealth();
  const changes: [number, Health][] = [];
  for (const [index, sign] of [...text].entries()) {
    const after = afterSample(state, signs[sign] ?? 'unknown');
    state = after.state;
    if (after.changed) changes.push([index + 1, after.changed]);
  }
  return { changes, state };
}

describe('how a watched version stands changes', () => {
  test.each<[string, string, [number, Health][]]>([
    [
      'W3: only after two equal samples',
      '✓✗✓✗✗✗✓✓',
      [
        [5, 'regressed'],
        [8, 'healthy'],
      ],
    ],
    ['never where it is well throughout', '✓✓✓✓', []],
    ['never where it only flickers', '✗✓✗✓✗✓', []],
    ['where two in a row cannot tell', '✓?✓??', [[5, 'inconclusive']]],
    ['to regressed over samples that cannot tell', '✗?✗', [[3, 'regressed']]],
    [
      'to healthy over none of them',
      '✗✗✓?✓✓',
      [
        [2, 'regressed'],
        [6, 'healthy'],
      ],
    ],
    ['not from regressed to unclear: silence heals nothing', '✗✗????', [[2, 'regressed']]],
    [
      'from unclear to regressed',
      '??✗✗',
      [
        [2, 'inconclusive'],
        [4, 'regressed'],
      ],
    ],
    [
      'from unclear to healthy',
      '??✓✓',
      [
        [2, 'inconclusive'],
        [4, 'healthy'],
      ],
    ],
  ])('%s (%s)', (_, samples, changes) => {
    expect(play(samples).changes).toEqual(changes);
  });
});

describe('at its end a watch is', () => {
  test.each([
    ['healthy', '✓✗✓', 'healthy'],
    ['regressed', '✓✗✗', 'regressed'],
    ['unclear where it was never measured', '', 'inconclusive'],
    ['unclear where nothing good was ever seen', '?', 'inconclusive'],
  ])('%s after %s', (_, samples, result) => {
    expect(resultOf(play(samples).state)).toBe(result);
  });
});
