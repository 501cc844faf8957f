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
const now = '2026-11-26T09:00:00.000Z';
const waived = {
  waiver: {
    id: 'w',
    check: 'unit',
    service: 'shop',
    environment: 'production',
    build: 'shop@1.4.0',
    by: 'sam',
    reason: 'known and harmless',
    at: '2026-11-25T09:00:00.000Z',
    expiresAt: '2026-11-27T09:00:00.000Z',
  },
};

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
    [
      'opens for a failure with a live waiver, and says what it is',
      [aCheck('unit', 'failed', waived), aCheck('e2e', 'passed')],
      'allowed',
      '1 of 1 checks passed; unit of shop failed, waived by sam until Fri 27 Nov 09:00 UTC: "known and harmless".',
    ],
    [
      'does not let a waiver stand for what has not been told yet',
      [aCheck('unit', 'running', waived)],
      'waiting',
      '0 of 1 checks passed; unit of shop is running.',
    ],
    [
      'leaves sampled checks and rehearsals to their own time',
      [aCheck('unit', 'pending', { how: 'sampled' }), aCheck('undo', 'pending', { how: 'rehearsal' })],
      'allowed',
      'No checks are asked for.',
    ],
  ])('%s', (_, checks, kind, because) => {
    const verdict = evaluateChecks(checks, now);
    expect(verdict).toMatchObject({ kind, because });
    if (verdict.kind === 'denied') expect(verdict.remedy).toContain('gantry release retry ID --check unit');
  });

  test('is shut again at the very end of a waiver', () => {
    const check = aCheck('unit', 'failed', waived);
    expect(evaluateChecks([check], '2026-11-27T08:59:59.999Z').kind).toBe('allowed');
    expect(evaluateChecks([check], waived.waiver.expiresAt).kind).toBe('denied');
  });

  test('opens for no outcome of a required check but "passed"', () => {
    const outcomes: CheckOutcome[] = ['pending', 'running', 'failed', 'error', 'inconclusive', 'cancelled'];
    for (const outcome of outcomes)
      expect(evaluateChecks([aCheck('unit', outcome)], now).kind).not.toBe('allowed');
  });
});
