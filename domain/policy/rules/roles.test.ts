import { expect, test } from '@jest/globals';
import { pathText } from '../problem.ts';
import { validatePolicy } from '../validate.ts';

const deploy = { kind: 'command', apply: ['./deploy.sh'], undo: ['./deploy.sh', '--undo'] };
const mistakesOf = (stage: object) =>
  validatePolicy({
    gantry: 1,
    organisation: { name: 'Acme' },
    people: [
      { id: 'ana', name: 'Ana', email: 'ana@acme.test', roles: ['qa', 'sre'] },
      { id: 'ben', name: 'Ben', email: 'ben@acme.test', roles: ['qa'] },
    ],
    environments: [{ id: 'production' }],
    services: [{ id: 'shop', pipeline: 'web' }],
    pipelines: { web: [{ environment: 'production', deploy, ...stage }] },
  }).problems.map(({ path, detail, remedy }) => [pathText(path), detail, remedy]);

const checks = [{ id: 'unit', kind: 'http', url: 'https://acme.test' }];

test('what names roles, people and checks that there are is no mistake', () => {
  const stage = {
    checks,
    approvals: [{ role: 'qa', backup: { role: 'sre' } }],
    breakGlass: { roles: ['sre'] },
    hotfix: { approvals: [{ role: 'sre' }], checks: ['unit'] },
    gates: { waive: { role: 'sre' } },
  };
  expect(mistakesOf(stage)).toEqual([]);
});

test.each([
  [
    'breakGlass',
    { breakGlass: { roles: ['sre', 'srre'] } },
    'pipelines.web[0].breakGlass.roles[1]',
    'Nobody has the role "srre".',
    'Did you mean `sre`?',
  ],
  [
    'a backup',
    { approvals: [{ role: 'qa', backup: { role: 'security' } }] },
    'pipelines.web[0].approvals[0].backup.role',
    'Nobody has the role "security", so this backup is nobody.',
    'Give somebody the role under `people`: `roles: [security]`.',
  ],
  [
    'a backup of a hotfix',
    { hotfix: { approvals: [{ role: 'qa', backup: { role: 'qaa' } }] } },
    'pipelines.web[0].hotfix.approvals[0].backup.role',
    'Nobody has the role "qaa", so this backup is nobody.',
    'Did you mean `qa`? Else: Give somebody the role under `people`: `roles: [qaa]`.',
  ],
  [
    'who may waive',
    { gates: { waive: { role: 'release-manager' } } },
    'pipelines.web[0].gates.waive.role',
    'Nobody has the role release-manager, so nobody could waive a check.',
    'Give it to somebody, or name another role.',
  ],
  [
    'a check of a hotfix',
    { checks, hotfix: { checks: ['unot'] } },
    'pipelines.web[0].hotfix.checks[0]',
    'This stage has no check "unot".',
    'Did you mean `unit`?',
  ],
  [
    'a person of a hotfix',
    { hotfix: { approvals: [{ people: ['ana', 'bem'] }] } },
    'pipelines.web[0].hotfix.approvals[0].people[1]',
    'There is no person "bem".',
    'Did you mean `ben`?',
  ],
  [
    'glass that too few can break',
    { breakGlass: { roles: ['sre'], atLeast: 2 } },
    'pipelines.web[0].breakGlass.atLeast',
    'It takes 2 people to break the glass here, and 1 may.',
    'Give one of its `roles` to more people, or ask for fewer.',
  ],
])('%s is told with its place and a remedy', (_, stage, ...mistake) => {
  expect(mistakesOf(stage)).toEqual([mistake]);
});

test('seats of a hotfix that nobody could fill are told', () => {
  const [mistake] = mistakesOf({ hotfix: { approvals: [{ role: 'sre', atLeast: 2 }] } });
  expect(mistake?.[0]).toMatch(/^pipelines\.web\[0\]\.hotfix\.approvals/);
});
