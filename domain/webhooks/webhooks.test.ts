import { describe, expect, test } from '@jest/globals';
import { afterTry } from './retry.ts';
import { webhookTypeOf } from './types.ts';

const minute = 60_000;

describe('after a try', () => {
  test.each([
    ['any 2xx is the end of it', { status: 204 }, 1, { kind: 'sent' }],
    ['410 is the end of all of them', { status: 410 }, 1, { kind: 'gone' }],
    ['the first pause is five seconds', { status: 500 }, 1, { kind: 'retry', inMs: 5_000 }],
    ['no answer is tried again', {}, 2, { kind: 'retry', inMs: 5 * minute }],
    ['a redirect is no success', { status: 302 }, 1, { kind: 'retry', inMs: 5_000 }],
    ['the last pause is a day', {}, 9, { kind: 'retry', inMs: 24 * 60 * minute }],
    ['it is given up after ten', {}, 10, { kind: 'given up' }],
    [
      'a receiver may ask for more time',
      { status: 429, retryAfterSeconds: 600 },
      1,
      { kind: 'retry', inMs: 10 * minute },
    ],
    ['but not for less', { status: 429, retryAfterSeconds: 1 }, 2, { kind: 'retry', inMs: 5 * minute }],
    [
      'nor for more than a day',
      { status: 503, retryAfterSeconds: 1e9 },
      1,
      { kind: 'retry', inMs: 24 * 60 * minute },
    ],
  ] as const)('%s', (_, received, tries, expected) => {
    expect(afterTry(received, tries)).toEqual(expected);
  });

  test('ten tries take a little more than 75 hours', () => {
    const pauses = Array.from({ length: 9 }, (_, index) => afterTry({}, index + 1));
    const hours =
      pauses.reduce((sum, after) => sum + (after.kind === 'retry' ? after.inMs : 0), 0) / 3_600_000;
    expect(Math.floor(hours)).toBe(75);
  });
});

describe('a webhook is told of', () => {
  test.each([
    ['release.ended', { state: 'rolledBack' }, 'release.rolled-back'],
    ['release.ended', { state: 'succeeded' }, 'release.released'],
    ['release.ended', { state: 'strange' }, undefined],
    ['release.stuck', {}, 'release.needs-person'],
    ['watch.recovered', {}, 'watch.healthy'],
    ['check.started', {}, undefined],
  ] as const)('%s %j as %s', (action, facts, type) => {
    expect(webhookTypeOf({ action, facts })).toBe(type);
  });
});
