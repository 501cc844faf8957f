import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const train = {
  id: 'weekly',
  to: 'production',
  captain: 'ana',
  headline: 'Departs 8 Dec 2026 13:00 UTC.',
  next: { number: 1, departsAt: '2036-12-08T13:00:00.000Z' },
  departures: [],
};
const answers = { 'GET /v1/trains/weekly': { body: train }, 'POST /v1/trains/weekly/delay': { body: train } };

test.each([
  ['a span counts from the departure, not from now', '+2h', '2036-12-08T15:00:00.000Z'],
  ['an instant is taken as it is', '2036-12-09T10:00:00Z', '2036-12-09T10:00:00.000Z'],
])('delaying a train: %s', async (_, to, until) => {
  const { code } = await against(answers, [
    'train',
    'delay',
    'weekly',
    '--to',
    to,
    '--reason',
    'a fix comes',
  ]);
  expect([code, seen().at(-1)?.body]).toEqual([0, { until, reason: 'a fix comes', departure: 1 }]);
});

test('a departure that could not leave says who stops it and what to do now', async () => {
  const because =
    'Train weekly could not leave: all ride together, and cart 2.0.0 may not. cart 2.1.0 runs in production. What to do now: Release a version above 2.1.0.';
  const departures = [{ number: 1, departsAt: '2026-12-01T13:00:00.000Z', state: 'failed', because }];
  const { out } = await against({ 'GET /v1/trains/weekly': { body: { ...train, departures } } }, [
    ...['train', 'show', 'weekly'],
  ]);
  expect(out).toContain(because);
});

test('a command to a train that stands so already says so', async () => {
  const note = 'Train weekly is held already, by Ana since Tue 1 Dec 13:00 UTC: nobody is here.';
  const { code, out } = await against({ 'POST /v1/trains/weekly/hold': { body: { ...train, note } } }, [
    ...['train', 'hold', 'weekly', '--reason', 'nobody is here'],
  ]);
  expect([code, out]).toEqual([0, expect.stringContaining(note)]);
});
