import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import type { PolicyMistake } from '../problem.ts';
import { validatePolicy } from '../validate.ts';

type Fields = Record<string, unknown>;
interface Change {
  staging?: Fields;
  production?: Fields;
  shop?: Fields;
}

/** The usual policy with more in its two stages and in the service shop. */
function changed({ staging = {}, production = {}, shop = {} }: Change): unknown {
  const policy = aPolicy();
  const [first, last] = policy.pipelines['web'] ?? [];
  return {
    ...policy,
    services: [policy.services[0], { ...policy.services[1], ...shop }],
    pipelines: {
      web: [
        { ...first, ...staging },
        { ...last, ...production },
      ],
    },
  };
}

const mistakes = (change: Change): string[] =>
  validatePolicy(changed(change)).problems.map(
    ({ path, code, detail }: PolicyMistake) => `${path.join('.')} ${code}: ${detail}`,
  );

const rehearsal = {
  id: 'undo',
  kind: 'rehearsal',
  probe: { kind: 'command', run: ['./probe.sh', '{{previousVersion}}'] },
};
const alerts = (sample: Fields) => ({ id: 'alerts', kind: 'http', url: 'http://alerts', sample });

test('everything that a stage can ask of the way here and the way back is accepted', () => {
  expect(
    mistakes({
      staging: { checks: [rehearsal] },
      production: {
        checks: [alerts({ delay: '0s', interval: '5m', minSuccess: '10m', timeout: '1h' })],
        gates: {
          promotion: {},
          soak: { from: 'staging', atLeast: '24h', maxAge: '30d' },
          rollback: 'required',
          rehearsed: '30d',
          waive: { role: 'qa' },
        },
      },
      shop: {
        lanes: {
          trunk: { branches: ['main'], versions: '>=1.0.0', preReleases: '^rc' },
          hotfix: { branches: ['hotfix/*'], to: ['production'], urgent: true },
        },
        migrations: [
          { kind: 'additive', paths: ['db/**'] },
          { kind: 'irreversible', paths: ['db/drop/*'], compatible: '>=1.3.0' },
        ],
        artifact: { url: 'https://registry.test/{{service}}/{{version}}' },
      },
    }),
  ).toEqual([]);
});

const wrong: [string, Change, string[]][] = [
  [
    'G4: samples that could never open the gate',
    { production: { checks: [alerts({ interval: '5m', minSuccess: '10m', timeout: '10m' })] } },
    [
      'pipelines.web.1.checks.0.sample.timeout POLICY_GATE_INVALID: The gate could never open: the first time would be 10 min after it has begun, and it gives up at 10m.',
    ],
  ],
  [
    'more samples than anybody needs',
    { production: { checks: [alerts({ interval: '1s', timeout: '1h' })] } },
    [
      'pipelines.web.1.checks.0.sample.interval POLICY_GATE_INVALID: That would be 3600 samples; at most 500 are taken.',
    ],
  ],
  [
    'checks of one stage that are sampled differently',
    {
      production: {
        checks: [
          alerts({ interval: '5m', timeout: '1h' }),
          { ...alerts({ interval: '1m', timeout: '1h' }), id: 'tickets' },
        ],
      },
    },
    [
      'pipelines.web.1.checks.1.sample POLICY_GATE_INVALID: The checks "tickets" and "alerts" of one stage are sampled differently, but all of them are asked together.',
    ],
  ],
  [
    'a first stage that nothing comes before',
    { staging: { gates: { promotion: {}, soak: { atLeast: '1h' } } } },
    [
      'pipelines.web.0.gates.promotion POLICY_GATE_INVALID: No stage comes before this one, so nothing could have been verified there.',
      'pipelines.web.0.gates.soak POLICY_GATE_INVALID: No stage comes before this one, so nothing could have been verified there.',
    ],
  ],
  [
    'stages that do not come before',
    { production: { gates: { promotion: { from: ['production'] }, soak: { from: 'load', atLeast: '1h' } } } },
    [
      'pipelines.web.1.gates.promotion.from POLICY_GATE_INVALID: production does not come before this stage, so nothing that goes here passes it.',
      'pipelines.web.1.gates.soak.from POLICY_GATE_INVALID: load does not come before this stage, so nothing that goes here passes it.',
    ],
  ],
  [
    'a rehearsal that nobody makes, and one in production',
    { production: { checks: [rehearsal], gates: { rehearsed: '30d' } } },
    [
      'pipelines.web.1.checks.0 POLICY_GATE_INVALID: A rehearsal deploys a version and takes it back at once, which production is not the place for.',
      'pipelines.web.1.gates.rehearsed POLICY_GATE_INVALID: No stage before this one rehearses the undo.',
    ],
  ],
  [
    'waivers by a role that nobody has',
    { production: { gates: { waive: { role: 'boss' } } } },
    [
      'pipelines.web.1.gates.waive.role POLICY_GATE_INVALID: Nobody has the role boss, so nobody could waive a check.',
    ],
  ],
  [
    'lanes that nobody can read',
    {
      shop: {
        lanes: { trunk: { branches: ['main'], versions: 'newer', preReleases: '(', to: ['prod'] } },
        migrations: [{ kind: 'additive', compatible: 'x y' }],
      },
    },
    [
      'services.1.lanes.trunk.versions POLICY_VERSION_RANGE_INVALID: "newer" is not a range of versions.',
      'services.1.lanes.trunk.preReleases POLICY_GATE_INVALID: "(" is not a pattern.',
      'services.1.lanes.trunk.to POLICY_GATE_INVALID: There is no environment "prod".',
      'services.1.migrations.0.compatible POLICY_VERSION_RANGE_INVALID: "x y" is not a range of versions.',
      'services.1.migrations.0.compatible POLICY_GATE_INVALID: After a migration that is additive every version can run.',
    ],
  ],
  [
    'a pattern of pre-releases that could take for ever',
    { shop: { lanes: { trunk: { branches: ['main'], preReleases: '^(a+)+$' } } } },
    [
      'services.1.lanes.trunk.preReleases POLICY_GATE_INVALID: "^(a+)+$" could take for ever: it repeats a group that repeats or chooses in itself.',
    ],
  ],
  [
    'lanes and migrations that hang on a source that is not there',
    {
      shop: {
        source: undefined,
        lanes: { trunk: { branches: ['main'] } },
        migrations: [{ kind: 'additive', paths: ['db/**'] }],
      },
    },
    [
      'services.1.lanes POLICY_GATE_INVALID: Lanes hang on branches, and this service has no source to read them from.',
      'services.1.migrations.0.paths POLICY_GATE_INVALID: Nobody can tell which files have changed: this service has no source.',
    ],
  ],
];

test.each(wrong)('%s are told', (_, change, expected) => {
  expect(mistakes(change)).toEqual(expected);
});
