import { describe, expect, test } from '@jest/globals';
import { mayGoBackByItself, type TriggerFacts } from './trigger.ts';

const now = '2026-06-01T10:00:00.000Z';
const ago = (minutes: number): string => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const facts: TriggerFacts = {
  title: 'shop 1.4.0',
  environment: 'production',
  isRollback: false,
  measuredAt: ago(1),
  hasTriggered: false,
};

describe('a failure takes a release back by itself', () => {
  test.each<[string, Partial<TriggerFacts>, 'allowed' | 'needsPeople', RegExp]>([
    ['where nothing speaks against it', {}, 'allowed', /may be taken back/],
    ['B9: 20 minutes after it was measured', { measuredAt: ago(20) }, 'allowed', /may be/],
    ['B9: not 21 minutes after, then people are asked', { measuredAt: ago(21) }, 'needsPeople', /21 min ago/],
    ['B8: not where it is a rollback itself', { isRollback: true }, 'needsPeople', /is a rollback/],
    ['not a second time', { hasTriggered: true }, 'needsPeople', /not again/],
    [
      'not while another one is on its way',
      { underWay: 'cart 2.0.0' },
      'needsPeople',
      /cart 2.0.0 is on its way/,
    ],
    ['not where a newer one runs', { newer: 'shop 1.5.0' }, 'needsPeople', /shop 1.5.0 runs/],
    ['not where nobody knows when it was measured', { measuredAt: '' }, 'needsPeople', /nobody knows/],
  ])('%s', (_, over, kind, because) => {
    const verdict = mayGoBackByItself({ ...facts, ...over }, now, ['sam']);
    expect(verdict.kind).toBe(kind);
    expect(verdict.because).toMatch(because);
    if (verdict.kind === 'needsPeople') expect(verdict.who[0]?.candidates).toEqual(['sam']);
  });
});
