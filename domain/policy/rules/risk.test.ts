import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { validatePolicy } from '../validate.ts';

function mistakes(
  risk: unknown,
  service: unknown = undefined,
  roles: string[] = ['qa', 'release-manager'],
): string[] {
  const policy = aPolicy();
  const [ana, ...others] = policy.people;
  const [staging, production] = policy.pipelines['web'] ?? [];
  const [cart, shop] = policy.services;
  return validatePolicy({
    ...policy,
    people: [{ ...ana, roles }, ...others],
    services: [cart, { ...shop, ...(service === undefined ? {} : { risk: service }) }],
    pipelines: { web: [staging, { ...production, risk }] },
  }).problems.map(({ path, detail, remedy }) => `${path.join('.')}: ${detail} ${remedy}`);
}

const all = {
  tier: 1,
  bugs: [
    {
      kind: 'github',
      repository: 'acme/shop',
      token: 'secret://GITHUB_TOKEN',
      labels: { blocker: ['sev1'] },
    },
    { kind: 'json', url: 'https://bugs.acme.test/{{version}}', pointers: { major: '/open/major' } },
    { kind: 'file', path: 'known-bugs.json' },
  ],
  paths: { ignore: ['*.gen.ts'], migrations: ['db/**'] },
  rollForward: 'docs/roll-forward.md',
};

test('a stage may judge risk with all defaults, or with all settings', () => {
  expect(mistakes({})).toEqual([]);
  const settings = {
    needsReleaseManagerFrom: 50,
    refuseFrom: 90,
    bands: { moderate: 10, high: 30, veryHigh: 70 },
    workingHours: { days: ['MO', 'TU'], from: '08:00', to: '16:30' },
  };
  expect(mistakes(settings, all)).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  [
    'bands that do not follow each other',
    { bands: { high: 70 } },
    [
      'pipelines.web.1.risk.bands: The bands begin at 20, 70 and 60, so that one of them never holds. Let moderate be less than high, and high less than veryHigh; those that are left out are 20, 40 and 60.',
    ],
  ],
  [
    'hours that end before they begin',
    { workingHours: { from: '18:00' } },
    [
      'pipelines.web.1.risk.workingHours: The working hours end at 17:00, which is not after 18:00. Write a `to` that is later on the same day, such as from: "09:00", to: "17:00".',
    ],
  ],
  [
    'a word that is not known',
    { refuseFromm: 90 },
    ['pipelines.web.1.risk.refuseFromm: There is no field "refuseFromm" here. Did you mean `refuseFrom`?'],
  ],
])('%s', (_, risk, found) => {
  expect(mistakes(risk)).toEqual(found);
});

test('a stage whose releases may need a release manager needs somebody who is one', () => {
  expect(mistakes({}, undefined, ['qa'])).toEqual([
    'pipelines.web.1.risk: From 60 points on a release manager must agree, and nobody has the role "release-manager". Give somebody `roles: [release-manager]`, or refuse such releases: `refuseFrom` with no more points than that.',
  ]);
  expect(mistakes({ refuseFrom: 60 }, undefined, ['qa'])).toEqual([]);
});

test('a source of bugs that cannot be read is told with its place', () => {
  const bugs = [{ kind: 'github', repository: 'shop', token: 'hunter2', labels: {} }];
  expect(mistakes({}, { bugs })).toEqual([
    'services.1.risk.bugs.0.repository: "shop" is no repository. Write owner/name, such as acme/shop.',
    expect.stringContaining('services.1.risk.bugs.0.token: '),
  ]);
});
