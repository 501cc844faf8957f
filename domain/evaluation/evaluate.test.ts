import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { evaluatePolicy, type Evaluation, type Means } from './evaluate.ts';
import { FactsSchema, FragmentSchema } from './facts.schema.ts';
import { policyAround } from './fragment.ts';
import { gateNames } from './gate-names.ts';
import { evaluable } from './readable.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const tell: Means['tell'] = (code) => ({ detail: code, remedy: 'mend it' });
const means = { hash, tell, zoneData: 't' };
const now = '2026-06-01T10:00:00Z';
const people = [
  { id: 'ana', roles: ['qa', 'security'] },
  { id: 'ben', roles: ['qa'], aliases: ['b@home.test'] },
  { id: 'cem', roles: ['security'] },
];

function ask(stage: object, facts: object, environment: object = {}): Evaluation {
  const names = { service: 'shop', stage: 'production' };
  const fragment = FragmentSchema.parse({ people, environment, stage });
  const { policy, problems } = evaluable(policyAround(fragment, names));
  expect(problems).toEqual([]);
  const given = FactsSchema.parse({ now, ...facts });
  const { evaluation, misfits } = evaluatePolicy(policy!, { ...names, facts: given }, means);
  expect(misfits).toEqual([]);
  return evaluation!;
}

const kinds = ({ gates }: Evaluation) => Object.fromEntries(gates.map((row) => [row.gate, row.kind]));

test('a stage that asks for nothing is open, and the environment is had once all else allows', () => {
  const answer = ask({}, {});
  expect(kinds(answer)).toEqual({ checks: 'allowed', approvals: 'allowed', lock: 'allowed' });
  expect(answer.headline).toEqual({ gate: 'all', kind: 'allowed', because: 'All gates allow it.' });
});

test('the environment is not had while another gate is shut, nor while somebody has it', () => {
  expect(kinds(ask({ approvals: [{ role: 'qa' }] }, {}))['lock']).toBe('waiting');
  const held = ask({}, { lock: { holder: { title: 'cart 2.0.0', since: '2026-06-01T09:00:00Z' } } });
  expect(held.headline).toMatchObject({ gate: 'lock', kind: 'waiting' });
  expect(held.headline.because).toContain('cart 2.0.0');
});

test('a check without a result has not run, one that failed denies, and one of another service counts for that one', () => {
  const stage = { checks: [{ id: 'unit', kind: 'http', url: 'https://acme.test' }] };
  expect(kinds(ask(stage, {}))['checks']).toBe('waiting');
  const failed = { checks: [{ id: 'unit', outcome: 'failed', summary: '2 of 310' }] };
  expect(ask(stage, failed).headline).toMatchObject({ gate: 'checks', kind: 'denied' });
  expect(kinds(ask(stage, { checks: [{ id: 'unit', outcome: 'passed' }] }))['checks']).toBe('allowed');
  expect(kinds(ask(stage, { checks: [{ id: 'unit', service: 'cart', outcome: 'passed' }] }))['checks']).toBe(
    'waiting',
  );
});

test.each([
  ['nobody where it goes back to what was released there', {}, {}, 'allowed'],
  ['people where a team only said that the version ran there', { adopted: true }, {}, 'needsPeople'],
  ['people where a team only said what runs there now', {}, { adopted: true }, 'needsPeople'],
])('a rollback asks %s', (_, before, runs, kind) => {
  const shop = (version: string) => ({ service: 'shop', version });
  const answer = ask(
    { approvals: [{ role: 'qa' }] },
    {
      intent: 'rollback',
      components: [{ ...shop('1.3.0'), running: { version: '1.4.0', ...runs } }],
      deployments: [
        { environment: 'production', builds: [shop('1.3.0')], endedAt: '2026-05-01T10:00:00Z', ...before },
      ],
    },
  );
  expect(kinds(answer)['approvals']).toBe(kind);
});

