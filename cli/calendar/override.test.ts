import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const one = {
  id: 'ovr_1',
  releaseId: 'rel_1',
  freezeId: 'sale',
  environment: 'production',
  by: 'otto',
  state: 'unseconded',
  expiresAt: '2036-12-01T12:00:00.000Z',
};
const answers = {
  'GET /v1/overrides': { body: { items: [one] } },
  'GET /v1/overrides/budget': { body: { items: [{ because: 'Team web gave 2 of 2.' }] } },
  'POST /v1/releases/rel_1/overrides/ovr_1/second': { body: { ...one, state: 'live' } },
};

test('the list says what was given, what waits for a second person, and what is left', async () => {
  const { code, out } = await against(answers, ['override', 'list']);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/ovr_1[^]*needs a second person[^]*Team web gave 2 of 2/),
  ]);
});

test('a second person agrees by the id of the override', async () => {
  const line = ['override', 'second', 'ovr_1', '--reason', 'orders are lost', '--yes'];
  const { code, out } = await against(answers, line);
  expect([code, out]).toEqual([0, expect.stringContaining('Override ovr_1 stands')]);
  expect(seen().at(-1)).toMatchObject({ method: 'POST', body: { reason: 'orders are lost' } });
});

test('an override that nobody knows is refused', async () => {
  const { code } = await against(answers, ['override', 'second', 'ovr_9', '--yes']);
  expect(code).toBe(2);
});
