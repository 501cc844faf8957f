import { expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against } = cliAgainstStub();
const at = '2026-12-01T08:00:00.000Z';
const names = { ana: 'Ana Lopez', ben: 'Ben Adler' };
const attribution = { state: 'confirmed', because: 'the bisection says so', by: 'ben' };

/** What the server answers, as far as the command reads it; everybody in it is ana or ben. */
const lists: [command: string, path: string, body: object][] = [
  ['away list', 'GET /v1/absences', { id: 'abs_1', person: 'ana', from: at, until: at, delegate: 'ben' }],
  [
    'review list',
    'GET /v1/reviews',
    {
      id: 'rev_1',
      title: 'shop 1.4.0',
      environment: 'production',
      brokenBy: ['ana', 'ben'],
      incident: 'INC-7',
      dueAt: at,
    },
  ],
  [
    'quarantine list',
    'GET /v1/quarantines',
    { id: 'qua_1', service: 'shop', version: '1.4.0', by: 'ana', reason: 'bad', at, lifts: [{ by: 'ben' }] },
  ],
  [
    'calendar reservation list',
    'GET /v1/reservations',
    {
      id: 'res_1',
      title: 'load',
      environment: 'staging',
      state: 'reserved',
      services: [],
      start: at,
      end: at,
      createdBy: 'ana',
    },
  ],
  ['token list', 'GET /v1/tokens', { id: 'tok_1', name: 'ci', access: [], person: 'ana', createdAt: at }],
  [
    'status',
    'GET /v1/environments',
    {
      ...{ id: 'production', holders: [], queue: [] },
      running: [{ service: 'shop', version: '1.4.0', since: at, quarantine: { by: 'ana', reason: 'bad' } }],
    },
  ],
];

test.each(lists)('gantry %s calls people by their names', async (command, path, item) => {
  const { code, out } = await against({ [path]: { body: { items: [item], names } } }, command.split(' '));
  expect([code, out]).toEqual([0, expect.stringContaining('Ana Lopez')]);
  expect(out).not.toMatch(/\b(ana|ben)\b/);
});

test.each(lists)('gantry %s shows ids where an older server tells no names', async (command, path, item) => {
  const { out } = await against({ [path]: { body: { items: [item] } } }, command.split(' '));
  expect(out).toMatch(/\bana\b/);
});

test.each([
  [
    'incident show inc_1',
    'GET /v1/incidents/inc_1',
    { id: 'inc_1', title: 'carts are empty', service: 'shop', openedBy: 'ana', openedAt: at, attribution },
  ],
  [
    'train show weekly',
    'GET /v1/trains/weekly',
    { id: 'weekly', to: 'production', captain: 'ana', headline: 'Is held.', departures: [] },
  ],
  [
    'train list',
    'GET /v1/trains',
    { items: [{ id: 'weekly', to: 'production', captain: 'ana', headline: 'Is held.', names }] },
  ],
  ['approvals remind req_1', 'POST /v1/approvals/req_1/reminders', { reminded: ['ana', 'ben'] }],
  ['sign-in ana', 'POST /v1/sign-in-links', { url: 'http://127.0.0.1/sign-in/x', expiresAt: at }],
  ['freeze show night', 'GET /v1/freezes/night', { id: 'night', owner: 'ana', next: [] }],
])('gantry %s does, too', async (command, path, body) => {
  const { out, err } = await against({ [path]: { body: { ...body, names } } }, command.split(' '));
  expect(out + err).toContain('Ana Lopez');
  expect(out + err).not.toMatch(/\b(ana|ben)\b/);
});

test('who applied the policy is named, and the policy itself is printed as it was written', async () => {
  const text = '# until Fri 4 Dec 08:00 UTC\ngantry: 1\n';
  const body = { digest: 'd1', text, appliedAt: at, appliedBy: { id: 'tok_1', person: 'ana' }, names };
  const argv = ['policy', 'show', '--zone', 'Europe/Berlin'];
  const { out, err } = await against({ 'GET /v1/policy': { body } }, argv, { terminal: true });
  expect(out).toContain('# until Fri 4 Dec 08:00 UTC');
  expect(err).toMatch(/Applied by Ana Lopez at 2026-12-01 09:00 CET/);
});

const release = {
  ...{ id: 'rel_1', components: [{ service: 'shop', version: '1.4.0' }], state: 'gating', createdAt: at },
  headline: 'Needs 1 of qa. Deadline Fri 4 Dec 16:00 UTC; silence ships nothing.',
};
const releases = { 'GET /v1/releases': { body: { items: [release] } } };

test('sentences show their times in the zone of whoever reads them', async () => {
  const argv = ['release', 'list', '--zone', 'Europe/Berlin'];
  const { out } = await against(releases, argv, { terminal: true, columns: 200 });
  expect(out).toContain('Deadline Fri 4 Dec 17:00 CET; silence');
  expect((await against(releases, argv)).out).toContain('Deadline Fri 4 Dec 17:00 CET; silence');
});

test('a refusal does, too', async () => {
  const body = {
    ...{ code: 'STAGE_FROZEN', title: 'Frozen', status: 409, changed: false, retryable: true },
    ...{ detail: 'production is frozen until Fri 4 Dec 16:00 UTC.', remedy: 'Wait.' },
  };
  const answers = { 'GET /v1/freezes/night': { status: 409, body } };
  const argv = ['freeze', 'show', 'night', '--zone', 'Europe/Berlin'];
  const { err } = await against(answers, argv, { terminal: true });
  expect(err).toContain('frozen until Fri 4 Dec 17:00 CET');
});

test('programs get sentences as they stand in the record', async () => {
  expect((await against(releases, ['release', 'list'])).out).toContain('Deadline Fri 4 Dec 16:00 UTC');
  const { out } = await against(releases, ['release', 'list', '--json', '--zone', 'Europe/Berlin'], {
    terminal: true,
  });
  expect(JSON.parse(out)).toEqual({ items: [release] });
});
