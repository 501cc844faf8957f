import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const one = {
  id: 'ovr_1',
  releaseId: 'rel_1',
  title: 'shop 1.4.0',
  freezeId: 'sale',
  environment: 'production',
  by: 'otto',
  state: 'unseconded',
  expiresAt: '2036-12-01T12:00:00.000Z',
};
const answers = {
  'GET /v1/releases/rel_1': {
    body: { id: 'rel_1', stage: 'production', components: [{ service: 'shop', version: '1.4.0' }] },
  },
  'GET /v1/overrides': { body: { items: [one] } },
  'GET /v1/overrides/budget': { body: { items: [{ because: 'Team web gave 2 of 2.' }] } },
  'POST /v1/releases/rel_1/overrides/ovr_1/second': { body: { ...one, state: 'live' } },
};

test('the list says what was given, what waits for a second person, and what is left', async () => {
  const { code, out } = await against(answers, ['override', 'list']);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/ovr_1\tshop 1\.4\.0\t[^]*needs a second person[^]*Team web gave 2 of 2/),
  ]);
});

test('a second person agrees by the id of the override', async () => {
  const line = ['override', 'second', 'ovr_1', '--reason', 'orders are lost', '--yes'];
  const { code, out } = await against(answers, line);
  expect([code, out]).toEqual([0, expect.stringContaining('Override ovr_1 stands')]);
  expect(seen().at(-1)).toMatchObject({ method: 'POST', body: { reason: 'orders are lost' } });
});

const revokePath = 'DELETE /v1/releases/rel_1/overrides/ovr_1';
const gone = {
  ...one,
  state: 'revoked',
  revoked: { by: 'ana', at: '2036-12-01T11:00:00.000Z', reason: 'wrong' },
};

test('an override is taken back by its id, with a reason, and --json prints what came of it', async () => {
  const line = ['override', 'revoke', 'ovr_1', '--reason', 'the fix can wait', '--yes'];
  const plain = await against({ ...answers, [revokePath]: { body: gone } }, line);
  expect([plain.code, plain.out]).toEqual([
    0,
    expect.stringContaining('Override ovr_1 does not count any more'),
  ]);
  expect(seen().at(-1)).toMatchObject({ method: 'DELETE', body: { reason: 'the fix can wait' } });
  const { out } = await against({ ...answers, [revokePath]: { body: gone } }, [...line, '--json']);
  expect(JSON.parse(out)).toMatchObject({ id: 'ovr_1', state: 'revoked' });
});

test('without a reason, or without a word that it is meant, nothing is taken back', async () => {
  for (const rest of [['--yes'], ['--reason', 'the fix can wait']]) {
    const { code } = await against(answers, ['override', 'revoke', 'ovr_1', ...rest]);
    expect(code).toBe(2);
    expect(seen().map(({ method }) => method)).not.toContain('DELETE');
  }
});

test('what is to be agreed to is told by the title of its release', async () => {
  const { err } = await against(answers, ['override', 'second', 'ovr_1'], { terminal: true, typed: ['n'] });
  expect(err).toContain('otto asked that shop 1.4.0 may pass freeze sale in production');
});

test('what is to be taken back is told by the title of its release, and not by an id', async () => {
  const line = ['override', 'revoke', 'ovr_1', '--reason', 'the fix can wait'];
  const { out, err } = await against(answers, line, { terminal: true, typed: ['n'] });
  expect(`${out}${err}`).toContain('shop 1.4.0 may pass sale in production until');
  expect(seen().map(({ method }) => method)).not.toContain('DELETE');
});

test('one whose release has ended is listed so, and there is nothing to take back', async () => {
  const ended = { 'GET /v1/overrides': { body: { items: [{ ...one, state: 'releaseEnded' }] } } };
  const listing = await against({ ...answers, ...ended }, ['override', 'list']);
  expect(listing.out).toContain('its release has ended');
  const { code, out } = await against({ ...answers, ...ended }, ['override', 'revoke', 'ovr_1', '--yes']);
  expect([code, out]).toEqual([0, expect.stringContaining('its release has ended')]);
  expect(seen().map(({ method }) => method)).not.toContain('DELETE');
});

test('where one stands already, that is said, and not that another one stands until the end asked for', async () => {
  const note = 'It is allowed to pass "sale" in production already, by Ana. Nothing has changed.';
  const view = { id: 'rel_1', stage: 'production', components: [{ service: 'shop', version: '1.4.0' }] };
  const given = {
    'GET /v1/releases/rel_1': { body: view },
    'POST /v1/releases/rel_1/overrides': { status: 201, body: { ...one, state: 'live', note } },
  };
  const line = ['override', 'rel_1', 'sale', '--reason', 'it loses orders', '--yes'];
  const { code, out } = await against(given, line);
  expect([code, out.trim()]).toEqual([0, note]);
  expect(seen().at(-1)?.body).not.toHaveProperty('longer');
  await against(given, [...line, '--longer']);
  expect(seen().at(-1)?.body).toMatchObject({ longer: true });
});

test('an override that nobody knows is refused', async () => {
  const { code } = await against(answers, ['override', 'second', 'ovr_9', '--yes']);
  expect(code).toBe(2);
});
