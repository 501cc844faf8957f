import type { Tool } from './tools.ts';

/** What we read of Jest's report. */
export interface JestCounts {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not even be loaded: none of their tests is counted, so each counts as one failure. */
  numRuntimeErrorTestSuites: number;
  exitCode: number;
}

/** The closing lines; the last one is always `N passed, N failed`. A run without a single test is no good run. */
export function summarise(
  counts: JestCounts,
  missing: readonly Tool[],
): { lines: string[]; isGood: boolean } {
  const passed = counts.numPassedTests;
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  const whole = missing.some((tool) => tool.name === 'temporal') ? ', and the whole project "servers"' : '';
  return {
    lines: [
      '',
      ...missing.map((tool) => `NOT AT HAND: ${tool.name} (${tool.missing ?? ''})`),
      skipped === 0 && whole === '' ? 'Nothing was skipped.' : `SKIPPED: ${skipped} tests${whole}.`,
      `${passed} passed, ${failed} failed`,
    ],
    isGood: counts.exitCode === 0 && failed === 0 && passed > 0,
  };
}
