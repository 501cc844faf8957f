import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();

const part = {
  ...{ service: 'shop', share: 20, ofTargets: false, isKnown: true, releaseId: 'rel_1', title: 'shop' },
};
const production = {
  ...{ id: 'production', production: true, exclusive: true, holders: [], queue: [] },
  running: [{ service: 'shop', version: '1.4.0', since: '2026-06-01T08:00:00.000Z', how: 'released' }],
  inPart: [
    { ...part, version: '1.5.0', standing: 'aborted, and left there', ended: true },
    { ...part, version: '1.6.0', standing: 'deploying' },
    { ...part, service: 'cart', version: '2.0.0', standing: 'aborted, and left there', ended: true },
  ],
};
const left = 'shop 1.5.0 takes 20 % (aborted, and left there)';
const answers = {
  'GET /v1/environments': { body: { items: [production] } },
  'POST /v1/adoptions': { status: 201, body: { takenOff: [left] } },
};
const adopt = ['adopt', 'shop', '1.4.1', 'production', '--reason', 'seen there'];

test('adopt says what is replaced and taken off the record, and asks; the answer that nobody typed is no', async () => {
  const end = await against(answers, adopt, { terminal: true });
  expect(end.code).toBe(1);
  expect(end.err).toContain('It takes the place of shop 1.4.0, on the record since');
  expect(end.err).toContain(`This is taken off the record: ${left}.\n`);
  expect(end.err).not.toMatch(/1\.6\.0|cart/); // what is still coming out stays on it, and others do
  expect(end.err).toContain('Record it? [y/N]');
  expect(seen().every(({ method }) => method === 'GET')).toBe(true);
});

test('adopt says that the record says so already, and does not claim to have recorded it', async () => {
  const already =
    'The record says already that shop 1.4.0 runs in production, since Mon 1 Jun 08:00 UTC. Nothing has changed.';
  const said = { ...answers, 'POST /v1/adoptions': { status: 201, body: { note: already, changed: false } } };
  const again = ['adopt', 'shop', '1.4.0', 'production'];
  expect((await against(said, [...again, '--yes'])).out).toBe(`${already}\n`);
  const asked = await against(said, again, { terminal: true });
  expect(asked.err).toContain('That version stands there on the record already, since');
  expect(asked.err).not.toContain('It takes the place of');
});

test('adopt with --yes asks nothing, and tells what was taken off', async () => {
  const end = await against(answers, [...adopt, '--yes']);
  expect(end).toMatchObject({ code: 0, out: 'shop 1.4.1 is recorded as running in production.\n' });
  expect(end.err).toContain(`Taken off the record: ${left}.\n`);
  expect(seen()).toHaveLength(1);
});
