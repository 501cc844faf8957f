import { expect, test } from '@jest/globals';
import { askedLevel } from './asked-level.ts';
import type { Assurance } from './assurance.ts';

const candidates = [
  { id: 'ana', name: 'Ana', roles: ['qa', 'security'] },
  { id: 'ben', name: 'Ben', roles: ['qa'] },
  { id: 'cleo', name: 'Cleo', roles: [] },
];
type Rules = Parameters<typeof askedLevel>[0]['rules'];

test.each<[string, Assurance, Rules, string, Assurance]>([
  ['the stage says it', 'login', [{ role: 'qa' }], 'ben', 'login'],
  [
    'a rule says it for those whom it asks',
    'link',
    [{ role: 'security', assurance: 'reauth' }, { role: 'qa' }],
    'ben',
    'link',
  ],
  [
    'the strictest of the rules that ask for them',
    'link',
    [{ role: 'qa' }, { role: 'security', assurance: 'login' }],
    'ana',
    'login',
  ],
  [
    'a rule that asks for less leaves the others as they are',
    'login',
    [{ role: 'qa', assurance: 'link' }, { role: 'security' }],
    'ana',
    'login',
  ],
  [
    'people are named by their ids',
    'link',
    [{ people: ['cleo'], assurance: 'link+code' }],
    'cleo',
    'link+code',
  ],
  [
    'whoever stands in for somebody is asked as strictly as anybody',
    'link',
    [{ role: 'qa' }, { role: 'security', assurance: 'login' }],
    'cleo',
    'login',
  ],
  ['without rules the stage says it', 'reauth', [], 'ana', 'reauth'],
])('%s', (_, assurance, rules, person, level) => {
  expect(askedLevel({ rules, candidates, approval: { assurance } }, person)).toBe(level);
});
