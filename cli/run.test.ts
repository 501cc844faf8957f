import { afterEach, describe, expect, test } from '@jest/globals';
import { eventStream, problemBody, startApiStub, type ApiStub } from '../test/support/api-stub.ts';
import { runCli, type CliEnd } from '../test/support/cli-io.ts';
import { aRelease } from '../test/support/release-view.ts';

let stub: ApiStub | undefined;
afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

async function against(
  answers: Parameters<typeof startApiStub>[0],
  argv: string[],
  o: Parameters<typeof runCli>[1] = {},
): Promise<CliEnd> {
  stub = await startApiStub(answers);
  return runCli(argv, { ...o, env: { GANTRY_URL: stub.url, GANTRY_TOKEN: 'secret-token', ...o.env } });
}

const ended = aRelease({
  state: 'succeeded',
  headline: 'All stages are done.',
  seq: 9,
  ended: { at: '2026-11-26T10:00:00.000Z', because: 'all stages are done' },
});

describe('usage', () => {
  test('help fits 80 columns and 40 lines, names every command, and is good', async () => {
    const { code, out } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    for (const name of ['up', 'release', 'decide', 'adopt', 'audit', 'completion'])
      expect(out).toContain(`  ${name} `);
  });

  test.each([
    ['release', 'create'],
    ['release', 'list'],
    ['release', 'show'],
    ['release', 'why'],
    ['release', 'follow'],
    ['release', 'pause'],
    ['release', 'resume'],
    ['release', 'retry'],
    ['release', 'abort'],
    ['release', 'roll-back'],
    ['release', 'recover'],
    ['status'],
    ['approvals', 'list'],
    ['decide'],
    ['adopt'],
    ['policy', 'show'],
    ['policy', 'diff'],
    ['policy', 'apply'],
    ['token', 'create'],
    ['token', 'list'],
    ['token', 'revoke'],
    ['sign-in'],
    ['call'],
    ['completion'],
    ['version'],
  ])('help of %s %s fits and has an example', async (...words) => {
    const { code, out } = await runCli([...words.filter((word) => typeof word === 'string'), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Example:\n {2}.*gantry /);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  test('an unknown word is answered with the nearest known one', async () => {
    const { code, err } = await runCli(['relase', 'list']);
    expect(code).toBe(2);
    expect(err).toContain('Did you mean release?');
    expect(err).toContain('Nothing has changed.');
  });

  test('a wrong flag under --json is one problem document on stdout', async () => {
    const { code, out, err } = await runCli(['status', '--jsn', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ code: 'USAGE' });
    expect(err).toBe('');
  });
});

describe('reaching the server', () => {
  test('a server that is not there ends with 7 and says how to start one', async () => {
    stub = await startApiStub({});
    const { url } = stub;
    await stub.close();
    const { code, err } = await runCli(['call', 'GET', '/v1/me', '--url', url]);
    expect(code).toBe(7);
    expect(err).toContain('Error SERVER_UNREACHABLE');
    expect(err).toContain('gantry up');
  });

  test.each([
    [401, 'NOT_SIGNED_IN', 3],
    [403, 'NOT_ALLOWED', 3],
    [404, 'NOT_FOUND', 4],
    [409, 'RELEASE_OPEN', 5],
    [412, 'STALE', 5],
    [422, 'VERSION_DOWNGRADE', 2],
    [500, 'DEFECT', 70],
  ])('a problem with status %i %s ends with %i', async (status, code, exit) => {
    const end = await against(
      {
        'POST /v1/releases': {
          status,
          body: problemBody({ code, status, detail: 'It is so.', remedy: 'Do this.' }),
        },
      },
      ['release', 'create', 'shop', '1.4.0'],
    );
    expect(end.code).toBe(exit);
    expect(end.err).toContain(`Error ${code}: It is so.`);
    expect(end.err).toContain('Now: Do this.');
    expect(end.err).toContain('Request req-1');
  });

  test('a creation that met a busy server is repeated under the same key', async () => {
    const busy = {
      status: 503,
      body: problemBody({ code: 'DATABASE_UNREACHABLE', status: 503, detail: 'Busy.' }),
    };
    const end = await against({ 'POST /v1/releases': [busy, { status: 202, body: aRelease() }] }, [
      'release',
      'create',
      'shop',
      '1.4.0',
      '--quiet',
    ]);
    expect(end).toMatchObject({ code: 0, out: 'rel_1\n' });
    const keys = stub?.seen.map((request) => request.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys?.[0]).toBe(keys?.[1]);
    expect(stub?.seen[0]?.headers.authorization).toBe('Bearer secret-token');
  });
});

describe('release create', () => {
  test('sends what was named, once', async () => {
    const end = await against({ 'POST /v1/releases': { status: 202, body: aRelease() } }, [
      'release',
      'create',
      'shop',
      '1.4.0',
      'cart',
      '2.0.0',
      '--to',
      'staging',
      '--reason',
      'sale',
      '--key',
      'k1',
      '--json',
    ]);
    expect(end.code).toBe(0);
    expect(JSON.parse(end.out)).toEqual(aRelease());
    expect(stub?.seen).toHaveLength(1);
    expect(stub?.seen[0]).toMatchObject({
      body: {
        components: [
          { service: 'shop', version: '1.4.0' },
          { service: 'cart', version: '2.0.0' },
        ],
        to: 'staging',
        reason: 'sale',
      },
      headers: { 'idempotency-key': 'k1' },
    });
  });

  test.each([[['shop']], [[]], [['shop@']], [['shop', '1', 'cart', '2', '--digest', 'sha256:aa']]])(
    '%j is refused before anything is sent',
    async (words) => {
      const end = await against({}, ['release', 'create', ...words]);
      expect(end.code).toBe(2);
      expect(stub?.seen).toEqual([]);
    },
  );
});

describe('release create --wait', () => {
  const create = ['release', 'create', 'shop', '1.4.0', '--wait'];
  const created = { 'POST /v1/releases': { status: 202, body: aRelease() } };

  test('follows to a good end: 0', async () => {
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': [{ body: aRelease() }, { body: ended }],
        'GET /v1/releases/rel_1/events': eventStream({ id: 5, event: 'changed', data: { seq: 9 } }),
      },
      create,
    );
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0 succeeded: all stages are done\n' });
    expect(end.err).toContain('shop 1.4.0 waiting: Waiting for 1 approval from QA.\n');
    expect(end.err).not.toContain('\u001b');
  });

  test.each(['rolledBack', 'rejected', 'expired', 'failed', 'aborted', 'cancelled'] as const)(
    'an end as %s is bad: 1',
    async (state) => {
      const end = await against(
        { ...created, 'GET /v1/releases/rel_1': { body: { ...ended, state } } },
        create,
      );
      expect(end.code).toBe(1);
    },
  );

  test('a gate that denies ends it at once with the remedy, and the release waits on: 1', async () => {
    const stage = { environment: 'production', state: 'gating' as const, checks: [], rollout: [], soak: [] };
    const verdict = {
      kind: 'denied' as const,
      gate: 'checks',
      since: '2026-11-26T09:00:00.000Z',
      because: 'unit failed: 2 of 310.',
      remedy: 'gantry release retry rel_1',
    };
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': { body: aRelease({ stages: [{ ...stage, verdicts: [verdict] }] }) },
      },
      create,
    );
    expect(end.code).toBe(1);
    expect(end.out).toContain('unit failed: 2 of 310.');
    expect(end.err).toContain('Now: gantry release retry rel_1');
    expect(end.err).toContain('The release waits on');
  });

  test('time that runs out leaves the release alone: 6', async () => {
    const end = await against(
      {
        ...created,
        'GET /v1/releases/rel_1': { body: aRelease() },
        'GET /v1/releases/rel_1/events': eventStream(),
      },
      [...create, '--timeout', '1s'],
    );
    expect(end.code).toBe(6);
    expect(end.err).toContain('the release goes on');
  });

  test('Ctrl-C stops following, not the release, and says so: 130', async () => {
    const end = await against({ ...created, 'GET /v1/releases/rel_1': { body: aRelease() } }, create, {
      interrupted: AbortSignal.abort(),
    });
    expect(end.code).toBe(130);
    expect(end.err).toContain('Stopped following; the release goes on.');
    expect(stub?.seen.filter((request) => request.method === 'POST')).toHaveLength(1);
  });

  test('with --json stdout holds one document: the release as it ended', async () => {
    const end = await against({ ...created, 'GET /v1/releases/rel_1': { body: ended } }, [
      ...create,
      '--json',
    ]);
    expect(JSON.parse(end.out)).toEqual(ended);
  });
});

