import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const me = { 'GET /v1/me': { body: { zone: 'Europe/Berlin' } } };
const freeze = {
  id: 'black-friday',
  origin: 'api',
  revision: 1,
  about: 'production',
  when: 'from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin)',
  reason: 'the sale',
  next: [{ start: '2026-11-25T23:00:00.000Z', end: '2026-11-30T23:00:00.000Z', marks: ['shifted'] }],
};

describe('windows and freezes', () => {
  test('a freeze is made with its times, its scope and its reason', async () => {
    const { code, out } = await against({ ...me, 'POST /v1/freezes': { status: 201, body: freeze } }, [
      'freeze',
      'add',
      'black-friday',
      '--from',
      '2026-11-26T00:00',
      '--to',
      '2026-12-01T00:00',
      '--environment',
      'production',
      '--reason',
      'the sale',
      '--except',
      'hotfix',
      '--yes',
    ]);
    expect([code, out]).toEqual([0, `freeze black-friday holds: production, ${freeze.when}.\n`]);
    expect(seen().at(-1)?.body).toEqual({
      id: 'black-friday',
      zone: 'Europe/Berlin',
      from: '2026-11-26T00:00',
      to: '2026-12-01T00:00',
      reason: 'the sale',
      except: ['hotfix'],
      scope: { services: [], environments: ['production'], labels: [] },
    });
  });

  test('a freeze may begin now and end by a time from now: it keeps what that is on the clock of its zone', async () => {
    const line = [
      'freeze',
      'add',
      'orders',
      '--from',
      '+0m',
      '--to',
      '+2h',
      '--reason',
      'orders are lost',
      '--yes',
    ];
    const { code } = await against({ ...me, 'POST /v1/freezes': { status: 201, body: freeze } }, line);
    expect(code).toBe(0);
    expect(seen().at(-1)?.body).toMatchObject({
      zone: 'Europe/Berlin',
      from: '2026-11-26T13:16:00',
      to: '2026-11-26T15:16:00',
    });
  });

  test.each(['+soon', '-2h'])(
    'a freeze to %s, which is no time, is refused once, with what to write',
    async (to) => {
      const line = ['freeze', 'add', 'x', '--from', '+0m', '--to', to, '--reason', 'the sale'];
      const { code, err } = await against(me, line);
      expect([code, err]).toEqual([2, expect.stringMatching(/is not a time[^]*\+2h/)]);
      expect(err.split(`"${to}"`)).toHaveLength(2);
      expect(seen().some(({ method }) => method === 'POST')).toBe(false);
    },
  );

  describe('whoever adds a freeze', () => {
    const line = ['freeze', 'add', 'black-friday', '--from', '2026-11-26T00:00', '--reason', 'the sale'];
    const preview = {
      about: 'production',
      when: freeze.when,
      zone: 'Europe/Berlin',
      occurrences: freeze.next,
    };
    const answers = {
      ...me,
      'POST /v1/calendar/preview': { body: preview },
      'POST /v1/freezes': { status: 201, body: freeze },
    };
    const isMade = () => seen().some(({ path }) => path === '/v1/freezes');

    test('is shown whom it stops and since when, and asked', async () => {
      const { code, err } = await against(answers, line, { terminal: true, typed: ['y'] });
      expect(err).toMatch(
        /Nothing starts in that time: production[^]*It holds at once[^]*Add freeze black-friday\?/,
      );
      expect([code, isMade()]).toEqual([0, true]);
    });

    test.each([
      ['says no', { terminal: true, typed: ['n'] }, 1],
      ['sits at no terminal and has not said --yes', {}, 2],
    ])('adds none who %s', async (_, circumstances, ended) => {
      const { code } = await against(answers, line, circumstances);
      expect([code, isMade()]).toEqual([ended, false]);
    });
  });

  test('a freeze without a reason is refused before the server is asked', async () => {
    const { code, err } = await against({}, ['freeze', 'add', 'x', '--from', '2026-11-26T00:00']);
    expect([code, err]).toEqual([2, expect.stringContaining('--reason')]);
    expect(seen()).toEqual([]);
  });

  test.each(['freeze', 'window'])('the example of %s add is taken as it stands', async (kind) => {
    const { out: help } = await against({}, [kind, 'add', '--help']);
    const [, example = ''] = /Example:\n {2}gantry (.*)/.exec(help) ?? [];
    const argv = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const end = await against({ ...me, [`POST /v1/${kind}s`]: { status: 201, body: freeze } }, argv);
    expect([end.code, end.err]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(seen().at(-1)?.body).toMatchObject({ reason: expect.stringMatching(/\w/) });
  });

  test('show prints its next times, and says in words what a clock change makes of them', async () => {
    const { out } = await against({ 'GET /v1/freezes/black-friday': { body: freeze } }, [
      'freeze',
      'show',
      'black-friday',
    ]);
    expect(out).toContain(
      '2026-11-25T23:00:00.000Z – 2026-11-30T23:00:00.000Z (moved out of the hour that the clock skips)',
    );
  });

  test('a preview asks for no reason and saves nothing', async () => {
    const answer = {
      about: 'everything',
      when: 'every day',
      zone: 'Europe/Berlin',
      occurrences: freeze.next,
    };
    const line = [
      'window',
      'add',
      'x',
      '--start',
      '2026-01-05T02:30',
      '--rrule',
      'FREQ=DAILY',
      '--duration',
      '1h',
    ];
    const { code, out, err } = await against({ ...me, 'POST /v1/calendar/preview': { body: answer } }, [
      ...line,
      '--preview',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('window x would hold: everything, every day.');
    expect(out).toContain('2026-11-25T23:00:00.000Z – ');
    expect(err).toContain('Nothing is saved.');
    expect(seen().map(({ path }) => path)).toEqual(['/v1/me', '/v1/calendar/preview']);
    expect(seen()[1]?.body).toMatchObject({ window: { id: 'x', rrule: 'FREQ=DAILY' } });
  });

  test('a window without a reason is refused before the server is asked', async () => {
    const line = [
      'window',
      'add',
      'x',
      '--start',
      '2026-01-05T09:00',
      '--rrule',
      'FREQ=DAILY',
      '--duration',
      '7h',
    ];
    const { code, err } = await against({}, line);
    expect([code, err]).toEqual([2, expect.stringContaining('--reason')]);
    expect(seen()).toEqual([]);
  });

  test('a freeze that lies wholly in the past is not said to hold', async () => {
    const past = { ...freeze, next: [] };
    const { out } = await against({ ...me, 'POST /v1/freezes': { status: 201, body: past } }, [
      'freeze',
      'add',
      'black-friday',
      '--from',
      '2025-11-26T00:00',
      '--to',
      '2025-12-01T00:00',
      '--reason',
      'the sale',
      '--yes',
    ]);
    expect(out).toMatch(
      /^freeze black-friday is written down, but its time is over: .* It shuts nothing\.\n$/,
    );
  });

  test('a freeze is changed only as it was looked at, and keeps what is not named', async () => {
    const before = {
      ...freeze,
      revision: 3,
      zone: 'Europe/Berlin',
      from: '2026-11-26T00:00',
      to: '2026-12-01T00:00',
      scope: { services: [], environments: ['production'], labels: [] },
      passage: { hotfix: 'allow' },
    };
    const answers = {
      'GET /v1/freezes/black-friday': { body: before },
      'PUT /v1/freezes/black-friday': { body: { ...before, revision: 4 } },
    };
    const line = [
      'freeze',
      'change',
      'black-friday',
      '--to',
      '2026-12-03T00:00',
      '--reason',
      'it sells well',
    ];
    expect((await against(answers, line)).code).toBe(2); // nobody can be asked in a pipe
    expect(seen().map(({ method }) => method)).not.toContain('PUT');
    expect((await against(answers, [...line, '--yes'])).code).toBe(0);
    expect(seen().at(-1)).toMatchObject({
      headers: { 'if-match': '"3"' },
      body: {
        id: 'black-friday',
        zone: 'Europe/Berlin',
        from: '2026-11-26T00:00',
        to: '2026-12-03T00:00',
        scope: before.scope,
        actions: { hotfix: 'allow' },
        reason: 'it sells well',
      },
    });
  });

  test('the list is a table', async () => {
    const { out } = await against({ 'GET /v1/freezes': { body: { items: [freeze] } } }, ['freeze', 'list']);
    expect(out).toContain('black-friday');
  });

  test('an empty list teaches the next command', async () => {
    const end = await against({ 'GET /v1/freezes': { body: { items: [] } } }, ['calendar', 'freeze', 'list']);
    expect([end.code, end.err]).toEqual([0, expect.stringContaining('gantry freeze add --help')]);
  });

  test.each([
    ['is refused in a pipe without --yes', [], 2, ['GET']],
    ['sends its reason with --yes', ['--yes'], 0, ['GET', 'DELETE']],
  ])('lifting %s', async (_, flags, code, methods) => {
    const answers = {
      'GET /v1/freezes/black-friday': { body: freeze },
      'DELETE /v1/freezes/black-friday': { body: freeze },
    };
    const line = ['freeze', 'lift', 'black-friday', '--reason', 'it is over', ...flags];
    expect((await against(answers, line)).code).toBe(code);
    expect(seen().map(({ method }) => method)).toEqual(methods);
    if (code === 0) expect(seen().at(-1)?.body).toEqual({ reason: 'it is over' });
  });

  test('what was lifted before, or is stopped already, says that nothing has changed', async () => {
    const note = 'It is so already, by Ana: “sold out”. Nothing has changed.';
    const answers = {
      'GET /v1/freezes/black-friday': { body: freeze },
      'DELETE /v1/freezes/black-friday': { body: { ...freeze, changed: false, note } },
      'POST /v1/stop-the-line': { status: 200, body: { id: 'stop-1', changed: false, note } },
    };
    const said = ['--reason', 'it is over', '--yes'];
    const lifted = await against(answers, ['freeze', 'lift', 'black-friday', ...said]);
    expect([lifted.code, lifted.err]).toEqual([0, `${note}\n`]);
    const stopped = await against(answers, ['stop-the-line', ...said]);
    expect([stopped.code, stopped.err]).toEqual([0, expect.stringContaining(note)]);
  });

  test('the line is stopped in one command, which says how to go on', async () => {
    const { code, err } = await against(
      { 'POST /v1/stop-the-line': { status: 201, body: { id: 'stop-1' } } },
      ['stop-the-line', '--environment', 'production', '--reason', 'orders are lost', '--yes'],
    );
    expect([code, err]).toEqual([0, expect.stringContaining('gantry freeze lift stop-1')]);
  });
});

test('status says first that the line is stopped: what for, who, why, and how to go on', async () => {
  const stop = {
    id: 'stop-1',
    about: 'production',
    by: 'otto',
    byName: 'Otto Weber',
    reason: 'orders are lost',
    since: '2026-11-26T09:00:00.000Z',
  };
  const environment = {
    id: 'production',
    production: true,
    exclusive: false,
    running: [],
    holders: [],
    queue: [],
  };
  const { code, err } = await against(
    { 'GET /v1/environments': { body: { items: [environment], lineStops: [stop] } } },
    ['status'],
  );
  expect([code, err]).toEqual([
    0,
    'The line is stopped for production since 2026-11-26T09:00:00.000Z, by Otto Weber: orders are lost. To go on: gantry freeze lift stop-1 --reason "…"\n',
  ]);
});

test.each([
  ['Mars/Base', 'is not a time zone'],
  ['Europe/Berln', 'Did you mean Europe/Berlin?'],
  ['berlin', 'Did you mean Europe/Berlin?'],
  ['CET', 'is not a time zone'],
])('the zone %s is refused before the server is asked: %s', async (zone, words) => {
  const { code, err } = await against({}, ['calendar', 'agenda', '--zone', zone]);
  expect([code, err, seen()]).toEqual([2, expect.stringContaining(words), []]);
});

test('the agenda shows all times in the zone that is named', async () => {
  const item = {
    kind: 'freeze',
    start: '2026-11-30T23:00:00.000Z',
    title: 'black-friday',
    state: 'planned',
    marks: [],
    collisions: [],
  };
  const answers = { 'GET /v1/calendar': { body: { items: [item] } } };
  const line = ['calendar', 'agenda', '--zone', 'Asia/Kolkata'];
  expect((await against(answers, line)).out).toContain('2026-12-01T04:30:00+05:30');
  expect((await against(answers, line, { terminal: true })).out).toContain('Tue 04:30 GMT+5:30');
});

test('the agenda says which freeze a release passes by override', async () => {
  const item = {
    ...{
      kind: 'release',
      start: '2026-11-30T23:00:00.000Z',
      title: 'shop 1.4.0 → production',
      state: 'planned',
    },
    ...{ marks: [], collisions: [], overridden: ['freeze black-friday'] },
  };
  const { out } = await against({ 'GET /v1/calendar': { body: { items: [item] } } }, ['calendar', 'agenda']);
  expect(out).toContain('planned, passes freeze black-friday by override');
});

test('a slot that has begun is offered as now, and its command names no time that has passed', async () => {
  const answers = {
    'GET /v1/slots': {
      body: {
        ...{ environment: 'production', need: { medianMs: 60_000, p90Ms: 90_000, samples: 0 }, missed: [] },
        slots: [
          { start: '2026-11-26T12:15:59.500Z', end: '2026-11-26T14:00:00.000Z' },
          { start: '2026-12-01T08:00:00.000Z', end: '2026-12-01T09:46:00.000Z' },
        ],
      },
    },
  };
  const argv = ['calendar', 'slots', 'shop', '1.4.0', '--zone', 'UTC'];
  const { out, err } = await against(answers, argv, { terminal: true, columns: 200 });
  expect(out).toMatch(/^now – 2026-11-26 14:00 UTC.*\n2026-12-01 08:00 UTC/);
  expect(err).toMatch(/gantry release create shop 1\.4\.0\n/);
});

test('slots come with why the openings before them do not do', async () => {
  const { code, out, err } = await against(
    {
      'GET /v1/slots': {
        body: {
          environment: 'production',
          need: { medianMs: 5_880_000, p90Ms: 6_360_000, samples: 10 },
          slots: [{ start: '2026-12-01T08:00:00.000Z', end: '2026-12-01T09:46:00.000Z' }],
          missed: [{ start: '2026-11-30T08:00:00.000Z', because: 'Too short: open for 1 h.' }],
        },
      },
    },
    ['calendar', 'slots', 'shop', '1.4.0'],
  );
  expect([code, out]).toEqual([0, expect.stringContaining('2026-12-01T08:00:00.000Z – ')]);
  expect(err).toContain('Too short: open for 1 h.');
  expect(err).toContain('gantry release create shop 1.4.0 --at 2026-12-01T08:00:00.000Z');
});

test('a simulation that a gate denies ends with 1 and the remedy', async () => {
  const { code, out } = await against(
    {
      'POST /v1/simulations': {
        body: {
          title: 'shop 1.4.0',
          at: '2026-12-20T10:00:00.000Z',
          intent: 'rollback',
          intentBecause: 'Judged with the intent rollback, as was asked.',
          stages: [
            {
              environment: 'production',
              verdicts: [
                { gate: 'freeze', kind: 'denied', because: 'It is frozen.', remedy: 'Reschedule it.' },
              ],
              approvals: [
                {
                  rule: 'qa',
                  atLeast: 2,
                  candidates: ['ana', 'cleo'],
                  names: ['Ana', 'Cleo'],
                  away: ['ana'],
                },
                { rule: 'security', atLeast: 1, candidates: [] },
              ],
            },
          ],
        },
      },
    },
    [
      'simulate',
      'shop',
      '1.4.0',
      '--at',
      '2026-12-20T11:00',
      '--zone',
      'Europe/Berlin',
      '--intent',
      'rollback',
    ],
  );
  expect(code).toBe(1);
  expect(out).toContain('Judged with the intent rollback, as was asked.');
  expect(out).toContain('denied\tfreeze\tIt is frozen. Reschedule it.');
  expect(out).toMatch(/would be taken, and stopped before production\.\n$/);
  expect(out).toContain('asks 2 of qa: Ana (away), Cleo\n  asks 1 of security: nobody may decide then');
  expect(seen()[0]?.body).toMatchObject({ at: '2026-12-20T10:00:00.000Z', intent: 'rollback' });
});

describe('dates of a release', () => {
  test('an order takes them as flags', async () => {
    await against({}, [
      'release',
      'create',
      'shop',
      '1.4.0',
      '--at',
      '2026-12-01T17:00',
      '--zone',
      'Europe/Berlin',
      '--urgent',
      'carts are lost',
      '--needs',
      'payments>=2.1.0@production:soaked=24h',
      '--after',
      'rel_1',
      '--milestone',
      'live=2026-12-01T18:00,ana',
    ]);
    expect(seen()[0]?.body).toEqual({
      components: [{ service: 'shop', version: '1.4.0' }],
      at: '2026-12-01T16:00:00.000Z',
      urgent: 'carts are lost',
      needs: [
        {
          kind: 'version',
          service: 'payments',
          atLeast: '2.1.0',
          environment: 'production',
          state: 'soaked',
          soakMs: 86_400_000,
        },
        { kind: 'release', releaseId: 'rel_1' },
      ],
      milestones: [{ kind: 'live', plannedAt: '2026-12-01T17:00:00.000Z', owner: 'ana' }],
    });
  });

  test.each([
    ['--needs', 'payments'],
    ['--needs', 'payments>=2.1.0@production:soaked'],
    ['--milestone', 'party=2026-12-01T18:00'],
    ['--at', 'tomorrow'],
  ])('%s %s is refused before the server is asked', async (flag, value) => {
    const { code } = await against({}, ['release', 'create', 'shop', '1.4.0', flag, value]);
    expect([code, seen()]).toEqual([2, []]);
  });
});
