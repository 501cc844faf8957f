import { describe, expect, test } from '@jest/globals';
import { PolicySchema } from '../policy/policy.schema.ts';
import { admitRelease, type Request, targetOf } from './admit.ts';

const deploy = { kind: 'command', apply: ['./deploy'], undo: ['./undo'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme' },
  people: [{ id: 'ana', name: 'Ana', email: 'ana@acme.test' }],
  environments: [{ id: 'staging' }, { id: 'production' }, { id: 'lab' }],
  services: [
    { id: 'shop', pipeline: 'web', source: { git: './shop', versions: '>=1.0.0 <2.0.0' } },
    { id: 'cart', pipeline: 'web', versions: '>=1.2.0' },
    { id: 'batch', pipeline: 'jobs' },
  ],
  pipelines: {
    web: [
      { environment: 'staging', deploy },
      { environment: 'production', deploy },
    ],
    jobs: [{ environment: 'production', deploy }],
  },
});
const aRequest = (over: Partial<Request> = {}): Request => ({
  components: [{ service: 'shop', version: '1.4.0' }],
  intent: 'deploy',
  policy,
  runningAtTarget: { shop: { version: '1.3.0', digest: 'a' } },
  ...over,
});
const inStaging = (version: string) => [{ environment: 'staging', running: { shop: { version } } }];
const banOn = (version: string) => ({
  ...{ id: 'qua_1', service: 'shop', version, by: 'ana', reason: 'loses carts', lifts: [] },
  at: '2026-06-01T08:00:00.000Z',
});
const shop = (version: string, digest?: string) => ({
  components: [{ service: 'shop', version, ...(digest ? { digest } : {}) }],
});

