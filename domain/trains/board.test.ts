import { expect, test } from '@jest/globals';
import { board, type Passenger } from './board.ts';

const cutoffAt = '2026-11-26T12:00:00.000Z';
const shop = (readyAt: string, more: Partial<Passenger> = {}): Passenger => ({
  service: 'shop',
  required: false,
  candidate: { service: 'shop', version: '1.4.0', readyAt },
  running: '1.3.0',
  ...more,
});
const next = '2026-12-03T14:00:00.000Z';

test.each<[string, Passenger, string]>([
  ['C7: ready a second before the cut-off', shop('2026-11-26T11:59:59.000Z'), 'aboard'],
  ['C7: ready at the cut-off', shop(cutoffAt), 'left'],
  ['C7: required and not ready', shop(cutoffAt, { required: true }), 'missing'],
  ['nothing has finished the stage before', { service: 'shop', required: false }, 'left'],
  [
    'something was rolled back there',
    shop('2026-11-26T11:00:00.000Z', { held: 'shop 1.4.0 was rolled back there' }),
    'left',
  ],
  [
    'its version is quarantined',
    shop('2026-11-26T11:00:00.000Z', { banned: 'shop is quarantined.' }),
    'left',
  ],
  ['a release of its own brings it there', shop('2026-11-26T11:00:00.000Z', { ownRelease: 'rel_1' }), 'left'],
  [
    'required, and what runs there is the newest',
    shop('2026-11-26T11:00:00.000Z', { required: true, isBehind: true, running: '1.4.0' }),
    'left',
  ],
])('%s', (_, passenger, where) => {
  const boarding = board([passenger], { cutoffAt, isLeaving: false, next });
  expect(Object.entries(boarding).flatMap(([name, list]) => (list.length > 0 ? [name] : []))).toEqual([
    where,
  ]);
});

test('the captain lets it go without who is missing, and who stays is told the next departure', () => {
  const { left, missing } = board([shop(cutoffAt, { required: true })], { cutoffAt, isLeaving: true, next });
  expect(missing).toEqual([]);
  expect(left).toEqual([
    {
      service: 'shop',
      version: '1.4.0',
      because: 'shop 1.4.0 was ready after boarding had ended.',
      next,
    },
  ]);
});
