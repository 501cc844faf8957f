import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classRank } from '../../release/action-class.ts';
import { byTurn, collide, grantable, type LockClaim } from './queue.ts';

const claim = (releaseId: string, keys: string[], minute = 0, rank = classRank('planned')): LockClaim => ({
  releaseId,
  keys,
  classRank: rank,
  requestedAt: `2026-11-26T10:${String(minute).padStart(2, '0')}:00.000Z`,
});
const ids = (claims: readonly LockClaim[]) => claims.map(({ releaseId }) => releaseId);

describe('the order of a queue', () => {
  test.each<[string, LockClaim[], string[]]>([
    [
      'C2: rollback, hotfix, planned, whenever they asked',
      [
        claim('planned', ['shop'], 0),
        claim('hotfix', ['shop'], 5, classRank('hotfix')),
        claim('rollback', ['shop'], 6, classRank('rollback')),
      ],
      ['rollback', 'hotfix', 'planned'],
    ],
    [
      'planned and changes of settings alike, automatic promotions last',
      [
        claim('auto', [], 0, classRank('auto')),
        claim('planned', [], 2),
        claim('config', [], 1, classRank('config')),
      ],
      ['config', 'planned', 'auto'],
    ],
    ['first come, first served in a class', [claim('b', [], 1), claim('a', [], 2)], ['b', 'a']],
    ['by id where they asked at one instant', [claim('b', []), claim('a', [])], ['a', 'b']],
  ])('%s', (_, claims, expected) => {
    expect(ids([...claims].sort(byTurn))).toEqual(expected);
  });
});

test.each([
  [['shop'], ['shop'], true],
  [['shop'], ['cart'], false],
  [['*'], ['cart'], true],
  [['cart'], ['*'], true],
  [['db:orders', 'shop'], ['billing', 'db:orders'], true],
  [['*'], ['*'], true],
  [[], ['shop'], false],
])('%j and %j exclude each other: %s', (a, b, expected) => {
  expect(collide(a, b)).toBe(expected);
});

describe('who may be granted', () => {
  test.each<[string, LockClaim[], LockClaim[], string[]]>([
    [
      'C5: two that need the same two keys: one both, the other none',
      [],
      [claim('A', ['b', 'a']), claim('B', ['a', 'b'])],
      ['A'],
    ],
    ['different services side by side', [], [claim('A', ['a']), claim('B', ['b'])], ['A', 'B']],
    ['nobody beside a holder of the whole', [claim('H', ['*'])], [claim('A', ['a'])], []],
    ['whom no holder concerns', [claim('H', ['a'])], [claim('A', ['a', 'b']), claim('C', ['c'])], ['C']],
    [
      'nobody who would overtake an earlier waiter for the same key',
      [claim('H', ['a'])],
      [claim('A', ['a', 'b']), claim('B', ['b'])],
      [],
    ],
    ['nobody from an empty queue', [claim('H', ['a'])], [], []],
  ])('%s', (_, holders, queue, expected) => {
    expect(ids(grantable(holders, queue))).toEqual(expected);
  });
});

/** One environment as its entity keeps it: claims come, are granted as soon as they may be, and are given back. */
const anyStory = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        keys: fc.oneof(
          fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'edge:a<b'), { minLength: 1, maxLength: 4 }),
          fc.constant<string[]>(['*']),
        ),
        rank: fc.integer({ min: 0, max: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.nat({ max: 5 }).map((index) => ({ free: index })) },
  ),
  { maxLength: 40 },
);

test('C5: whatever is asked and given back, no key has two holders, nobody holds a part, and nobody waits for ever', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      let holders: LockClaim[] = [];
      let queue: LockClaim[] = [];
      const settle = () => {
        const granted = grantable(holders, queue);
        holders.push(...granted);
        queue = queue.filter((waiter) => !granted.includes(waiter));
        expectSound(holders, queue);
      };
      for (const [index, event] of story.entries()) {
        if ('free' in event) holders = holders.filter((_, place) => place !== event.free);
        else queue = [...queue, claim(`rel_${index}`, event.keys, index, event.rank)].sort(byTurn);
        settle();
      }
      for (let turns = 0; turns <= story.length && holders.length > 0; turns += 1) {
        holders = holders.slice(1);
        settle();
      }
      expect([holders, queue]).toEqual([[], []]);
    }),
  );
});

function expectSound(holders: readonly LockClaim[], queue: readonly LockClaim[]): void {
  for (const [place, holder] of holders.entries())
    for (const other of holders.slice(place + 1)) expect(collide(holder.keys, other.keys)).toBe(false);
  for (const [place, waiter] of queue.entries()) {
    const before = [...holders, ...queue.slice(0, place)];
    expect(before.some((other) => collide(other.keys, waiter.keys))).toBe(true);
  }
}
