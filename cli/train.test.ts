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
