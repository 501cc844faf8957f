import { expect, test } from '@jest/globals';
import { passedAlready } from './override-told.ts';

const standing = {
  ...{ id: 'ovr_1', freezeId: 'black-friday', revision: 1, releaseId: 'rel_1', environment: 'production' },
  ...{ by: 'otto', reason: 'the cart loses items', givenAt: '2026-11-26T09:00:00.000Z' },
  expiresAt: '2026-11-26T21:00:00.000Z',
};
const told = (o: { isAsked?: boolean; isLonger?: boolean }): string =>
  passedAlready(standing, {
    ...{ given: 'orders are lost', isAsked: false, isLonger: false, nameOf: () => 'Otto' },
    ...o,
  });
const allowed =
  'It is allowed to pass "black-friday" in production until Thu 26 Nov 21:00 UTC, already, by Otto since Thu 26 Nov 09:00 UTC: “the cart loses items”. Nothing has changed, and the reason that you give now is not recorded.';

test('who may let it pass longer is told how', () => {
  expect(told({})).toBe(`${allowed} To let it pass longer, ask for that (\`gantry override --longer\`).`);
});

test('who has asked for longer in vain is told why, and not to ask for longer', () => {
  expect(told({ isLonger: true })).toBe(`${allowed} The one that you ask for would end no later.`);
});

test('of one that waits for a second person it is told who asked, and how to agree', () => {
  const asked =
    'Otto has asked already, at Thu 26 Nov 09:00 UTC, that it may pass "black-friday" in production until Thu 26 Nov 21:00 UTC: “the cart loses items”. Nothing has changed, and the reason that you give now is not recorded. It counts once somebody other than Otto has agreed: `gantry override second ovr_1`.';
  expect(told({ isAsked: true })).toBe(asked);
  expect(told({ isAsked: true, isLonger: true })).toBe(asked);
});