describe('a release', () => {
  test.each<[string, Partial<Request>]>([
    ['of a newer version', {}],
    ['where nothing runs yet', { runningAtTarget: {} }],
    ['of the same version as a redeploy', { ...shop('1.3.0', 'a'), intent: 'redeploy' }],
    ['of an older version as a rollback', { ...shop('1.2.0'), intent: 'rollback' }],
    ['to an earlier stage', { to: 'staging', runningAtTarget: {} }],
    ['past a stage that runs the same version', { runningBefore: inStaging('1.4.0') }],
    [
      'of a fix of what is live, past a stage that runs a newer version',
      { runningBefore: inStaging('1.5.0'), urgent: 'orders are lost' },
    ],
    [
      'back, past a stage that runs a newer version',
      { ...shop('1.2.0'), intent: 'rollback', runningBefore: inStaging('1.5.0') },
    ],
    [
      'of what is only called a rollback, past a stage that runs a newer version, where it is urgent',
      {
        ...{ ...shop('1.2.0'), intent: 'rollback', isBack: false, urgent: 'orders are lost' },
        ...{ runningBefore: inStaging('1.5.0'), runningAtTarget: { shop: { version: 'build-7' } } },
      },
    ],
    [
      'again, past a stage that runs a newer version',
      { ...shop('1.3.0', 'a'), intent: 'redeploy', runningBefore: inStaging('1.5.0') },
    ],
    ['beside a ban on another version', { quarantines: [banOn('1.3.9')] }],
    [
      'of several services of one pipeline',
      { components: [...shop('1.4.0').components, { service: 'cart', version: '1.2.0' }] },
    ],
    [
      'of a version that is not semantic, where no rule asks for one',
      { components: [{ service: 'batch', version: 'nightly-7' }] },
    ],
    [
      'of a version that is like a tag, where no source tags versions',
      { components: [{ service: 'batch', version: 'v1.4.0' }] },
    ],
  ])('%s is admitted', (_, over) => {
    expect(admitRelease(aRequest(over))).toEqual({ ok: true });
  });

  test.each<[string, Partial<Request>, string, string, object]>([
    [
      'of a tag in place of a version',
      shop('v1.4.0'),
      'VERSION_IS_TAG',
      '/components/0/version',
      { service: 'shop', version: 'v1.4.0', meant: '1.4.0' },
    ],
    [
      'of an unknown service',
      { components: [{ service: 'shpo', version: '1.4.0' }] },
      'SERVICE_UNKNOWN',
      '/components/0/service',
      { service: 'shpo', suggestion: 'shop' },
    ],
    [
      'that names a service twice',
      { components: [...shop('1.4.0').components, ...shop('1.5.0').components] },
      'COMPONENT_DUPLICATE',
      '/components/1/service',
      { service: 'shop' },
    ],
    [
      'of different pipelines',
      { components: [...shop('1.4.0').components, { service: 'batch', version: '1.0.0' }] },
      'PIPELINE_MISMATCH',
      '/components',
      { detail: 'shop passes web, batch passes jobs' },
    ],
    [
      'of a version like an option',
      shop('--force'),
      'VERSION_INVALID',
      '/components/0/version',
      { version: '--force' },
    ],
    ['of a version that climbs', shop('1..4'), 'VERSION_INVALID', '/components/0/version', {}],
    [
      'of a version with a slash',
      shop('1.4.0/2'),
      'VERSION_INVALID',
      '/components/0/version',
      { detail: 'it must not contain a slash' },
    ],
    [
      'outside the range of the source',
      shop('2.0.0'),
      'VERSION_OUTSIDE_RULE',
      '/components/0/version',
      { rule: '>=1.0.0 <2.0.0' },
    ],
    [
      'outside the range of the service',
      { components: [{ service: 'cart', version: '1.1.0' }] },
      'VERSION_OUTSIDE_RULE',
      '/components/0/version',
      { rule: '>=1.2.0' },
    ],
    [
      'of a pre-release that no rule names',
      shop('1.4.0-rc.1'),
      'VERSION_OUTSIDE_RULE',
      '/components/0/version',
      {},
    ],
    [
      'G11: of an older version as a deploy',
      shop('1.2.0'),
      'VERSION_DOWNGRADE',
      '/components/0/version',
      { running: '1.3.0', environment: 'production' },
    ],
    [
      'of an older version than a stage before the last one runs',
      { runningBefore: inStaging('1.5.0') },
      'VERSION_DOWNGRADE',
      '/components/0/version',
      {
        running: '1.5.0',
        environment: 'staging',
        fix: expect.stringContaining('`--to staging --intent rollback`'),
      },
    ],
    [
      'of what is only called a rollback, older than a stage before the last one runs',
      {
        ...{ ...shop('1.2.0'), intent: 'rollback', isBack: false },
        ...{ runningBefore: inStaging('1.5.0'), runningAtTarget: { shop: { version: 'build-7' } } },
      },
      'VERSION_DOWNGRADE',
      '/components/0/version',
      { running: '1.5.0', environment: 'staging', fix: expect.stringContaining('`--urgent "…"`') },
    ],
    [
      'of a version that is banned',
      { quarantines: [banOn('1.4.0')] },
      'DENIED_BY_GATE',
      '/components/0/version',
      {
        gate: 'quarantine',
        detail: expect.stringMatching(/^shop 1\.4\.0 is quarantined .* by Ana: "loses carts"/),
        fix: expect.stringContaining('gantry quarantine lift qua_1'),
      },
    ],
    [
      'back to a version that is banned',
      { ...shop('1.2.0'), intent: 'rollback', quarantines: [banOn('1.2.0')] },
      'DENIED_BY_GATE',
      '/components/0/version',
      {},
    ],
    [
      'G11: of what runs already',
      shop('1.3.0', 'a'),
      'VERSION_RUNS_ALREADY',
      '/components/0/version',
      { environment: 'production' },
    ],
    [
      'G11: of the same version with another digest',
      shop('1.3.0', 'b'),
      'VERSION_REUSED',
      '/components/0/version',
      {},
    ],
    [
      'of a newer version as a rollback',
      { ...shop('1.4.0'), intent: 'rollback' },
      'INTENT_MISMATCH',
      '/intent',
      { detail: 'shop 1.3.0 runs in production' },
    ],
    [
      'that rolls back where nothing runs',
      { ...shop('1.2.0'), intent: 'rollback', runningAtTarget: {} },
      'INTENT_MISMATCH',
      '/intent',
      { detail: 'shop does not run in production yet' },
    ],
    [
      'that deploys anew what does not run',
      { ...shop('1.2.0'), intent: 'redeploy' },
      'INTENT_MISMATCH',
      '/intent',
      {},
    ],
    [
      'to an unknown environment',
      { to: 'prodution' },
      'ENVIRONMENT_UNKNOWN',
      '/to',
      { environment: 'prodution', suggestion: 'production' },
    ],
    [
      'to an environment outside its pipeline',
      { to: 'lab' },
      'PIPELINE_MISMATCH',
      '/to',
      { detail: 'pipeline web of shop does not go to lab' },
    ],
  ])('%s is refused', (_, over, code, pointer, facts) => {
    expect(admitRelease(aRequest(over))).toMatchObject({ ok: false, problems: [{ code, pointer, facts }] });
  });

  test('hears every objection at once', () => {
    const request = aRequest({
      components: [{ service: 'zzz', version: '-x' }, ...shop('0.9.0').components],
      to: 'nowhere',
    });
    const answer = admitRelease(request);
    expect(answer.ok ? [] : answer.problems.map(({ code }) => code)).toEqual([
      'SERVICE_UNKNOWN',
      'VERSION_INVALID',
      'VERSION_OUTSIDE_RULE',
      'ENVIRONMENT_UNKNOWN',
    ]);
    expect(answer.ok ? '' : answer.problems[0]?.facts).toEqual({ service: 'zzz' });
  });
});

