import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const reservation = {
  id: 'res_1',
  title: 'Load test',
  environment: 'staging',
  services: [],
  start: '2026-12-01T08:00:00.000Z',
  end: '2026-12-01T10:00:00.000Z',
  state: 'reserved',
  createdBy: 'ana',
};
const add = [
  'calendar',
  'reservation',
  'add',
  'staging',
  '--from',
  '2026-12-01T09:00',
  '--to',
  '2026-12-01T11:00',
  '--zone',
  'Europe/Berlin',
  '--reason',
  'load test',
];

test('an environment is reserved in the zone that is named, and said in it', async () => {
  const { code, out } = await against(
    { 'POST /v1/reservations': { status: 201, body: { ...reservation, behind: [] } } },
    add,
  );
  expect([code, out]).toEqual([
    0,
    'staging is reserved from 2026-12-01T09:00:00+01:00 to 2026-12-01T11:00:00+01:00 (res_1).\n',
  ]);
  expect(seen()[0]?.body).toEqual({
    environment: 'staging',
    services: [],
    start: '2026-12-01T08:00:00.000Z',
    end: '2026-12-01T10:00:00.000Z',
    reason: 'load test',
  });
});

test('who is queued reads who is before them', async () => {
  const { out, err } = await against(
    {
      'POST /v1/reservations': {
        status: 201,
        body: {
          ...reservation,
          state: 'queued',
          behind: [{ ...reservation, id: 'res_0', createdBy: 'ben' }],
        },
      },
    },
    add,
  );
  expect(out).toContain('staging is taken; you wait for it');
  expect(err).toContain('Before you: Load test');
  expect(err).toContain('by ben');
});

test('a reservation that ends before it begins is refused before the server is asked', async () => {
  const line = add.map((word) => (word === '2026-12-01T11:00' ? '2026-12-01T08:00' : word));
  expect([(await against({}, line)).code, seen()]).toEqual([2, []]);
});

test('the list is a table, and an empty one teaches the next command', async () => {
  const some = await against({ 'GET /v1/reservations': { body: { items: [reservation] } } }, [
    'calendar',
    'reservation',
    'list',
  ]);
  expect(some.out).toContain('res_1\t2026-12-01T08:00:00.000Z');
  const none = await against({ 'GET /v1/reservations': { body: { items: [] } } }, [
    'calendar',
    'reservation',
    'list',
  ]);
  expect(none.err).toContain('gantry calendar reservation add --help');
});

test.each([
  ['is refused in a pipe without --yes', [], 2, []],
  ['sends its reason with --yes', ['--yes'], 0, ['DELETE']],
])('giving one back %s', async (_, flags, code, methods) => {
  const line = ['calendar', 'reservation', 'release', 'res_1', '--reason', 'done', ...flags];
  const end = await against({ 'DELETE /v1/reservations/res_1': { body: reservation } }, line);
  expect([end.code, seen().map(({ method }) => method)]).toEqual([code, methods]);
});
