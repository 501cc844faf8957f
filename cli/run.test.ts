import { describe, expect, test } from '@jest/globals';
import { problemBody, startApiStub } from '../test/support/api-stub.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';
import { ownVersion } from './own-version.ts';
import { commands } from './commands.ts';
import { runCli } from '../test/support/cli-io.ts';
import { aRelease } from '../test/support/release-view.ts';

const { against, seen } = cliAgainstStub();

describe('usage', () => {
  test('help fits 80 columns and 40 lines, names every command, and is good', async () => {
    const { code, out } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    const names = out.slice(out.indexOf('Commands:')).split(/[\s,]+/);
    expect(names).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
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

  test.each([
    [['help'], 'gantry COMMAND --help'],
    [['help', 'release', 'create'], 'gantry release create [options]'],
    [['--version'], `${ownVersion()}\n`],
  ])('%j is answered and good', async (words, answer) => {
    const { code, out, err } = await runCli(words);
    expect(code).toBe(0);
    expect(out).toContain(answer);
    expect(err).toBe('');
  });

  test('wrong use of a sub-command points at the help of that one', async () => {
    const { code, err } = await runCli(['release', 'create', 'shop', '1.4.0', '--wat']);
    expect(code).toBe(2);
    expect(err).toContain('`gantry release create --help`');
  });

  test('a policy file that is not there is to be named right: check has no --policy', async () => {
    const { code, err } = await runCli(['check', 'nofile.yaml']);
    expect(code).not.toBe(0);
    expect(err).toContain('correct the name of the file');
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
    const { url, close } = await startApiStub({});
    await close();
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

  test('a mistake that the sentence tells is not told twice', async () => {
    const detail = '/state: must be one of these';
    const problem = problemBody({ code: 'REQUEST_INVALID', status: 400, detail, remedy: 'Do this.' });
    const errors = [
      { pointer: '/state', code: 'INVALID_VALUE', detail: 'must be one of these', remedy: 'Write gating.' },
      { pointer: '/to', code: 'TOO_BIG', detail: 'is too long', remedy: 'See /docs.' },
    ];
    const end = await against({ 'GET /v1/releases': { status: 400, body: { ...problem, errors } } }, [
      'release',
      'list',
    ]);
    expect(end.err.split('must be one of these')).toHaveLength(2);
    expect(end.err).toContain('  /state: Write gating.\n');
    expect(end.err).toContain('/to TOO_BIG: is too long See /docs.');
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
    const keys = seen().map((request) => request.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys?.[0]).toBe(keys?.[1]);
    expect(seen()[0]?.headers.authorization).toBe('Bearer secret-token');
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

  test('on a terminal is aligned under a header with short times', async () => {
    const end = await against(list, ['release', 'list'], {
      terminal: true,
      columns: 120,
      env: { NO_COLOR: '1' },
    });
    expect(end.out).toMatch(/^ID {5}RELEASE {5}STATE/);
    expect(end.out).toContain('Thu 09:12 UTC');
    expect(end.out).not.toContain('\u001b');
  });

  test('an empty list teaches the next command', async () => {
    const end = await against({ 'GET /v1/releases': { body: { items: [] } } }, ['release', 'list']);
    expect(end).toMatchObject({ code: 0, out: '' });
    expect(end.err).toContain('gantry release create shop 1.4.0');
  });
});
