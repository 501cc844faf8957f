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
  [
    'away',
    { isThere: false, seenAt },
    /runner eu\t2026-11-26T14:03:00.000Z\tnot there: .*gantry worker --runner eu/,
  ],
  ['not known yet', { isThere: false }, /runner eu\t\tnot there: .*gantry worker --runner eu/],
  ['of no telling', {}, /nobody can tell whether it is there: Temporal does not answer/],
])('gantry status says that the runner of an environment is %s', async (_, standing, line) => {
  const runner = { name: 'eu', because: 'as the server says it', ...standing };
  const body = { items: [{ ...production, runner }] };
  const { out } = await against({ 'GET /v1/environments': { body } }, ['status']);
  expect(out).toMatch(line);
});

test('gantry status says what the server lacks, such as room on its disk, and what to do', async () => {
  const disk = {
    state: 'down',
    detail: 'Only 3 MiB are free on the disk of /srv.',
    remedy: 'Free some room there.',
  };
  const parts = { database: { state: 'up', detail: 'The record answers.' }, disk };
  const answers = {
    'GET /v1/environments': { body: { items: [production] } },
    'GET /ready': { status: 503, body: { status: 'down', parts } },
  };
  const { code, out, err } = await against(answers, ['status']);
  expect(code).toBe(0);
  expect(`${out}${err}`).toContain('disk: Only 3 MiB are free on the disk of /srv. Free some room there.');
  expect(`${out}${err}`).not.toContain('The record answers');
  const { out: json } = await against(answers, ['status', '--json']);
  expect(JSON.parse(json)).toMatchObject({ lacking: [{ part: 'disk', ...disk }] });
});

test('gantry status shows what else takes traffic beside what runs, with its share and how it stands', async () => {
  const inPart = {
    ...{ service: 'shop', version: '1.5.0', share: 20, ofTargets: false, isKnown: true },
    ...{ standing: 'held: quarantined', releaseId: 'rel_1', title: 'shop 1.5.0' },
  };
  const running = [{ service: 'shop', version: '1.0.0', since: seenAt, how: 'adopted' }];
  const body = { items: [{ ...production, running, inPart: [inPart] }] };
  const { out } = await against({ 'GET /v1/environments': { body } }, ['status']);
  expect(out).toContain('production\tshop 1.5.0 takes 20 % (held: quarantined)\t\trel_1');
  const { out: json } = await against({ 'GET /v1/environments': { body } }, ['status', '--json']);
  expect(JSON.parse(json)).toMatchObject({ items: [{ inPart: [inPart] }] });
  const green = { ...inPart, share: 0, standing: 'aborted, and left there' };
  const remedy = 'To give shop 1.0.0 all of production again: `gantry release create shop 1.0.0`';
  const left = {
    items: [
      {
        ...production,
        running,
        inPart: [
          { ...green, remedy },
          { ...green, remedy },
        ],
      },
    ],
  };
  const { out: told, err } = await against({ 'GET /v1/environments': { body: left } }, ['status']);
  expect(told).toContain(
    'production\tshop 1.5.0 stands there without traffic (aborted, and left there) until a later version has all of the place or somebody records what runs\t\trel_1',
  );
  expect(err.split(remedy)).toHaveLength(2); // once
});
