import { describe, expect, test } from '@jest/globals';
import { evaluateLock } from '../gates/lock/evaluate.ts';
import { outrun } from '../gates/lock/newest.ts';
import { requestedWords } from '../gates/lock/requested.ts';
import { reviewInWords } from '../gates/review/evaluate.ts';
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

test.each([
  ['with our words at its end', `${'x'.repeat(300_000)} is newer and waits for the same: it takes its place`],
  ['with our words at its beginning', `Waits for ${'x'.repeat(300_000)}`],
  ['of words of ours alone', 'Waits for '.repeat(30_000)],
  ['without a blank', 'y'.repeat(300_000)],
])('a long output %s is read once, and stays as it is', (_, output) => {
  expect(withoutOthers({ output }, ['shop'])).toEqual({ output });
});

test('a title of any length is masked', () => {
  const long = Array.from({ length: 50 }, (_, n) => `cart${'a'.repeat(55)}${n} 1.0.0-${'b'.repeat(90)}`);
  expect(withoutOthers(lock(long.join(', ')), ['shop'])).toBe(lock(anotherRelease));
});

test('a review tells whose glass was broken only to who may read that release', () => {
  const owed = (title: string): string =>
    reviewInWords({
      ...{ title, environment: 'production', incident: 'INC-7', brokenBy: ['Otto'] },
      dueAt: '2026-06-01T09:00:00.000Z',
    });
  expect(withoutOthers(owed('cart 9.3.0, shop 1.4.0'), ['shop'])).toBe(owed(anotherRelease));
  expect(withoutOthers(owed('shop 1.4.0'), ['shop'])).toBe(owed('shop 1.4.0'));
});

test('the text of an entry is JSON still, and whole', () => {
  const body = JSON.stringify({ because: 'shop 2.0.0 is newer and waits for the same: it takes its place.' });
  expect(withoutOthers(body, ['shop'])).toBe(body);
});