describe('following', () => {
  test('a stream that breaks is resumed behind the last event', async () => {
    const entry = (seq: number) => ({
      seq,
      at: '2026-11-26T09:12:00.000Z',
      action: 'check.finished',
      actor: { id: 'system' },
      object: 'check unit',
      sentence: `step ${seq}`,
    });
    const end = await against(
      {
        'GET /v1/releases/rel_1': [
          { body: aRelease() },
          { body: aRelease() },
          { body: aRelease() },
          { body: ended },
        ],
        'GET /v1/releases/rel_1/events': [
          eventStream({ id: 5, event: 'entry', data: entry(5) }),
          eventStream(
            { id: 6, event: 'entry', data: entry(6) },
            { id: 6, event: 'changed', data: {} },
            { id: 6, event: 'ended', data: {} },
          ),
        ],
      },
      ['release', 'follow', 'rel_1'],
    );
    expect(end.code).toBe(0);
    expect(end.out).toContain('step 5');
    expect(end.out).toContain('step 6');
    const streams = stub?.seen.filter((request) => request.path.endsWith('/events'));
    expect(streams?.map((request) => request.headers['last-event-id'])).toEqual([undefined, '5']);
  });
});

describe('acting', () => {
  const rollBack = ['release', 'roll-back', 'shop@1.4.0'];
  const answers = {
    'GET /v1/releases/shop%401.4.0': { body: aRelease() },
    'POST /v1/releases/rel_1/roll-back': {
      body: aRelease({ state: 'rollingBack', headline: 'Going back.' }),
    },
  };

  test('in a pipe without --yes is refused and names the flag: 2', async () => {
    const end = await against(answers, rollBack);
    expect(end.code).toBe(2);
    expect(end.err).toContain('--yes');
    expect(stub?.seen.every((request) => request.method === 'GET')).toBe(true);
  });

  test('at a terminal asks, and the answer that nobody typed is no', async () => {
    const end = await against(answers, rollBack, { terminal: true });
    expect(end.err).toContain('Roll shop 1.4.0 back? [y/N]');
    expect(end.err).toContain('Nothing has changed.');
    expect(stub?.seen.every((request) => request.method === 'GET')).toBe(true);
  });

  test('with a yes is done', async () => {
    const end = await against(answers, [...rollBack, '--reason', 'checkout fails'], {
      terminal: true,
      typed: ['y'],
    });
    expect(end).toMatchObject({ code: 0, out: 'shop 1.4.0: Going back.\n' });
    expect(stub?.seen.at(-1)?.body).toEqual({ reason: 'checkout fails' });
  });

  test('resume is sent with the revision that was looked at', async () => {
    const end = await against(
      {
        'GET /v1/releases/rel_1': { body: aRelease() },
        'POST /v1/releases/rel_1/resume': { body: aRelease() },
      },
      ['release', 'resume', 'rel_1', '--yes'],
    );
    expect(end.code).toBe(0);
    expect(stub?.seen.at(-1)?.headers['if-match']).toBe('"4"');
  });

  test('a decision names the request and the digest that were looked at', async () => {
    const approval = {
      requestId: 'r1',
      state: 'open' as const,
      subjectDigest: 'a'.repeat(64),
      openedAt: '',
      deadline: '',
      asked: ['ana'],
      excluded: [],
      votes: [],
      seats: [],
    };
    const stage = {
      environment: 'production',
      state: 'gating' as const,
      checks: [],
      verdicts: [],
      rollout: [],
      soak: [],
      approval,
    };
    const end = await against(
      {
        'GET /v1/releases/rel_1': { body: aRelease({ stages: [stage] }) },
        'POST /v1/releases/rel_1/decisions': { body: { state: 'counted', headline: 'Approved.' } },
      },
      ['decide', 'rel_1', 'approve', '--yes'],
    );
    expect(end).toMatchObject({ code: 0, out: 'Counted for shop 1.4.0 for production. Approved.\n' });
    expect(stub?.seen.at(-1)?.body).toEqual({
      requestId: 'r1',
      choice: 'approve',
      subjectDigest: 'a'.repeat(64),
    });
  });
});

describe('output', () => {
  const list = {
    'GET /v1/releases': {
      body: { items: [aRelease({ headline: 'Evil \u001b[31mred\u001b[0m \u202etxt.exe\nnew line' })] },
    },
  };

  test('in a pipe is separated by tabs, has absolute times and no colour', async () => {
    const end = await against(list, ['release', 'list']);
    expect(end.out).toBe(
      'rel_1\tshop 1.4.0\twaiting\tproduction\t2026-11-26T09:12:00.000Z\tEvil red txt.exe new line\n',
    );
  });

  test('on a terminal is aligned under a header with relative times', async () => {
    const end = await against(list, ['release', 'list'], {
      terminal: true,
      columns: 120,
      env: { NO_COLOR: '1' },
    });
    expect(end.out).toMatch(/^ID {5}RELEASE {5}STATE/);
    expect(end.out).toContain('(3 h 4 min ago)');
    expect(end.out).not.toContain('\u001b');
  });

  test('an empty list teaches the next command', async () => {
    const end = await against({ 'GET /v1/releases': { body: { items: [] } } }, ['release', 'list']);
    expect(end).toMatchObject({ code: 0, out: '' });
    expect(end.err).toContain('gantry release create shop 1.4.0');
  });
});
