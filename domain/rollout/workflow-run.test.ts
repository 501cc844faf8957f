import { describe, expect, test } from '@jest/globals';
import { beginsOperation, isRunOf, readRun, type RunShape } from './workflow-run.ts';

const aRun = (over: Partial<RunShape>): RunShape => ({
  id: 1,
  status: 'completed',
  conclusion: 'success',
  ...over,
});
const id = 'rel_1+production+shop+apply+1';

describe('a run of GitHub Actions', () => {
  test.each<[Partial<RunShape>, string, string]>([
    [{}, 'done', 'succeeded'],
    [
      { conclusion: 'failure', html_url: 'https://github.test/1' },
      'failed',
      'failed (https://github.test/1)',
    ],
    [{ conclusion: 'cancelled' }, 'failed', 'cancelled in GitHub'],
    [{ conclusion: 'timed_out' }, 'failed', 'longer than its workflow allows'],
    [{ conclusion: 'skipped' }, 'failed', 'no job of it'],
    [{ conclusion: 'startup_failure' }, 'failed', 'workflow file'],
    [{ conclusion: 'neutral' }, 'failed', '"neutral"'],
    [{ conclusion: 'stale' }, 'failed', '"stale"'],
    [{ conclusion: null }, 'failed', 'without a conclusion'],
    [{ status: 'queued', conclusion: null }, 'running', 'waits for a runner'],
    [{ status: 'waiting', conclusion: null }, 'running', 'waits for a review'],
    [{ status: 'in_progress', conclusion: null }, 'running', 'under way'],
    [{ status: null, conclusion: null }, 'running', 'in no state'],
    [{ status: 'in_progress', conclusion: 'success' }, 'running', 'under way'],
  ])('%j is %s', (over, state, words) => {
    const reading = readRun(aRun(over));
    expect(reading.state).toBe(state);
    expect(reading.because).toContain(words);
  });

  test.each<[Partial<RunShape>, boolean]>([
    [{ display_title: `deploy shop (${id})` }, true],
    [{ name: id }, true],
    [{ display_title: `${id}0` }, false],
    [{ display_title: `x${id}` }, false],
    [{ display_title: `${id}0 ${id}` }, true],
    [{ display_title: 'deploy shop', name: null }, false],
    [{}, false],
  ])('%j is of the operation: %s', (over, isOf) => {
    expect(isRunOf(aRun(over), id)).toBe(isOf);
  });

  test('is found by the beginning of its operation', () => {
    const beginning = 'rel_1+production+shop+apply+';
    expect(beginsOperation(aRun({ display_title: `deploy (${id})` }), beginning)).toBe(true);
    expect(beginsOperation(aRun({ display_title: `deploy x${id}` }), beginning)).toBe(false);
    expect(beginsOperation(aRun({ display_title: 'rel_1+production+shop+undo+1' }), beginning)).toBe(false);
  });
});
