import { describe, expect, test } from '@jest/globals';
import type { CheckOutcome, CheckView } from '../../release/release.ts';
import { evaluateChecks } from './evaluate.ts';

const aCheck = (id: string, outcome: CheckOutcome, over: Partial<CheckView> = {}): CheckView => ({
  id,
  service: 'shop',
  outcome,
  required: true,
  summary: '308 passed, 2 failed',
  round: 1,
  ...over,
});
const optional = { required: false };

describe('the check gate', () => {
  test.each([
    ['opens where no check is asked for', [], 'allowed', 'No checks are asked for.'],
    [
      'opens when all have passed',
      [aCheck('unit', 'passed'), aCheck('e2e', 'passed')],
      'allowed',
      '2 of 2 checks passed.',
    ],
    [
      'mentions what is not required',
      [aCheck('unit', 'passed'), aCheck('lint', 'failed', optional)],
      'allowed',
      '1 of 1 checks passed; not required: lint of shop failed.',
    ],
    [
      'waits for a running one',
      [aCheck('unit', 'passed'), aCheck('e2e', 'running')],
      'waiting',
      '1 of 2 checks passed; e2e of shop is running.',
    ],
    [
      'waits for those not started',
      [aCheck('unit', 'pending'), aCheck('e2e', 'pending')],
      'waiting',
      '0 of 2 checks passed; unit of shop and e2e of shop are not started yet.',
    ],
    [
      'is denied by a failure',
      [aCheck('unit', 'failed'), aCheck('e2e', 'cancelled')],
      'denied',
      'unit of shop failed: 308 passed, 2 failed.',
    ],
    [
      'A16: names all failures',
      [aCheck('unit', 'failed'), aCheck('e2e', 'failed')],
      'denied',
      'unit of shop failed: 308 passed, 2 failed. So did e2e of shop.',
    ],
    [
      'stays shut on an error',
      [aCheck('unit', 'error', { summary: 'Timed out after 15 min.' })],
      'waiting',
      'Cannot tell about unit of shop: Timed out after 15 min. Retry it, or abort.',
    ],
    [
      'stays shut on an inconclusive one',
      [aCheck('unit', 'inconclusive', { summary: 'no report' })],
      'waiting',
      'Cannot tell about unit of shop: no report. Retry it, or abort.',
    ],
    [
      'stays shut on one that was stopped',
      [aCheck('unit', 'cancelled')],
      'waiting',
      'unit of shop is not finished: stopped early. Retry, or abort.',
    ],
  ])('%s', (_, checks, kind, because) => {
    const verdict = evaluateChecks(checks);
    expect(verdict).toMatchObject({ kind, because });
    if (verdict.kind === 'denied') expect(verdict.remedy).toContain('gantry release retry ID --check unit');
  });

  test('opens for no outcome of a required check but "passed"', () => {
    const outcomes: CheckOutcome[] = ['pending', 'running', 'failed', 'error', 'inconclusive', 'cancelled'];
    for (const outcome of outcomes)
      expect(evaluateChecks([aCheck('unit', outcome)]).kind).not.toBe('allowed');
  });
});
