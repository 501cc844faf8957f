import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aPolicy } from '../../test/support/a-policy.ts';
import { describePolicyChange } from './diff.ts';
import { knownFields } from './known-fields.ts';
import { PolicySchema, type Policy } from './policy.schema.ts';

const words = [
  'ana',
  'ben',
  'web',
  'x1',
  '5m',
  '2h',
  'hold',
  'refuse',
  'fail',
  'author',
  'viewer',
  'UTC',
  'a@b.test',
  'GET',
];
const values: unknown[] = [
  ...words,
  1,
  7,
  100,
  true,
  false,
  ['ana'],
  ['author'],
  ['viewer', 'admin'],
  { a: 'b' },
  { level: 'note' },
];

/** Every policy that differs from the usual one in one place: a value, a field or an entry more or less, another order. */
const edits = changedPlaces(aPolicy(), []).flatMap(({ name, change }) => {
  const draft = structuredClone(aPolicy());
  change(draft);
  const parsed = PolicySchema.safeParse(draft);
  const differs = parsed.success && canonical(parsed.data) !== canonical(aPolicy());
  return differs ? [{ name, after: parsed.data }] : [];
});

/** The sentences for one change to the usual policy. */
function told(change: (policy: Policy) => void): string[] {
  const after = aPolicy();
  change(after);
  return describePolicyChange(aPolicy(), after);
}

const production = (policy: Policy) => policy.pipelines['web']![1]!;
const staging = (policy: Policy) => policy.pipelines['web']![0]!;

test.each<[string, (policy: Policy) => void, string[]]>([
  [
    'risk as a gate, with all of its defaults',
    (p) => (production(p).risk = {}),
    ['pipeline web, stage production: risk as a gate added'],
  ],
  [
    'a limit of risk',
    (p) => (production(p).risk = { refuseFrom: 90 }),
    [
      'pipeline web, stage production: risk as a gate added',
      'pipeline web, stage production, risk: refuse from is now 90',
    ],
  ],
  [
    'what makes a service risky, without what its headers hold',
    (p) =>
      (p.services[1]!.risk = {
        tier: 1,
        bugs: [{ kind: 'json', url: 'https://bugs.test', headers: { key: 'hunter2' }, pointers: {} }],
      }),
    [
      'service shop: what makes it risky added',
      'service shop: risk setting tier added',
      'service shop: risk setting bugs added',
    ],
  ],
  [
    'a quorum',
    (p) => (production(p).approvals[0]!.atLeast = 2),
    ['pipeline web, stage production: approval rule qa now needs 2 instead of 1'],
  ],
  ['a new person', (p) => p.people.push({ ...p.people[0]!, id: 'dee' }), ['person dee added (qa)']],
  ['a person who left', (p) => p.people.pop(), ['person ben removed']],
  [
    'a role',
    (p) => (p.people[0]!.roles = ['security']),
    ['person ana: role security added', 'person ana: role qa removed'],
  ],
  ['another order', (p) => p.people.reverse(), ['the people now stand in the order ben, ana']],
  ['an optional field that came', (p) => (p.people[1]!.team = 'core'), ['person ben: team is now core']],
  ['an optional field that went', (p) => delete p.people[0]!.team, ['person ana: team web removed']],
  [
    'the zone',
    (p) => (p.organisation.zone = 'UTC'),
    ['organisation: zone is now UTC instead of Europe/Berlin'],
  ],
  [
    'an environment',
    (p) => (p.environments[0]!.exclusive = true),
    ['environment staging: exclusive is now true instead of false'],
  ],
  [
    'a source',
    (p) => (p.services[1]!.source!.branch = 'next'),
    ['service shop, source: branch is now next instead of main'],
  ],
  [
    'an exclusion',
    (p) => (production(p).approvals[1]!.not = []),
    ['pipeline web, stage production: approval rule security: exclusion author removed'],
  ],
  [
    'a command',
    (p) => ((staging(p).checks[0] as { run: string[] }).run = ['make', 'all']),
    ['pipeline web, stage staging: check unit: run is now "make all" instead of "make test"'],
  ],
  [
    'another kind',
    (p) => (staging(p).deploy = production(p).deploy),
    ['pipeline web, stage staging, deployer is now of kind http instead of command'],
  ],
  [
    'the rollout',
    (p) => (production(p).deploy.steps[0]!.weight = 20),
    [
      'pipeline web, stage production, deployer: rollout is now 20 % for 5m, 100 % instead of 10 % for 5m, 100 %',
    ],
  ],
  [
    'the soak',
    (p) => (production(p).observe.soak = '1h'),
    ['pipeline web, stage production: soak is now 1h instead of 30m'],
  ],
  ['a stage that went', (p) => p.pipelines['web']!.shift(), ['pipeline web: stage staging removed']],
  ['a new pipeline', (p) => (p.pipelines['batch'] = [staging(p)]), ['pipeline batch added (staging)']],
])('%s is told in plain words', (_, change, sentences) => {
  expect(told(change)).toEqual(sentences);
});

