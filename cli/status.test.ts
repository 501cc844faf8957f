import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against } = cliAgainstStub();
const production = {
  id: 'production',
  production: true,
  exclusive: true,
  running: [],
  holders: [],
  queue: [],
};
const seenAt = '2026-11-26T14:03:00.000Z';

test.each([
  ['there', { isThere: true, seenAt }, /runner eu\t2026-11-26T14:03:00.000Z\tthere, and asking for work/],
  ['away', { isThere: false, seenAt }, /runner eu\t2026-11-26T14:03:00.000Z\tnot there: .*gantry worker --runner eu/],
  ['not known yet', { isThere: false }, /runner eu\t\tnot there: .*gantry worker --runner eu/],
  ['of no telling', {}, /nobody can tell whether it is there: Temporal does not answer/],
])('gantry status says that the runner of an environment is %s', async (_, standing, line) => {
  const runner = { name: 'eu', because: 'as the server says it', ...standing };
  const body = { items: [{ ...production, runner }] };
  const { out } = await against({ 'GET /v1/environments': { body } }, ['status']);
  expect(out).toMatch(line);
});
