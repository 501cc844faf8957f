import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  enqueue,
  leave,
  placeIn,
  serve,
  type EnvironmentLocks,
  type LockAsker,
} from './environment-locks.ts';
import { collide } from './queue.ts';

const now = '2026-11-26T12:00:00.000Z';
const none: EnvironmentLocks = { holders: [], queue: [], fence: 0 };
const asker = (name: string, over: Partial<LockAsker> = {}): LockAsker => ({
  owner: `release/${name}`,
  releaseId: `rel_${name}`,
  title: `shop ${name}`,
  keys: ['*'],
  classRank: 2,
  requestedAt: `2026-11-26T10:00:0${name.length}.000Z`,
  ...over,
});
const asked = (...askers: LockAsker[]): EnvironmentLocks =>
  askers.reduce<EnvironmentLocks>((locks, one) => enqueue(locks, one, now), none);
const names = (all: readonly LockAsker[]) => all.map(({ title }) => title);

describe('who asks for an environment', () => {
  test('has it at once where it is free, with a fence that nobody had before', () => {
    const locks = asked(asker('a'));
    expect(placeIn(locks, asker('a'))).toEqual({ position: 0, fence: 1 });
    expect(locks.holders[0]).toMatchObject({ title: 'shop a', since: now });
    expect(locks.holders[0]?.waited).toBeUndefined();
  });

  test('waits behind a holder and those who came before, and is told who that is', () => {
    const locks = asked(asker('a'), asker('bb'), asker('ccc'));
    expect(placeIn(locks, asker('ccc'))).toEqual({ position: 2, holder: { title: 'shop a', since: now } });
  });

  test('keeps its place and its grant when it asks again', () => {
    const once = asked(asker('a'), asker('bb'));
    expect(enqueue(enqueue(once, asker('bb'), now), asker('a'), now)).toBe(once);
  });

  test('does not inherit what another release under the same name held: that has ended', () => {
    const locks = asked(asker('a'), asker('a', { releaseId: 'rel_again' }));
    expect(locks.holders).toMatchObject([{ releaseId: 'rel_again', fence: 2 }]);
    expect(locks.queue).toEqual([]);
  });

  test('goes beside a holder of other keys, but not past somebody who waits for them', () => {
    const locks = asked(
      asker('a', { keys: ['shop'] }),
      asker('bb', { keys: ['shop', 'cart'] }),
      asker('ccc', { keys: ['cart'] }),
      asker('dddd', { keys: ['mail'] }),
    );
    expect(names(locks.holders)).toEqual(['shop a', 'shop dddd']);
    expect(names(locks.queue)).toEqual(['shop bb', 'shop ccc']);
  });
});

describe('a turn', () => {
  test('comes once the holder has left, and the owner is to be told', () => {
    const left = leave(asked(asker('a'), asker('bb')), 'release/a');
    expect(left.holders).toEqual([]);
    const { locks: served } = serve(left, [], now);
    expect(served.holders).toMatchObject([{ title: 'shop bb', fence: 2, waited: true }]);
    expect(served.queue).toEqual([]);
  });

  test('comes where the holder was found to have ended; a new attempt under the same name stays', () => {
    const locks = asked(asker('a'), asker('bb'));
    const closed = [{ owner: 'release/a', releaseId: 'rel_a' }];
    expect(names(serve(locks, closed, now).locks.holders)).toEqual(['shop bb']);
    const again = enqueue(none, asker('a', { releaseId: 'rel_again' }), now);
    expect(serve(again, closed, now).locks).toBe(again);
  });

  test('is not given to a release that a newer one has made pointless; it stays until it has left by itself', () => {
    const brings = (version: string) => ({
      brings: { intent: 'deploy' as const, components: [{ service: 'shop', version }] },
    });
    const locks = asked(
      asker('a', brings('1.4.0')),
      asker('bb', brings('1.5.0')),
      asker('ccc', brings('1.6.0')),
    );
    const served = serve(leave(locks, 'release/a'), [], now);
    expect(served.outrun).toMatchObject([{ owner: 'release/bb' }]);
    expect(names(served.locks.holders)).toEqual(['shop ccc']);
    expect(names(served.locks.queue)).toEqual(['shop bb']);
  });
});

const anyStory = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), who: fc.nat({ max: 6 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat({ max: 6 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('serve' as const), who: fc.nat({ max: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ended' as const), who: fc.nat({ max: 6 }) }) },
  ),
  { maxLength: 60 },
);
const wanted = [['*'], ['shop'], ['cart'], ['shop', 'cart'], ['mail'], ['cart', 'mail'], ['shop']];

test('P9: whatever is asked, given back and repeated, no key has two holders, fences only rise, and in the end everybody had a turn', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      let locks = none;
      const fences = new Set<number>();
      for (const [index, { kind, who }] of story.entries()) {
        const one = asker(String(who), {
          keys: wanted[who] ?? [],
          requestedAt: new Date(Date.parse(now) + index).toISOString(),
        });
        const before = locks;
        if (kind === 'ask') locks = enqueue(locks, one, now);
        else if (kind === 'leave') locks = leave(locks, one.owner);
        else ({ locks } = serve(locks, kind === 'ended' ? [one] : [], now));
        for (const { fence } of locks.holders.filter((held) => !before.holders.includes(held))) {
          expect(fence).toBeGreaterThan(before.fence);
          expect(fences.has(fence)).toBe(false);
          fences.add(fence);
        }
        expectApart(locks);
      }
      for (let turns = 0; turns < 20 && locks.holders.length + locks.queue.length > 0; turns += 1) {
        const { locks: served } = serve(locks, [], now);
        expect(served.holders.length).toBeGreaterThan(0);
        locks = leave(served, served.holders[0]?.owner ?? '');
        expectApart(locks);
      }
      expect([locks.holders, locks.queue]).toEqual([[], []]);
    }),
    { numRuns: 2_000 },
  );
});

function expectApart({ holders, queue }: EnvironmentLocks): void {
  const owners = [...holders, ...queue].map(({ owner }) => owner);
  expect(new Set(owners).size).toBe(owners.length);
  for (const [place, holder] of holders.entries())
    for (const other of holders.slice(place + 1)) expect(collide(holder.keys, other.keys)).toBe(false);
}