describe('a waiver', () => {
  const stage = {
    checks: [{ id: 'unit', kind: 'http', url: 'https://acme.test' }],
    approvals: [{ role: 'qa' }],
    approval: { grace: '0s' },
    gates: { waive: { role: 'security' } },
  };
  const waiver = {
    ...{ check: 'unit', by: 'cem', reason: 'the scanner is down', at: '2026-06-01T08:00:00Z' },
    expiresAt: '2026-06-02T08:00:00Z',
  };
  const back = { by: 'ana', at: '2026-06-01T09:00:00Z', reason: 'it is used in the wild' };
  const judged = (over: object, more: object = {}) =>
    ask(stage, { checks: [{ id: 'unit', outcome: 'failed' }], waivers: [{ ...waiver, ...over }], ...more });

  test.each<[string, object, string, string[]]>([
    ['that is given lets a failed check pass', {}, 'allowed', []],
    ['counts until just before its end', { expiresAt: '2026-06-01T10:00:00.001Z' }, 'allowed', []],
    ['that is over does not count', { expiresAt: '2026-06-01T10:00:00Z' }, 'denied', []],
    ['that was taken back does not count', { revoked: back }, 'denied', []],
    ['may be taken back in the very moment', { revoked: { ...back, at: now } }, 'denied', []],
    [
      'stays where whoever took it back may not',
      { revoked: { ...back, by: 'ben' } },
      'allowed',
      ['waivers.0.revoked'],
    ],
    [
      'stays where nobody says why it is taken back',
      { revoked: { ...back, reason: 'so what' } },
      'allowed',
      ['waivers.0.revoked'],
    ],
    [
      'cannot be taken back before it was given',
      { revoked: { ...back, at: '2026-06-01T07:59:59Z' } },
      'allowed',
      ['waivers.0.revoked'],
    ],
    [
      'cannot be taken back once it is over',
      { expiresAt: '2026-06-01T09:00:00Z', revoked: back },
      'denied',
      ['waivers.0.revoked'],
    ],
  ])('%s', (_, over, kind, refused) => {
    const answer = judged(over);
    expect(kinds(answer)['checks']).toBe(kind);
    expect(answer.refusals.map(({ fact }) => fact)).toEqual(refused);
  });

  test.each([
    ['by an approval that knew of it', {}, '2026-06-01T08:30:00Z', 'approved'],
    ['by one from before it was taken back', { revoked: back }, '2026-06-01T08:30:00Z', 'superseded'],
    ['by one from after that', { revoked: back }, '2026-06-01T09:30:00Z', 'approved'],
  ])('is approved %s: %#', (_, over, at, state) => {
    const answer = judged(over, {
      request: { openedAt: at },
      votes: [{ person: 'ana', choice: 'approve', at }],
    });
    expect(answer.request?.state).toBe(state);
  });

  test('is given anew after it was taken back', () => {
    const again = { ...waiver, at: '2026-06-01T09:30:00Z' };
    const answer = judged({ revoked: back }, { waivers: [{ ...waiver, revoked: back }, again] });
    expect(kinds(answer)['checks']).toBe('allowed');
  });

  test('is taken back by people who are known, at instants that have been', () => {
    const names = { service: 'shop', stage: 'production' };
    const { policy } = evaluable(policyAround(FragmentSchema.parse({ people, stage }), names));
    const revoked = { ...back, by: 'anna', at: '2026-06-01T10:00:01Z' };
    const facts = FactsSchema.parse({ now, waivers: [{ ...waiver, revoked }] });
    expect(
      evaluatePolicy(policy!, { ...names, facts }, means).misfits.map(({ path }) => path.join('.')),
    ).toEqual(['facts.waivers.0.revoked.by', 'facts.waivers.0.revoked.at']);
  });
});

describe('migrations of a service that declares none', () => {
  const stage = { gates: { rollback: 'required' }, risk: { refuseFrom: 90 } };
  const judged = (files: unknown, over: object = {}) =>
    ask(stage, {
      components: [{ service: 'shop', version: '1.4.0', running: { version: '1.3.0' }, files, ...over }],
      artifacts: [{ service: 'shop', version: '1.3.0', isThere: true }],
      risk: { factors: {}, others: 'notApplicable' },
    });
  const file = (text?: string, over: object = {}) => [
    'src/cart.ts',
    { path: 'db/migrations/7.sql', ...(text === undefined ? {} : { text }), ...over },
  ];

  test.each<[string, unknown, string, number, string]>([
    ['additive: the old code runs on', file('create table carts (id int);'), 'allowed', 6, 'additive'],
    ['backfill: so it does', file('update carts set tax = 0;'), 'allowed', 10, 'backfill'],
    ['irreversible: no way back', file('drop table carts;'), 'denied', 18, 'irreversible migration'],
    [
      'a word of the author beats the text',
      file('-- gantry: additive\ndrop table carts;'),
      'allowed',
      6,
      'additive',
    ],
    ['one that nobody can read', file(), 'waiting', 9, 'Cannot tell what db/migrations/7.sql'],
    ['one whose path alone is given', ['db/migrations/7.sql'], 'waiting', 9, 'Cannot tell'],
    ['one that is not there any more', file(undefined, { removed: true }), 'allowed', 0, 'no migration'],
    [
      'the undo script beside one',
      [{ path: 'db/migrations/7.down.sql', text: 'drop table carts;' }],
      'allowed',
      0,
      'no migration',
    ],
    ['no file of that kind', ['src/cart.ts'], 'allowed', 0, 'no migration'],
  ])('%s', (_, files, kind, points, because) => {
    const answer = judged(files);
    expect(answer.gates.find(({ gate }) => gate === 'rollback plan')).toMatchObject({
      kind,
      because: expect.stringContaining(because),
    });
    expect(answer.risk?.factors.find(({ factor }) => factor === 'migration')?.points).toBe(points);
  });

  test('are none against nothing, and what is measured beats what is detected', () => {
    const files = file('drop table carts;');
    expect(kinds(judged(files, { running: undefined }))['rollback plan']).toBe('allowed');
    const measured = ask(stage, {
      components: [{ service: 'shop', version: '1.4.0', running: { version: '1.3.0' }, files }],
      risk: { factors: { migration: { worst: 'additive' } }, others: 'notApplicable' },
    });
    expect(measured.risk?.points).toBe(6);
  });

  test('are unknown to the risk where the files are not given', () => {
    const answer = ask(stage, { risk: { factors: {}, others: 'unknown' } });
    expect(answer.risk?.factors.find(({ factor }) => factor === 'migration')?.state).toBe('unknown');
  });
});

