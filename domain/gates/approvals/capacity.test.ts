import { expect, test } from '@jest/globals';
import type { StagePlan } from '../../release/plan.ts';
import { capacityOf } from './capacity.ts';

const from = '2026-11-26T08:00:00.000Z';
const until = '2026-11-30T08:00:00.000Z';
const during = '2026-11-27T08:00:00.000Z';
const away = { person: 'ana', from, until, delegate: 'ben', throughout: true };
const plan = (over: Partial<StagePlan> = {}) => ({
  rules: [
    { role: 'qa', atLeast: 1, not: ['author' as const], backup: { people: ['ben', 'cem'] } },
    { role: 'security', atLeast: 1, not: [] },
  ],
  candidates: [
    { id: 'ana', name: 'Ana Lopez', roles: ['qa'] },
    { id: 'ben', name: 'Ben Ode', roles: ['security'] },
    { id: 'cem', name: 'Cem', roles: [] },
  ],
  excluded: [],
  standIns: { away: [away], backups: [] },
  ...over,
});
const instead = { person: 'ana', from, until, rules: ['qa'] };
const author = (person: string) => ({ excluded: [{ person, because: '', as: ['author' as const] }] });

test.each([
  ['a rule that names them', plan(), 'ana', during, { own: ['qa'] }],
  [
    'both, in the place of who is away and for themselves',
    plan(),
    'ben',
    during,
    { own: ['security'], insteadOf: [instead] },
  ],
  ['nobody’s place before the absence', plan(), 'ben', '2026-11-26T07:59:59.999Z', { own: ['security'] }],
  ['nobody’s place once it is over', plan(), 'ben', until, { own: ['security'] }],
  ['no right as a backup that nobody asks yet', plan(), 'cem', during, {}],
  [
    'the backup group once it may vote',
    plan({ standIns: { away: [], backups: [0] } }),
    'cem',
    during,
    { backupOf: ['qa'] },
  ],
  [
    'nobody’s place where the absent one is barred',
    plan(author('ana')),
    'ben',
    during,
    { own: ['security'] },
  ],
  [
    'nobody’s place where they are barred themselves',
    plan(author('ben')),
    'ben',
    during,
    { own: ['security'] },
  ],
  ['no right where nobody knows them', plan(), 'eve', during, {}],
] as const)('somebody votes by %s', (_, given, person, at, expected) => {
  expect(capacityOf(given, person, at)).toEqual({ own: [], insteadOf: [], backupOf: [], ...expected });
});