test('a header is told by its name, never by its value', () => {
  const sentences = told((policy) => {
    const { deploy } = production(policy);
    if (deploy.kind === 'http') deploy.apply.headers['authorization'] = 'hunter2hunter2';
  });
  expect(sentences).toEqual([
    'pipeline web, stage production, deployer, apply: header authorization changed',
  ]);
});

test('a first policy is told by its size', () => {
  expect(describePolicyChange(undefined, aPolicy())).toEqual([
    'first policy: 2 people, 2 environments, 2 services and 1 pipeline',
  ]);
});

describe('describePolicyChange', () => {
  test('says nothing of a policy whose fields only stand in another order', () => {
    const policy = aPolicy();
    const turned = Object.fromEntries(Object.entries(policy).reverse()) as unknown as Policy;
    expect(describePolicyChange(policy, turned)).toEqual([]);
  });

  test('says something of every single change that is possible', () => {
    const silent = edits.filter(({ after }) => describePolicyChange(aPolicy(), after).length === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(edits.length).toBeGreaterThan(300);
  });

  test('says something exactly when two policies differ, whatever was changed together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...edits),
        fc.constantFrom(...edits),
        ({ after: one }, { after: other }) => {
          expect(describePolicyChange(one, other).length === 0).toBe(canonical(one) === canonical(other));
        },
      ),
      { numRuns: 150 },
    );
  });
});

type Path = (string | number)[];
interface Edit {
  name: string;
  change: (policy: Policy) => void;
}

function changedPlaces(value: unknown, path: Path): Edit[] {
  const set = (at: Path, to: unknown): Edit => ({
    name: `${at.join('.')} = ${JSON.stringify(to)}`,
    change: (policy) => Object.assign(valueAt(policy, at.slice(0, -1)), { [at.at(-1)!]: to }),
  });
  const here = path.length === 0 ? [] : values.map((to) => set(path, to));
  if (typeof value !== 'object' || value === null) return here;
  const below = Object.entries(value).flatMap(([key, child]) =>
    changedPlaces(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  if (Array.isArray(value)) {
    const lists = [value.slice(1), value.slice(0, -1), [...value].reverse(), [...value, ...value]];
    return [...here, ...below, ...lists.map((list) => set(path, list))];
  }
  const absent = knownFields(aPolicy(), path).filter((field) => !Object.hasOwn(value, field));
  const added = absent.flatMap((field) => values.map((to) => set([...path, field], to)));
  const removed = Object.keys(value).map((field) => set([...path, field], undefined));
  return [...here, ...below, ...added, ...removed];
}

function valueAt(value: unknown, path: Path): object {
  return path.reduce<unknown>(
    (found, part) => (found as Record<string | number, unknown>)[part],
    value,
  ) as object;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
