import { expect, test } from '@jest/globals';
import { aStage } from '../../test/support/release-world.ts';
import { askedAs } from './stage-words.ts';

const person = (id: string, name: string, ...roles: string[]) => ({ id, name, roles, team: 'web' });
const people = [
  person('ana', 'Ana Costa', 'qa'),
  person('ben', 'Ben Okafor', 'security'),
  person('dan', 'Dan Roth', 'qa-backup'),
];
const away = (absent: string, delegate: string) => ({
  person: absent,
  delegate,
  from: '2026-11-27T08:00:00Z',
  until: '2026-11-28T08:00:00Z',
  throughout: true,
});
const plan = (standIns?: { away: ReturnType<typeof away>[]; backups: number[] }) => ({
  ...aStage({}),
  candidates: people,
  rules: [
    { role: 'qa', atLeast: 1, not: [], backup: { role: 'qa-backup' } },
    { role: 'security', atLeast: 1, not: [] },
    { people: ['ana', 'ben'], atLeast: 1, not: [] },
  ],
  ...(standIns ? { standIns } : {}),
});

test.each([
  ['the rules that name them', 'ana', undefined, 'qa and one of Ana Costa, Ben Okafor'],
  ['the backup of a rule', 'dan', { away: [], backups: [0] }, 'backup of qa'],
  [
    'the place of whoever is away',
    'dan',
    { away: [away('ana', 'dan')], backups: [] },
    'qa and one of Ana Costa, Ben Okafor in place of Ana Costa, who is away',
  ],
  ['an approver where nothing else is known', 'zoe', undefined, 'an approver'],
] as const)('people are asked by %s', (_, id, standIns, words) => {
  const names = new Map(people.map((one) => [one.id, one.name]));
  const asked = askedAs(
    plan(standIns && { ...standIns, away: [...standIns.away], backups: [...standIns.backups] }),
    { id, roles: [] },
    (who) => names.get(who) ?? who,
  );
  expect(asked).toBe(words);
});
