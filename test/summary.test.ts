import { expect, test } from '@jest/globals';
import { summarise } from '../scripts/test/summary.ts';

const counts = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  exitCode: 0,
};

test('a good run ends with its counts', () => {
  expect(summarise(counts, [])).toEqual({
    lines: ['', 'Nothing was skipped.', '3 passed, 0 failed'],
    isGood: true,
  });
});

test('what was skipped is counted, with the reason', () => {
  const { lines, isGood } = summarise({ ...counts, numPendingTests: 2 }, [
    { name: 'chromium', missing: 'not there' },
  ]);
  expect(lines).toContain('NOT AT HAND: chromium (not there)');
  expect(lines).toContain('SKIPPED: 2 tests.');
  expect(isGood).toBe(true);
});

test.each([
  ['without a test', { numPassedTests: 0 }],
  ['with a failure', { numFailedTests: 1 }],
  ['with a file that cannot be loaded', { numRuntimeErrorTestSuites: 1 }],
  ['that Jest itself calls bad', { exitCode: 1 }],
])('a run %s is not good', (_name, change) => {
  expect(summarise({ ...counts, ...change }, []).isGood).toBe(false);
});