describe('windows and freezes of the policy', () => {
  const environment = {
    freezes: [{ id: 'sale', from: '2026-06-01T00:00', to: '2026-06-02T00:00', except: ['hotfix'] }],
  };

  test('shut, and a hotfix passes', () => {
    expect(kinds(ask({}, {}, environment))['freeze']).toBe('waiting');
    const urgent = ask({}, { urgent: 'orders are lost' }, environment);
    expect(kinds(urgent)['freeze']).toBe('allowed');
    expect(urgent.calendar.despite).toHaveLength(1);
  });

  test('let a rollback pass that was asked for, and no other release over a newer version', () => {
    const back = { components: [{ service: 'shop', version: '1.3.0', running: { version: '1.4.0' } }] };
    expect(kinds(ask({}, { ...back, intent: 'rollback' }, environment))['freeze']).toBe('allowed');
    expect(kinds(ask({}, back, environment))['freeze']).toBe('waiting');
  });

  test('are passed by an override that is live', () => {
    const override = { freeze: 'sale', by: 'ana', expiresAt: '2026-06-01T11:00:00Z' };
    const given = (expiresAt: string) =>
      kinds(ask({}, { calendar: { overrides: [{ ...override, expiresAt }] } }, environment))['freeze'];
    expect(given('2026-06-01T11:00:00Z')).toBe('allowed');
    expect(given('2026-06-01T10:00:00Z')).toBe('waiting');
  });

  test('expire a start that came too late', () => {
    const answer = ask({}, { calendar: { startBy: '2026-06-01T12:00:00Z' } }, environment);
    expect(kinds(answer)['freeze']).toBe('denied');
  });
});

test('what it waits for elsewhere must be there', () => {
  const needs = { service: 'shop', environment: 'production', atLeast: '2.0.0' };
  expect(kinds(ask({}, { dependencies: [needs] }))['dependencies']).toBe('waiting');
  const there = { ...needs, running: { version: '2.1.0' } };
  expect(kinds(ask({}, { dependencies: [there] }))['dependencies']).toBe('allowed');
});

test('a hold needs its person', () => {
  const answer = ask({}, { holds: [{ by: 'cem', reason: 'wait for the campaign' }] });
  expect(answer.headline).toMatchObject({ gate: 'hold', kind: 'needsPeople' });
  expect(kinds(answer)['lock']).toBe('waiting');
});

test('authors count by id, name, address and alias', () => {
  for (const author of ['ben', 'Ben <b@home.test>', 'b@home.test', 'B@HOME.TEST'])
    expect(ask({}, { authors: [author] }).excluded).toMatchObject([{ person: 'ben', as: ['author'] }]);
});

test('says what releasing a version would be against what runs', () => {
  const mode = (version: string) =>
    ask({}, { components: [{ service: 'shop', version, running: { version: '1.10.0' } }] }).components[0]
      ?.mode;
  expect([mode('1.11.0'), mode('1.9.0'), mode('1.10.0')]).toEqual(['deploy', 'rollback', 'redeploy']);
});

test('every gate that has a row is one of the known names', () => {
  const answer = ask(
    { approvals: [{ role: 'qa' }] },
    { calendar: { at: '2026-06-01T12:00:00Z' }, holds: [{ by: 'cem', reason: 'x' }] },
    { windows: [{ id: 'night', start: '2026-01-05T22:00', rrule: 'FREQ=DAILY', duration: 'PT6H' }] },
  );
  expect(answer.gates.map(({ gate }) => gate).filter((gate) => !gateNames.includes(gate))).toEqual([]);
});

test('names that the policy does not know come back all at once, with what was meant', () => {
  const names = { service: 'shop', stage: 'production' };
  const { policy } = evaluable(policyAround(FragmentSchema.parse({ people, stage: {} }), names));
  const facts = FactsSchema.parse({
    now,
    requester: 'bem',
    votes: [
      { person: 'cemm', choice: 'approve' },
      { person: 'ana', choice: 'approve', at: '2026-06-01T10:00:01Z' },
    ],
    checks: [{ id: 'unit', outcome: 'passed' }],
  });
  const { misfits } = evaluatePolicy(policy!, { ...names, facts }, means);
  expect(misfits.map(({ path, remedy }) => [path.join('.'), remedy])).toEqual([
    ['facts.requester', 'Did you mean `ben`?'],
    ['facts.checks.0.id', 'Leave it out: there is none.'],
    ['facts.votes.0.person', 'Did you mean `cem`?'],
    ['facts.votes.1.at', 'Write an instant that has been, or a later `now`.'],
  ]);
  expect(
    evaluatePolicy(policy!, { service: 'shop', stage: 'prodution', facts }, means).misfits,
  ).toMatchObject([{ path: ['stage'], remedy: 'Did you mean `production`?' }]);
});
