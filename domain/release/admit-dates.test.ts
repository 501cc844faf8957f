import { expect, test } from '@jest/globals';
import { aPolicy } from '../../test/support/a-policy.ts';
import { dateObjections, type Dates } from './admit-dates.ts';

const now = '2026-12-01T10:00:00.000Z';
const codes = (dates: Dates) =>
  dateObjections(dates, { policy: aPolicy(), now }).map(({ code, pointer }) => [code, pointer]);
const version = (service: string, environment: string) => ({
  kind: 'version' as const,
  service,
  environment,
  atLeast: '1.5.0',
  state: 'deployed' as const,
});

test.each<[string, Dates, string[][]]>([
  ['nothing is asked for', {}, []],
  ['a start to come', { schedule: { at: '2026-12-01T10:00:01Z' } }, []],
  ['a start of this moment, by another clock', { schedule: { at: '2026-12-01T09:59:00Z' } }, []],
  ['a start that has passed', { schedule: { at: '2026-12-01T09:58:59Z' } }, [['START_PASSED', '/at']]],
  ['a latest start now', { schedule: { startBy: now } }, [['START_PASSED', '/startBy']]],
  ['a latest start to come', { schedule: { startBy: '2026-12-01T10:00:01Z' } }, []],
  ['what is known is needed', { needs: [version('cart', 'production')] }, []],
  [
    'nobody knows what is needed',
    { needs: [version('cart', 'production'), version('cat', 'mars')] },
    [
      ['SERVICE_UNKNOWN', '/needs/1/service'],
      ['ENVIRONMENT_UNKNOWN', '/needs/1/environment'],
    ],
  ],
  [
    'the owner of a date is nobody',
    {
      milestones: [
        { kind: 'qaDone', plannedAt: now, owner: 'ana' },
        { kind: 'live', plannedAt: now, owner: 'bob' },
      ],
    },
    [['PERSON_UNKNOWN', '/milestones/1/owner']],
  ],
])('%s', (_, dates, expected) => {
  expect(codes(dates)).toEqual(expected);
});

test('the name that was probably meant is said', () => {
  const [one] = dateObjections({ needs: [version('cat', 'staging')] }, { policy: aPolicy(), now });
  expect(one?.facts).toEqual({ service: 'cat', suggestion: 'cart' });
});