test('the target is the stated environment, else the end of the pipeline', () => {
  expect(targetOf(aRequest())).toBe('production');
  expect(targetOf(aRequest({ to: 'staging' }))).toBe('staging');
  expect(targetOf(aRequest({ to: 'lab' }))).toBeUndefined();
});

describe('what is said of a newer version in a stage before the target', () => {
  const fixOf = (over: Partial<Request>): { codes: string[]; fix: string } => {
    const admission = admitRelease(aRequest(over));
    const problems = admission.ok ? [] : admission.problems;
    const downgrade = problems.find(({ facts }) => facts['environment'] === 'staging');
    return { codes: problems.map(({ code }) => code), fix: downgrade?.facts['fix'] ?? '' };
  };
  const runningBefore = inStaging('1.5.0');

  test('names all ways where all are open', () => {
    expect(fixOf({ runningBefore }).fix).toBe(
      'Release a version above 1.5.0. If it was deployed well in staging, it may go on alone: `--to production --alone`. If it mends what is live: `--urgent "…"`. If you mean to go back in staging: `--to staging --intent rollback`.',
    );
  });

  test.each([
    ['the same version', '1.4.0', 'Release a version above 1.5.0.'],
    ['a newer one', '1.4.1', 'Release a version above 1.5.0.'],
    ['one newer than that of the stage, too', '1.6.0', 'Release a version above 1.6.0.'],
  ])('names no way to the target where that runs %s', (_, version, first) => {
    const { fix } = fixOf({ runningBefore, runningAtTarget: { shop: { version } } });
    expect(fix).toBe(`${first} If you mean to go back in staging: \`--to staging --intent rollback\`.`);
  });

  test('names only a newer version where this one is banned, which stands first', () => {
    const { codes, fix } = fixOf({ runningBefore, quarantines: [banOn('1.4.0')] });
    expect(codes).toEqual(['DENIED_BY_GATE', 'VERSION_DOWNGRADE']);
    expect(fix).toBe('Release a version above 1.5.0.');
  });

  test('names no way that another component of the release would be refused on', () => {
    const components = [
      { service: 'shop', version: '1.4.0' },
      { service: 'cart', version: '1.3.0' },
    ];
    const { fix } = fixOf({
      components,
      runningBefore: [
        { environment: 'staging', running: { shop: { version: '1.5.0' }, cart: { version: '1.2.0' } } },
      ],
      runningAtTarget: { shop: { version: '1.3.0' }, cart: { version: '1.3.0' } },
    });
    expect(fix).toBe('Release a version above 1.5.0.');
  });
});
