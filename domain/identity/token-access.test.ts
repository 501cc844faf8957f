import { expect, test } from '@jest/globals';
import type { Access } from '../policy/policy.schema.ts';
import { accessBeyond } from './token-access.ts';

test.each<[wanted: Access[], person: Access[], beyond: Access[]]>([
  [['viewer'], ['viewer', 'releaser'], []],
  [['viewer', 'releaser'], ['viewer'], ['releaser']],
  [['admin'], ['viewer', 'operator'], ['admin']],
  [['viewer', 'releaser', 'auditor'], ['admin'], []],
  [['viewer', 'approver'], ['admin'], ['approver']],
  [['viewer', 'approver'], ['admin', 'approver'], []],
  [['viewer'], [], ['viewer']],
])('a token with %j for a person with %j has %j that does not count', (wanted, person, beyond) => {
  expect(accessBeyond(wanted, person)).toEqual(beyond);
});
