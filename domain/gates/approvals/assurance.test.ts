import { expect, test } from '@jest/globals';
import { assurances, suffices } from './assurance.ts';

test.each(assurances.flatMap((given, g) => assurances.map((asked, a) => ({ given, asked, is: g >= a }))))(
  'a vote by $given where $asked is asked for: counts is $is',
  ({ given, asked, is }) => {
    expect(suffices(given, asked)).toBe(is);
  },
);
