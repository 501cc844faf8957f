import { describe, expect, test } from '@jest/globals';
import { fitted, fittedCheck, fittedText } from './travel.ts';

describe('what travels from a runner', () => {
  test('a short text stays as it is', () => {
    expect(fittedText('x'.repeat(64 * 1024))).toHaveLength(64 * 1024);
  });

  test('a long one keeps both ends and says what was cut', () => {
    const text = fittedText(`begin${'x'.repeat(100_000)}end`);
    expect(text).toMatch(/^begin/);
    expect(text).toMatch(/end$/);
    expect(text).toContain(`[… ${100_008 - 64 * 1024} characters were cut`);
  });

  test('stays below what the engine takes, however badly it is escaped', () => {
    const flood = '\u0001'.repeat(1_000_000);
    const performed = {
      outcome: 'done' as const,
      because: '',
      stdout: flood,
      stderr: flood,
      startedAt: '',
      endedAt: '',
    };
    expect(JSON.stringify(fitted(performed)).length).toBeLessThan(2 * 1024 * 1024);
  });

  test('findings beyond a limit are cut, and that is said', () => {
    const keys = Array.from({ length: 3000 }, (_, index): [string, string] => ['error', String(index)]);
    const made = { ...aCheck, found: { keys, isCut: false } };
    expect(fittedCheck(made).found).toEqual({ keys: keys.slice(0, 2000), isCut: true });
    expect(fittedCheck({ ...aCheck, found: { keys: keys.slice(0, 3), isCut: false } }).found?.isCut).toBe(
      false,
    );
    expect(fittedCheck(aCheck).found).toBeUndefined();
  });
});

const aCheck = {
  id: 'c',
  releaseId: 'rel_1',
  environment: 'production',
  service: 'shop',
  checkId: 'unit',
  round: 1,
  outcome: 'passed',
  summary: 'all passed',
  stdout: '',
  stderr: '',
  subject: 'shop@1.4.0',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:01Z',
};
