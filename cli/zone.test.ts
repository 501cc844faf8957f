import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();

const berlin = { 'gantry-zone': 'Europe/Berlin' };
const me = { 'GET /v1/me': { body: { zone: 'Europe/Berlin' }, headers: berlin } };
const view = aRelease();
const steered = {
  ...me,
  [`GET /v1/releases/${view.id}`]: { body: view, headers: berlin },
  [`POST /v1/releases/${view.id}/schedule`]: {
    body: { state: 'gating', headline: 'Waits.', seq: 9 },
    headers: berlin,
  },
};
const paths = (): string[] => seen().map(({ method, path }) => `${method} ${path}`);

describe('a local time that is typed', () => {
  test('is in the zone of whoever typed it, which the server knows: not in that of the machine', async () => {
    const argv = ['release', 'reschedule', view.id, '--at', '2026-12-01T17:00'];
    const end = await against(steered, argv, { terminal: true });
    expect(end.code).toBe(0);
    expect(seen().at(-1)?.body).toMatchObject({ at: '2026-12-01T16:00:00.000Z' });
    expect(end.err).toContain('Is to start 2026-12-01 17:00 CET');
  });

  test('is in the zone of --zone, where that is given, and shown in it', async () => {
    const argv = ['release', 'reschedule', view.id, '--at', '2026-12-01T17:00', '--zone', 'Asia/Kolkata'];
    const end = await against(steered, argv, { terminal: true });
    expect(seen().at(-1)?.body).toMatchObject({ at: '2026-12-01T11:30:00.000Z' });
    expect(end.err).toContain('Is to start 2026-12-01 17:00 GMT+5:30');
    expect(paths()).not.toContain('GET /v1/me');
  });

  test.each(['+2h', '2026-12-01T17:00:00+01:00'])(
    'asks nobody for a zone where it needs none: %s',
    async (at) => {
      expect((await against(steered, ['release', 'reschedule', view.id, '--at', at])).code).toBe(0);
      expect(paths()).not.toContain('GET /v1/me');
    },
  );

  test('is refused by a server that does not say the zone, before anything is sent', async () => {
    const argv = ['release', 'reschedule', view.id, '--at', '2026-12-01T17:00'];
    const end = await against({ ...steered, 'GET /v1/me': { body: {} } }, argv);
    expect(end.code).toBe(2);
    expect(end.err).toContain('Name it with --zone Europe/Berlin');
    expect(paths()).toEqual(['GET /v1/me']);
  });

  test('makes a freeze in the same zone', async () => {
    const made = { id: 'sale', about: 'everything', when: 'once', next: [] };
    const argv = ['freeze', 'add', 'sale', '--from', '2026-12-18T18:00', '--reason', 'the sale', '--yes'];
    await against({ ...me, 'POST /v1/freezes': { status: 201, body: made } }, argv);
    expect(seen().at(-1)?.body).toMatchObject({ from: '2026-12-18T18:00', zone: 'Europe/Berlin' });
  });
});

describe('times that are shown', () => {
  const list = { 'GET /v1/releases': { body: { items: [view] }, headers: berlin } };

  test('are in the zone of the reader on a terminal, named', async () => {
    const { out } = await against(list, ['release', 'list'], { terminal: true, columns: 200 });
    expect(out).toContain('Thu 10:12 CET');
  });

  test('take --zone with every command', async () => {
    const { out } = await against(list, ['release', 'list', '--zone', 'UTC'], {
      terminal: true,
      columns: 200,
    });
    expect(out).toMatch(/\d{2}:\d{2} UTC/);
  });

  test('are in UTC for a program, whoever it acts for', async () => {
    const { out } = await against(list, ['release', 'list']);
    expect(out).toContain(view.createdAt);
  });

  test('survive a name of a zone that nobody knows', async () => {
    const odd = {
      'GET /v1/releases': { body: { items: [view] }, headers: { 'gantry-zone': 'Moon/Crater' } },
    };
    expect((await against(odd, ['release', 'list'], { terminal: true })).code).toBe(0);
  });

  test('an unknown zone is refused with any command before the server is asked', async () => {
    const end = await against(list, ['release', 'list', '--zone', 'berlin']);
    expect([end.code, seen()]).toEqual([2, []]);
    expect(end.err).toContain('Did you mean Europe/Berlin?');
  });
});
