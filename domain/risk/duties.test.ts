import { expect, test } from '@jest/globals';
import { dutiesOf } from './duties.ts';

const usual = { needsReleaseManagerFrom: 60 };

test.each([
  ['low', 19, []],
  ['moderate', 20, ['comment']],
  ['high', 59, ['comment', 'ownersSeat', 'smallFirstStep']],
  ['veryHigh', 60, ['comment', 'ownersSeat', 'smallFirstStep', 'releaseManager', 'rehearsal', 'notWeekEnd']],
] as const)('%s adds to what milder bands add', (band, points, duties) => {
  expect(dutiesOf({ band, points }, usual)).toEqual(duties);
});

test('a release manager may be asked earlier, never later', () => {
  expect(dutiesOf({ band: 'moderate', points: 30 }, { needsReleaseManagerFrom: 30 })).toEqual([
    'comment',
    'releaseManager',
  ]);
  expect(dutiesOf({ band: 'veryHigh', points: 60 }, { needsReleaseManagerFrom: 90 })).toContain(
    'releaseManager',
  );
});
