import { expect, test } from '@jest/globals';
import { aPolicy } from '../../test/support/a-policy.ts';
import { describePolicy, describePolicyChange } from './diff.ts';
import { PolicySchema, type Policy } from './policy.schema.ts';

/** The usual policy with a calendar. */
function datedPolicy(): Policy {
  const { environments, services, ...rest } = aPolicy();
  const [staging, production] = environments;
  const [cart, ...others] = services;
  return PolicySchema.parse({
    ...rest,
    environments: [
      staging,
      {
        ...production,
        labels: ['eu'],
        windows: [{ start: '2026-01-05T09:00', rrule: 'FREQ=WEEKLY;BYDAY=MO,TU', duration: '7h' }],
        freezes: [{ id: 'black-friday', from: '2026-11-26T00:00', to: '2026-12-01T00:00' }],
      },
    ],
    services: [{ ...cart, locks: ['db:orders'] }, ...others],
    freezes: [{ id: 'year-end', from: '2026-12-20T00:00', scope: { labels: ['eu'] } }],
    trains: [
      {
        id: 'weekly',
        captain: 'ana',
        departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00' },
        cutoff: '2h',
        services: ['cart'],
        to: 'production',
      },
    ],
  });
}

const blackFriday = (policy: Policy) => policy.environments[1]!.freezes![0]!;
const train = (policy: Policy) => policy.trains![0]!;

test.each<[string, (policy: Policy) => void, string[]]>([
  ['nothing', () => undefined, []],
  [
    'a longer freeze',
    (p) => (blackFriday(p).to = '2026-12-05T00:00'),
    ['freeze black-friday is lengthened to 5 Dec 2026 00:00'],
  ],
  [
    'an exception',
    (p) => (blackFriday(p).except = ['hotfix']),
    ['freeze black-friday now lets hotfixes pass'],
  ],
  ['a freeze that goes', (p) => delete p.freezes, ['freeze year-end removed']],
  [
    'a freeze that comes',
    (p) => p.freezes!.push({ id: 'easter', from: '2026-04-03T00:00', to: '2026-04-07T00:00' }),
    ['freeze easter added for everything, from 3 Apr 2026 00:00 to 7 Apr 2026 00:00 (Europe/Berlin)'],
  ],
  [
    'a freeze that is a window now',
    (p) => {
      p.environments[1]!.windows!.push(...p.environments[1]!.freezes!);
      p.environments[1]!.freezes = [];
    },
    [
      'window black-friday added for production, from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin)',
      'freeze black-friday removed',
    ],
  ],
  [
    'a freeze that moves to another place of the file',
    (p) => {
      p.freezes!.push({
        ...blackFriday(p),
        scope: { services: [], environments: ['production'], labels: [] },
      });
      delete p.environments[1]!.freezes;
    },
    ['windows, freezes and trains are written in another way, and mean the same'],
  ],
  [
    'the zone of all',
    (p) => (p.organisation.zone = 'UTC'),
    [
      'organisation: zone is now UTC instead of Europe/Berlin',
      'freeze year-end is moved: from 20 Dec 2026 00:00 without end (UTC)',
      'window production-window-1 is moved: every week on Mon and Tue at 09:00 for 7 h (UTC)',
      'freeze black-friday is moved: from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (UTC)',
      'train weekly: departure is now every week on Tue at 14:00 (UTC) instead of every week on Tue at 14:00 (Europe/Berlin)',
    ],
  ],
  [
    'a label',
    (p) => (p.environments[1]!.labels = ['us']),
    ['environment production: label us added', 'environment production: label eu removed'],
  ],
  ['a lock', (p) => (p.services[0]!.locks = []), ['service cart: lock db:orders removed']],
  [
    'what happens to a second reservation',
    (p) => (p.environments[1]!.reservations = 'refuse'),
    ['environment production: what is reserved already is now refuse'],
  ],
  [
    'a required passenger',
    (p) => (train(p).services = ['shop', { service: 'cart', required: true }]),
    ['train weekly: services is now shop, cart (required) instead of cart'],
  ],
  ['a captain', (p) => (train(p).captain = 'ben'), ['train weekly: captain is now ben instead of ana']],
  ['a train that goes', (p) => (p.trains = []), ['train weekly removed']],
  [
    'a passenger that is written in another way',
    (p) => (train(p).services = [{ service: 'cart', required: false }]),
    ['windows, freezes and trains are written in another way, and mean the same'],
  ],
])('%s', (_what, change, sentences) => {
  const after = datedPolicy();
  change(after);
  expect(describePolicyChange(datedPolicy(), after)).toEqual(sentences);
});

test('the same policy as it comes back from the record, its fields in another order, changes nothing', () => {
  expect(describePolicyChange(fieldsReversed(datedPolicy()), datedPolicy())).toEqual([]);
});

const fieldsReversed = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map((one: unknown) => fieldsReversed(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([name, one]) => [name, fieldsReversed(one)])) as T;
};

test('a train that comes is told with its way and its departures', () => {
  const before = datedPolicy();
  delete before.trains;
  expect(describePolicyChange(before, datedPolicy())).toEqual([
    'train weekly added (to production, every week on Tue at 14:00 (Europe/Berlin))',
  ]);
});

test('a first policy counts its calendar', () => {
  expect(describePolicy(datedPolicy())).toBe(
    '2 people, 2 environments, 2 services, 1 pipeline, 1 window, 2 freezes and 1 train',
  );
});
