import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { problemReference } from '../scripts/reference/problems.ts';

test('the reference of problems says what the catalogue says', () => {
  const written = readFileSync(new URL('../docs/reference/problems.md', import.meta.url), 'utf8');
  expect(written).toBe(problemReference()); // else run: npx tsx scripts/export-problems.ts
});
