import { describe, expect, test } from '@jest/globals';
import { evaluateLock } from '../gates/lock/evaluate.ts';
import { outrun } from '../gates/lock/newest.ts';
import { requestedWords } from '../gates/lock/requested.ts';
import { anotherRelease, withoutOthers } from './without-others.ts';

const lock = (title: string): string =>
  evaluateLock({
    ...{ environment: 'production', keys: ['*'], granted: false, position: 1 },
    holder: { title, since: '2026-06-01T09:00:00.000Z' },
  }).because;

const newest = (title: string, services: string[]): string => {
  const waits = (releaseId: string, name: string, version: string, brings: string[]) => ({
    ...{ releaseId, title: name, intent: 'deploy' as const, classRank: 2 },
    components: brings.map((service) => ({ service, version })),
  });
  const older = waits('rel_a', 'shop 1.0.0', '1.0.0', ['shop']);
  return outrun([older, waits('rel_b', title, '2.0.0', services)])[0]?.because ?? '';
};

const entry = (title: string): string =>
  requestedWords({ title: 'shop 1.4.0', environment: 'production', holder: { title } });

describe('to whom is for shop alone', () => {
  test.each([
    ['the gate', lock('cart 9.3.0'), lock(anotherRelease)],
    [
      'the headline',
      `shop 1.4.0 → production: ${lock('cart 9.3.0')} Since 09:00 UTC.`,
      `shop 1.4.0 → production: ${lock(anotherRelease)} Since 09:00 UTC.`,
    ],
    ['a release of another service beside', lock('shop 1.5.0, cart 9.3.0'), lock(anotherRelease)],
    ['the entry', entry('cart 9.3.0'), entry(anotherRelease)],
    [
      'who takes its place',
      newest('shop 2.0.0, cart 2.0.0', ['shop', 'cart']),
      `${anotherRelease} is newer and waits for the same: it takes its place.`,
    ],
  ])('%s names no release of another service', (_, sentence, expected) => {
    expect(sentence).toMatch(/cart \d/);
    const told = withoutOthers({ stages: [{ verdicts: [{ because: sentence }] }] }, ['shop']);
    expect(told.stages[0]?.verdicts[0]?.because).toBe(expected);
    expect(withoutOthers(told, ['shop'])).toEqual(told);
  });

  test.each([
    lock('shop 1.3.0'),
    entry('shop 1.3.0'),
    newest('shop 2.0.0', ['shop']),
    'shop 1.4.0 is newer than cart 9.3.0, so they say.',
  ])('what is no business of another service stays: %s', (sentence) => {
    expect(sentence).not.toBe('');
    expect(withoutOthers(sentence, ['shop'])).toBe(sentence);
  });

  test('nothing at all stays nothing', () => {
    expect(withoutOthers(undefined, ['shop'])).toBeUndefined();
  });
});

test('a long output is no sentence of ours, and is looked at no further: it would keep the server for minutes', () => {
  const output = `${'x'.repeat(300_000)} is newer and waits for the same: it takes its place`;
  expect(withoutOthers({ output }, ['shop'])).toEqual({ output });
  expect(withoutOthers({ output: 'y'.repeat(300_000) }, ['shop'])).toEqual({ output: 'y'.repeat(300_000) });
});
