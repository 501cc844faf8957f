import { describe, expect, test } from '@jest/globals';
import { PolicySchema } from '../policy/policy.schema.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { excludedPeople, type Involved } from './exclusions.ts';
import { simulatedAsks, simulatedGates, type SimulationFacts } from './simulated-gates.ts';

const deploy = { kind: 'command', apply: ['./d'], undo: ['./u'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme' },
  people: [
    { id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test', roles: ['qa'] },
    { id: 'cleo', name: 'Cleo Park', email: 'cleo@acme.test', roles: ['qa'] },
    { id: 'ben', name: 'Ben Adler', email: 'ben@acme.test' },
  ],
  environments: [{ id: 'staging' }, { id: 'production', production: true }],
  services: [{ id: 'shop', pipeline: 'web' }],
  pipelines: {
    web: [
      { environment: 'staging', deploy },
      {
        environment: 'production',
        deploy,
        checks: [{ id: 'e2e', kind: 'command', run: ['./e2e'] }],
        approvals: [{ role: 'qa', atLeast: 1 }],
        hotfix: { approvals: [], checks: [] },
      },
    ],
  },
});
const [staging, production] = policy.pipelines['web'] ?? [];
const at = '2026-11-26T12:00:00.000Z';
const factsOf = (over: Partial<SimulationFacts> = {}): SimulationFacts => ({
  policy,
  stage: production!,
  component: { service: 'shop', version: '1.4.0' },
  at,
  isUrgent: false,
  mode: 'deploy',
  goesBack: false,
  excluded: [],
  quarantines: [],
  absences: [],
  tellsAbsences: true,
  ...over,
});
const barred = (involved: Omit<Involved, 'contributors'>) =>
  excludedPeople(policy.people, { contributors: [], ...involved });
const rows = (over: Partial<SimulationFacts> = {}) => simulatedGates(factsOf(over));
const row = (gate: string, over: Partial<SimulationFacts> = {}) =>
  rows(over).find((one) => one.gate === gate);

test('what only a release brings is unknown, and never allowed', () => {
  expect(rows().map(({ gate, kind }) => [gate, kind])).toEqual([
    ['quarantine', 'allowed'],
    ['checks', 'unknown'],
    ['rollback plan', 'allowed'],
    ['approvals', 'needsPeople'],
  ]);
  expect(row('rollback plan', { running: '1.3.0' })?.because).toContain('would go back to shop 1.3.0');
  expect(row('rollback plan')?.because).toContain('Nothing of shop runs in production');
});

describe('the way back', () => {
  const source = { git: './shop', branch: 'main', tag: 'v{version}' };
  const told = (
    service: object,
    gates: object | undefined,
    running: string | undefined = '1.3.0',
  ): { kind: string; because: string } | undefined => {
    const services = [{ ...policy.services[0]!, ...service }];
    const stage = { ...production!, ...(gates ? { gates } : {}) } as SimulationFacts['stage'];
    return row('rollback plan', {
      policy: { ...policy, services },
      stage,
      ...(running === '' ? {} : { running }),
    });
  };
  const required = { rollback: 'required' };
  const back = 'It would go back to shop 1.3.0, which runs in production now, by the undo of its deployment.';
  const none = 'Its service declares no migrations of data (`migrations` in gantry.yaml)';

  test('is open where the stage asks for none, and says that no migrations are declared', () => {
    expect(told({}, undefined)).toEqual({
      gate: 'rollback plan',
      kind: 'allowed',
      because: `${back} ${none}, so it counts as having none. production asks for no rollback plan.`,
    });
    expect(told({ source }, { rollback: 'shown' })).toMatchObject({
      kind: 'allowed',
      because: expect.stringContaining('production shows the way back and holds nothing for it.'),
    });
  });

  test('is unknown where it is required and something is looked up for a release, with what that is', () => {
    expect(told({ source }, required)).toMatchObject({
      kind: 'unknown',
      because: `${back} ${none}; for a release, files that look like some are looked for in its Git change. production requires a plan; looked up for a release is which migrations it brings and whether that version is still there.`,
    });
    expect(told({}, required)?.because).toContain('give the service an `artifact` or a `source`');
    expect(told({ migrations: [{ kind: 'additive' }] }, { ...required, rehearsed: '7d' })).toMatchObject({
      kind: 'unknown',
      because: expect.stringMatching(/declared migrations.*and whether its undo was rehearsed in time\.$/),
    });
  });

  test('of a first deployment is open, for it is taken away again', () => {
    expect(told({ source }, required, '')).toMatchObject({ kind: 'allowed' });
  });
});

test('a quarantined version is denied, with the name of who banned it', () => {
  const ban = {
    id: 'q1',
    service: 'shop',
    version: '1.4.0',
    by: 'ben',
    reason: 'loses carts',
    at,
    lifts: [],
  };
  expect(row('quarantine', { quarantines: [ban] })).toMatchObject({
    kind: 'denied',
    because: expect.stringContaining('by Ben Adler: "loses carts"'),
  });
});

test('whether a version is another name for a banned build is unknown, and not allowed', () => {
  const ban = {
    id: 'q1',
    service: 'shop',
    version: '1.3.9',
    by: 'ben',
    reason: 'loses carts',
    at,
    lifts: [],
  };
  expect(row('quarantine', { quarantines: [ban] })?.kind).toBe('allowed');
  expect(row('quarantine', { quarantines: [{ ...ban, builds: [{ commit: 'c1' }] }] })).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('the build of shop 1.3.9'),
  });
});

