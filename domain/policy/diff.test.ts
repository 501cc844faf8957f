import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aPolicy } from '../../test/support/a-policy.ts';
import { describePolicyChange } from './diff.ts';
import { PolicySchema, type Policy } from './policy.schema.ts';

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

  test('says something exactly when two policies differ, whatever was changed', () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 3 }), (mutations) => {
        const after = mutations.reduce<unknown>((value, mutate) => mutate(value), aPolicy());
        const parsed = PolicySchema.safeParse(after);
        fc.pre(parsed.success);
        const isSame = canonical(parsed.data) === canonical(aPolicy());
        if (!isSame) changed += 1;
        expect(describePolicyChange(aPolicy(), parsed.data!).length === 0).toBe(isSame);
      }),
      { numRuns: 600 },
    );
    expect(changed).toBeGreaterThan(100);
  });
});

/** Changes one random part: another value, an entry taken out, doubled or moved. */
const mutation = fc
  .record({
    turns: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    how: fc.constantFrom('replace', 'remove', 'double', 'reverse'),
    word: fc.constantFrom(
      'ana',
      'ben',
      'web',
      'x1',
      '5m',
      '2h',
      'true',
      'hold',
      'refuse',
      'fail',
      'author',
      'production',
    ),
    number: fc.nat({ max: 100 }),
  })
  .map(
    ({ turns, how, word, number }) =>
      (value: unknown) =>
        mutate(structuredClone(value), turns, { how, word, number }),
  );

function mutate(
  value: unknown,
  turns: number[],
  change: { how: string; word: string; number: number },
): unknown {
  if (typeof value === 'string') return change.word;
  if (typeof value === 'number') return change.number;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const key = keys[(turns[0] ?? 0) % keys.length];
  const fields = value as Record<string, unknown>;
  if (Array.isArray(value) && change.how === 'reverse' && turns.length === 1) return value.reverse();
  if (key === undefined) return Array.isArray(value) ? [change.word] : value;
  if (turns.length > 1) {
    fields[key] = mutate(fields[key], turns.slice(1), change);
  } else if (Array.isArray(value)) {
    if (change.how === 'remove') value.splice(Number(key), 1);
    else if (change.how === 'double') value.push(structuredClone(fields[key]));
    else fields[key] = mutate(fields[key], [0], change);
  } else if (change.how === 'remove') {
    Reflect.deleteProperty(fields, key);
  } else {
    fields[key] = mutate(fields[key], [0], change);
  }
  return value;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
