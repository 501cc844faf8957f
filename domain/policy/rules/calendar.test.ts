import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { validatePolicy } from '../validate.ts';

const freeze = { id: 'sale', from: '2026-11-26T00:00', to: '2026-12-01T00:00' };
const window = { start: '2026-01-05T09:00', rrule: 'FREQ=WEEKLY;BYDAY=MO', duration: '7h' };
const train = {
  id: 'weekly',
  captain: 'ana',
  departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00' },
  cutoff: '2h',
  services: ['shop', { service: 'cart', required: true }],
  to: 'production',
};

/** The mistakes in the usual policy with more in it: `place code: detail remedy`. */
function mistakes(more: Record<string, unknown>, production: Record<string, unknown> = {}): string[] {
  const policy = aPolicy();
  const value = {
    ...policy,
    environments: [policy.environments[0], { ...policy.environments[1], ...production }],
    ...more,
  };
  return validatePolicy(value).problems.map(
    ({ path, code, detail, remedy }) => `${path.join('.')} ${code}: ${detail} ${remedy}`,
  );
}

test('a calendar in all of its places is accepted', () => {
  const scope = { services: ['shop'], environments: ['production'], labels: ['eu'] };
  const more = { windows: [window], freezes: [{ ...freeze, scope, owner: 'ana' }], trains: [train] };
  const production = {
    labels: ['eu'],
    windows: [{ ...window, scope: { services: ['shop'] } }, window],
    freezes: [{ id: 'other', start: '2026-01-05T22:00', endLocal: '04:00' }],
    reservations: 'refuse',
  };
  expect(mistakes(more, production)).toEqual([]);
});

const wrong: [string, Record<string, unknown>, Record<string, unknown>, string[]][] = [
  [
    'names of nothing',
    {
      freezes: [
        { ...freeze, owner: 'zoe', scope: { services: ['shp'], environments: ['prod'], labels: ['eu'] } },
      ],
    },
    {},
    [
      'freezes.0.owner POLICY_REFERENCE_UNKNOWN: There is no person "zoe". Write one of: ana, ben.',
      'freezes.0.scope.services.0 POLICY_REFERENCE_UNKNOWN: There is no service "shp". Did you mean `shop`?',
      'freezes.0.scope.environments.0 POLICY_REFERENCE_UNKNOWN: There is no environment "prod". Write one of: staging, production.',
      'freezes.0.scope.labels.0 POLICY_REFERENCE_UNKNOWN: Nothing carries the label "eu". Write it under `labels` of a service or environment.',
    ],
  ],
  [
    'one name for two',
    { windows: [{ ...window, id: 'sale' }], freezes: [freeze] },
    {},
    [
      'freezes.0.id POLICY_DUPLICATE: Two windows or freezes are called "sale". Give each one a name of its own.',
    ],
  ],
  [
    'a name that a place has given away',
    { windows: [{ ...window, id: 'production-window-1' }] },
    { windows: [window] },
    [
      'environments.1.windows.0 POLICY_DUPLICATE: Two windows or freezes are called "production-window-1". Give this one an `id` of its own.',
    ],
  ],
  [
    'another environment under an environment',
    {},
    { freezes: [{ ...freeze, scope: { environments: ['staging'] } }] },
    [
      'environments.1.freezes.0.scope.environments POLICY_FIELD_INVALID: This freeze stands under one environment, and is about that one alone. Remove `environments` here, or move the freeze to the `freezes` of the file.',
    ],
  ],
  [
    'a rule that cannot be evaluated',
    { freezes: [{ id: 'sale', rrule: 'FREQ=HOURLY', duration: '2h' }] },
    {},
    [
      'freezes.0.start POLICY_FIELD_MISSING: The field "start" is missing. Write start: 2026-01-05T09:00 with rrule and duration, or from and to for a single time.',
      'freezes.0.rrule POLICY_FIELD_INVALID: "FREQ=HOURLY" has FREQ=HOURLY. Write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.',
    ],
  ],
  [
    'a kind of release that is not one',
    { freezes: [{ ...freeze, except: ['hotfixes'], actions: { rolback: 'allow' } }] },
    {},
    [
      'freezes.0.except.0 POLICY_FIELD_INVALID: "hotfixes" is not known here. Did you mean `hotfix`?',
      'freezes.0.actions.rolback POLICY_FIELD_UNKNOWN: There is no field "rolback" here. Did you mean `rollback`?',
    ],
  ],
  [
    'a train for nobody',
    { trains: [{ ...train, captain: 'zoe', to: 'moon', services: ['shop', 'shop', 'mail'] }, train] },
    {},
    [
      'trains.1.id POLICY_DUPLICATE: Two trains are called "weekly". Rename one of them, or remove it.',
      'trains.0.captain POLICY_REFERENCE_UNKNOWN: There is no person "zoe". Write one of: ana, ben.',
      'trains.0.to POLICY_REFERENCE_UNKNOWN: There is no environment "moon". Write one of: staging, production.',
      'trains.0.services.2 POLICY_REFERENCE_UNKNOWN: There is no service "mail". Write one of: cart, shop.',
      'trains.0.services.1 POLICY_DUPLICATE: "shop" stands twice in this train. Write it once.',
    ],
  ],
  [
    'a train to the first stage, before which nothing can be ready',
    { trains: [{ ...train, to: 'staging' }] },
    {},
    [
      'trains.0.to POLICY_FIELD_INVALID: "staging" is the first stage of the pipeline "web": a train boards what has finished the stage before. Write a later stage, or put a stage before this one.',
    ],
  ],
  [
    'a train that never leaves',
    {
      trains: [{ ...train, departure: { ...train.departure, rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' } }],
    },
    {},
    [
      'trains.0.departure.rrule POLICY_FIELD_INVALID: The rrule of these departures has no date within four years of its start. Write a rule that comes round, such as FREQ=WEEKLY;BYDAY=MO.',
    ],
  ],
];
test.each(wrong)('%s', (_what, more, production, found) => {
  expect(mistakes(more, production)).toEqual(found);
});

test('services of different pipelines cannot ride together, and none where it does not lead', () => {
  const policy = aPolicy();
  const [staging] = policy.pipelines['web']!;
  const value = {
    ...policy,
    pipelines: { ...policy.pipelines, short: [staging] },
    services: [policy.services[0], { ...policy.services[1], pipeline: 'short' }],
    trains: [train],
  };
  expect(validatePolicy(value).problems.map(({ detail }) => detail)).toEqual([
    '"cart" has another pipeline than "shop", so they cannot ride as one release.',
    'The pipeline "short" of its services does not go to "production".',
  ]);
});
