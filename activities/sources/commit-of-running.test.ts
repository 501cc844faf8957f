import { expect, test } from '@jest/globals';
import type { Mirror } from '../../platform/git/mirror.ts';
import { commitOfRunning } from './commit-of-running.ts';

const whole = '335cce7'.padEnd(40, '0');
const names = new Map([
  ['335cce7', whole],
  ['v1.3.0', whole],
]);
const mirror = { resolveCommit: async (ref: string) => Promise.resolve(names.get(ref)) } as Mirror;

test.each<[string, string | undefined, string | undefined]>([
  ['a short commit that a team has named is looked up', '335cce7', whole],
  ['a whole commit is taken as it is', 'a'.repeat(40), 'a'.repeat(40)],
  ['without a commit the tag of the version says it', undefined, whole],
  ['what the source does not have stays as it was named', 'abcdef0', 'abcdef0'],
])('%s', async (_, commit, found) => {
  const running = { version: '1.3.0', ...(commit === undefined ? {} : { commit }) };
  expect(await commitOfRunning(mirror, running, 'v{version}')).toBe(found);
});
