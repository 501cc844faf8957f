import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classRank } from '../../release/action-class.ts';
import { outrun, type QueuedRelease } from './newest.ts';

const queued = (title: string, more: Partial<QueuedRelease> = {}): QueuedRelease => ({
  releaseId: title,
  title,
  intent: 'deploy',
  classRank: classRank('planned'),
  components: title.split(', ').map((text) => {
    const [service = '', version = ''] = text.split(' ');
    return { service, version };
  }),
  ...more,
});
const lost = (...queue: QueuedRelease[]) =>
  outrun(queue).map(({ loser, winner }) => `${loser.title} → ${winner.title}`);

describe('with newestWins', () => {
  test.each<[string, QueuedRelease[], string[]]>([
    ['the older one leaves', [queued('shop 1.4.0'), queued('shop 1.5.0')], ['shop 1.4.0 → shop 1.5.0']],
    [
      'the newer one stays although it asked first',
      [queued('shop 1.5.0'), queued('shop 1.4.0')],
      ['shop 1.4.0 → shop 1.5.0'],
    ],
    [
      'all older ones leave for the newest one',
      [queued('shop 1.4.0'), queued('shop 1.5.0'), queued('shop 1.6.0')],
      ['shop 1.4.0 → shop 1.6.0', 'shop 1.5.0 → shop 1.6.0'],
    ],
    ['another service is no successor', [queued('shop 1.4.0'), queued('cart 1.5.0')], []],
    [
      'the same version is no successor',
      [queued('shop 1.4.0'), queued('shop 1.4.0', { releaseId: 'twice' })],
      [],
    ],
    ['versions that cannot be compared keep their places', [queued('shop a1b2'), queued('shop c3d4')], []],
    ['one of several services is not enough', [queued('shop 1.4.0, cart 2.0.0'), queued('shop 1.5.0')], []],
    [
      'all services, one of them newer, is enough',
      [queued('shop 1.4.0, cart 2.0.0'), queued('shop 1.5.0, cart 2.0.0, web 3.0.0')],
      ['shop 1.4.0, cart 2.0.0 → shop 1.5.0, cart 2.0.0, web 3.0.0'],
    ],
    [
      'newer in one and older in another is no successor',
      [queued('shop 1.4.0, cart 2.0.0'), queued('shop 1.5.0, cart 1.9.0')],
      [],
    ],
    ['a rollback is not outrun', [queued('shop 1.4.0', { intent: 'rollback' }), queued('shop 1.5.0')], []],
    ['a rollback outruns nobody', [queued('shop 1.4.0'), queued('shop 1.5.0', { intent: 'rollback' })], []],
    [
      'a hotfix does not give way to a planned release',
      [queued('shop 1.4.1', { classRank: classRank('hotfix') }), queued('shop 1.5.0')],
      [],
    ],
  ])('%s', (_, queue, expected) => {
    expect(lost(...queue)).toEqual(expected);
  });

  test('says for whom it leaves', () => {
    expect(outrun([queued('shop 1.4.0'), queued('shop 1.5.0')])[0]?.because).toBe(
      'shop 1.5.0 is newer and waits for the same: it takes its place.',
    );
  });

  test('somebody always stays, and nobody leaves for one who leaves', () => {
    const anyBuild = fc.record({
      service: fc.constantFrom('shop', 'cart', 'web'),
      version: fc.constantFrom('1.0.0', '1.1.0', '2.0.0', 'main'),
    });
    const anyRelease = fc
      .uniqueArray(anyBuild, { minLength: 1, maxLength: 3, selector: ({ service }) => service })
      .chain((components) =>
        fc.integer({ min: 0, max: 3 }).map((rank) => ({ ...queued(''), components, classRank: rank })),
      );
    fc.assert(
      fc.property(fc.array(anyRelease, { minLength: 1, maxLength: 8 }), (queue) => {
        const leaving = outrun(queue);
        const losers = leaving.map(({ loser }) => loser);
        expect(losers.length).toBeLessThan(queue.length);
        for (const { winner } of leaving) expect(losers).not.toContain(winner);
      }),
    );
  });
});