test.each([
  ['one of two asks for it', { excluded: barred({ requester: 'ana' }) }, 'needsPeople'],
  ['both are barred', { excluded: barred({ requester: 'ana', policyEditor: 'cleo' }) }, 'denied'],
  [
    'one is barred and the other away all the time',
    {
      excluded: barred({ requester: 'ana' }),
      absences: [{ person: 'cleo', from: at, until: '2027-01-01T00:00:00.000Z' }],
    },
    'denied',
  ],
])('where %s, approvals are judged by who is left', (_, over, kind) => {
  expect(row('approvals', over)?.kind).toBe(kind);
});

test('who is away then is named, with who stands in', () => {
  const absences = [{ person: 'ana', from: at, until: '2026-11-27T12:00:00.000Z', delegate: 'cleo' }];
  expect(row('absences', { absences })?.because).toBe(
    'Away then: Ana Lopez until Fri 27 Nov 12:00 UTC (Cleo Park stands in).',
  );
  expect(
    row('absences', { absences: [{ ...absences[0]!, from: '2026-12-26T12:00:00.000Z' }] }),
  ).toBeUndefined();
});

test('a hotfix is judged by its shorter rules', () => {
  expect(row('approvals', { isUrgent: true })).toMatchObject({ kind: 'allowed' });
  expect(row('checks', { isUrgent: true })).toMatchObject({ kind: 'allowed' });
});

test('risk stands there where it is a gate, also where it cannot be known', () => {
  expect(row('risk')).toBeUndefined();
  expect(row('risk', { risk: { because: 'Cannot be known now: no worker answers.' } })).toMatchObject({
    kind: 'unknown',
  });
  const snapshot = {
    at,
    points: 95,
    measured: 95,
    band: 'critical',
    factors: [],
    blockers: [{ id: 'b', because: 'A build of it is quarantined.', remedy: 'Release another.' }],
    duties: [],
    sources: [],
  };
  expect(row('risk', { risk: { snapshot: snapshot as unknown as RiskSnapshot } })?.kind).toBe('denied');
});

test('a stage without checks and people asks for nothing', () => {
  expect(rows({ stage: staging! }).map(({ gate, kind }) => [gate, kind])).toContainEqual([
    'approvals',
    'allowed',
  ]);
});

test('who may not know of absences learns that it cannot be, and never of whom, nor until when', () => {
  const absences = [
    { person: 'cleo', from: at, until: '2027-01-01T00:00:00.000Z' },
    { person: 'ben', from: at, until: '2027-01-02T00:00:00.000Z', delegate: 'ana' },
  ];
  const told = rows({ absences, excluded: barred({ requester: 'ana' }), tellsAbsences: false });
  expect(told.find(({ gate }) => gate === 'approvals')).toMatchObject({ kind: 'denied' });
  expect(told.find(({ gate }) => gate === 'absences')?.because).toMatch(/^Somebody is away then\./);
  expect(JSON.stringify(told)).not.toMatch(/Cleo|Ben|1 Jan|2 Jan|2027/);
});

test('who may not know of absences is told what does not come from one', () => {
  const told = row('approvals', {
    excluded: barred({ requester: 'ana', policyEditor: 'cleo' }),
    tellsAbsences: false,
  });
  expect(told?.because).toBe(
    row('approvals', { excluded: barred({ requester: 'ana', policyEditor: 'cleo' }) })?.because,
  );
});

const until = '2027-01-01T00:00:00.000Z';
const [rule] = production!.approvals;
const asks = (over: Partial<SimulationFacts> = {}) => {
  const [{ candidates, away } = { candidates: undefined, away: undefined }] = simulatedAsks(factsOf(over));
  return { candidates, away };
};
const backedBy = { ...production!, approvals: [{ ...rule!, backup: { people: ['ben'] } }] };
const both = { ...production!, approvals: [{ ...rule!, atLeast: 2 }] };

test.each<[string, Partial<SimulationFacts>, { candidates?: string[]; away?: string[] }]>([
  ['everybody with the role', {}, { candidates: ['ana', 'cleo'] }],
  ['nobody who is away', { absences: [{ person: 'ana', from: at, until }] }, { candidates: ['cleo'] }],
  [
    'whoever is back by then',
    { absences: [{ person: 'ana', from: '2026-11-01T00:00:00.000Z', until: at }] },
    { candidates: ['ana', 'cleo'] },
  ],
  [
    'the backup group in place of who is away',
    { absences: [{ person: 'ana', from: at, until }], stage: backedBy },
    { candidates: ['cleo', 'ben'] },
  ],
  [
    'also who is away, where it does not go without, and says so',
    { absences: [{ person: 'ana', from: at, until: '2026-11-27T00:00:00.000Z' }], stage: both },
    { candidates: ['ana', 'cleo'], away: ['ana'] },
  ],
  [
    'those who are named, where it could not be filled',
    { absences: [{ person: 'ana', from: at, until }], stage: both },
    { candidates: ['ana', 'cleo'], away: ['ana'] },
  ],
  [
    'nobody whom the rule bars already now',
    { excluded: barred({ requester: 'ana' }) },
    { candidates: ['cleo'] },
  ],
])('a simulation asks %s', (_, over, expected) => {
  expect(asks(over)).toEqual({ away: undefined, ...expected });
});

test('a hotfix asks by its shorter rules', () => {
  expect(simulatedAsks(factsOf({ isUrgent: true }))).toEqual([]);
  expect(simulatedAsks(factsOf({ mode: 'rollback', goesBack: true }))).toEqual([]);
});

test('who may not know of absences does not see them by who is left out', () => {
  const absences = [{ person: 'ana', from: at, until }];
  expect(asks({ absences, tellsAbsences: false })).toEqual({ candidates: ['ana', 'cleo'], away: undefined });
  expect(asks({ absences, tellsAbsences: false, stage: backedBy })).toEqual({
    ...{ candidates: ['ana', 'cleo'], away: undefined },
  });
});
