import { describe, expect, test } from '@jest/globals';
import {
  addSample,
  canOpen,
  evaluateSampling,
  mostSamples,
  nextSampleAt,
  type SamplingFacts,
} from './evaluate.ts';

const openedAt = '2026-11-26T09:00:00.000Z';
const minute = 60_000;
const at = (minutes: number): string => new Date(Date.parse(openedAt) + minutes * minute).toISOString();
const settings = (delay: number, interval: number, minSuccess: number, timeout: number) => ({
  delayMs: delay * minute,
  intervalMs: interval * minute,
  minSuccessMs: minSuccess * minute,
  timeoutMs: timeout * minute,
});

/** Takes samples one by one, as the workflow does, until the gate opens or gives up: the minute, and how it ended. */
function run(of: ReturnType<typeof settings>, isGood: (number: number) => boolean): string {
  let facts: SamplingFacts = { openedAt, taken: 0 };
  for (;;) {
    const next = nextSampleAt(of, facts);
    if (next === undefined) {
      const end = at(of.timeoutMs / minute);
      return `${evaluateSampling(of, facts, end).phase} at ${of.timeoutMs / minute}`;
    }
    const now = new Date(next).toISOString();
    const good = isGood(facts.taken);
    facts = addSample(facts, { at: now, isGood: good, ...(good ? {} : { because: 'x failed' }) });
    const { phase } = evaluateSampling(of, facts, now);
    if (phase === 'open') return `open at ${(next - Date.parse(openedAt)) / minute}`;
  }
}

describe('sampling', () => {
  test.each([
    // every sample stands for "x and y": good only where both are
    ['G1', settings(5, 5, 0, 60), [false, false, true], 'open at 15'],
    ['G2', settings(5, 5, 0, 60), [false, false], 'timedOut at 60'],
    ['G3', settings(0, 5, 10, 60), [true, true, false, true, true, true], 'open at 25'],
    ['G4', settings(0, 5, 10, 60), [true, true, true], 'open at 10'],
    ['G5', settings(5, 5, 0, 60), [...Array<boolean>(10).fill(false), true], 'open at 55'],
    ['G5', settings(5, 5, 0, 60), [...Array<boolean>(11).fill(false), true], 'timedOut at 60'],
  ])('%s', (_, of, goods, end) => {
    expect(run(of, (number) => goods[number] ?? false)).toBe(end);
  });

  test('G4: settings that could never open are known beforehand', () => {
    expect(canOpen(settings(0, 5, 10, 60))).toBe(true);
    expect(canOpen(settings(0, 5, 10, 10))).toBe(false);
    expect(canOpen(settings(0, 5, 10, 11))).toBe(true);
    expect(canOpen(settings(5, 5, 0, 5))).toBe(false);
    expect(mostSamples(settings(5, 5, 0, 60))).toBe(11);
  });

  test('says what it waits for and when it asks again', () => {
    const of = settings(0, 5, 10, 60);
    expect(evaluateSampling(of, { openedAt, taken: 0 }, at(0))).toEqual({
      phase: 'waiting',
      verdict: { kind: 'waiting', because: 'The sampled checks have not been asked yet.', until: at(0) },
    });
    const empty: SamplingFacts = { openedAt, taken: 0 };
    const bad = { at: at(0), isGood: false, because: 'alerts of shop failed: 2 fire' };
    expect(evaluateSampling(of, addSample(empty, bad), at(1)).verdict).toEqual({
      kind: 'waiting',
      because: 'The last sample was not good: alerts of shop failed: 2 fire.',
      until: at(5),
    });
    const good = { at: at(5), isGood: true };
    expect(evaluateSampling(of, addSample(addSample(empty, bad), good), at(6)).verdict).toMatchObject({
      because: 'All sampled checks have been good for 0 s of 10 min.',
      until: at(10),
    });
  });

  test('no sample by the time-out is a denial, never an opening', () => {
    expect(evaluateSampling(settings(0, 5, 0, 60), { openedAt, taken: 0 }, at(60))).toMatchObject({
      phase: 'timedOut',
      verdict: { kind: 'denied' },
    });
  });
});
