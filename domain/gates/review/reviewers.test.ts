import { expect, test } from '@jest/globals';
import { reviewersOf } from './reviewers.ts';

type Known = Parameters<typeof reviewersOf>[0];

const person = (id: string, access: string[], roles: string[] = []) => ({ id, name: id, access, roles });
const policyOf = (people: ReturnType<typeof person>[], onCall: string[] = []): Known =>
  ({
    people,
    organisation: { onCall },
    services: [
      { id: 'cart', owner: 'olga', pipeline: 'web' },
      { id: 'shop', owner: 'sam', pipeline: 'web' },
    ],
    pipelines: {
      web: [{ environment: 'staging' }, { environment: 'production', breakGlass: { roles: ['sre'] } }],
    },
  }) as unknown as Known;
const review = { services: ['cart'], environment: 'production', brokenBy: ['cleo'] };

test.each([
  [
    'those who could have broken it, the owner and who is on call',
    policyOf(
      [
        person('ana', ['approver'], ['sre']),
        person('ben', ['approver'], ['qa']),
        person('cleo', ['operator'], ['sre']),
        person('dana', ['operator']),
        person('olga', ['approver']),
        person('sam', ['approver']),
      ],
      ['dana'],
    ),
    ['ana', 'dana', 'olga'],
  ],
  [
    'whoever may, where none of these may',
    policyOf([person('ben', ['approver']), person('olga', ['viewer'])]),
    ['ben'],
  ],
  ['nobody who broke it', policyOf([person('cleo', ['operator'], ['sre'])]), []],
  ['nobody for being an administrator', policyOf([person('ada', ['admin'], ['sre'])]), []],
] as const)('a review falls to %s', (_, policy, expected) => {
  expect(reviewersOf(policy, review)).toEqual(expected);
});
