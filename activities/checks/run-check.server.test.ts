import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CheckSchema, type RunnableCheck } from '../../domain/policy/check.schema.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { readCheckResult } from '../../platform/record/results.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { noPolicy } from '../../test/support/record-builders.ts';
import type { CheckInput, CheckResult } from '../contract.ts';
import { createRunCheck } from './run-check.ts';

let server: TestServer;
let store: Awaited<ReturnType<TestServer['database']>>;
let root: string;
let digests = 0;

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gantry-check-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Puts a policy in force whose folder is the test's own; with a source where one is given. */
async function aPolicy(git?: string): Promise<string> {
  digests += 1;
  const digest = `check-${String(digests)}`;
  const source = git ? { source: { git, tag: 'v{version}' } } : {};
  const policy = { ...noPolicy, services: [{ id: 'shop', pipeline: 'web', dependsOn: [], ...source }] };
  await storePolicy(store.db, {
    policy,
    text: '',
    digest,
    baseDir: root,
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  return digest;
}
async function anInput(check: unknown, changes: Partial<CheckInput> = {}): Promise<CheckInput> {
  return {
    releaseId: newId('rel'),
    environment: 'staging',
    component: { service: 'shop', version: '1.4.0' },
    check: CheckSchema.parse({ id: 'unit', ...(check as object) }) as RunnableCheck,
    round: 1,
    policyDigest: await aPolicy(),
    ...changes,
  };
}
const run = (input: CheckInput, environment = new MockActivityEnvironment()): Promise<CheckResult> =>
  environment.run(createRunCheck({ store, dataDir: join(root, 'data'), outgoing: createOutgoing() }), input);
const node = (script: string): { kind: string; run: string[] } => ({
  kind: 'command',
  run: [process.execPath, '-e', script],
});
const lines = (name: string): string[] =>
  existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8').trim().split('\n') : [];
const note = (name: string): string =>
  `require('fs').appendFileSync(${JSON.stringify(join(root, name))}, 'once\\n');`;
const report = (name: string, text: string): string =>
  `require('fs').writeFileSync('${name}', ${JSON.stringify(text)});`;

describe('a command check', () => {
  const junit = { junit: 'report.xml' };
  const sarif = { sarif: 'out.sarif' };
  const good = '<testsuite><testcase/></testsuite>';
  const bad = '<testsuite><testcase><failure/></testcase></testsuite>';
  const findings = (level: string): string => JSON.stringify({ runs: [{ results: [{ level }] }] });

  test.each([
    ['exit 0', 'passed', node('0'), {}],
    ['exit 1', 'failed', node('process.exit(1)'), {}],
    ['a good report', 'passed', node(report('report.xml', good)), { report: junit }],
    ['exit 0 but a bad report', 'failed', node(report('report.xml', bad)), { report: junit }],
    ['exit 0 without the promised report', 'inconclusive', node('0'), { report: junit }],
    [
      'exit 0 with a cut report',
      'inconclusive',
      node(report('report.xml', '<testsuite><tes')),
      { report: junit },
    ],
    ['a report of no tests', 'inconclusive', node(report('report.xml', '<testsuites/>')), { report: junit }],
    [
      'a report outside the working folder',
      'inconclusive',
      node(`require('fs').symlinkSync('/etc/passwd', 'report.xml')`),
      { report: junit },
    ],
    [
      'findings below the level',
      'passed',
      node(report('out.sarif', findings('warning'))),
      { report: sarif, fail: { level: 'error' } },
    ],
    [
      'findings of the level',
      'failed',
      node(report('out.sarif', findings('error'))),
      { report: sarif, fail: { level: 'error' } },
    ],
    ['no scan report', 'inconclusive', node(report('out.sarif', '{}')), { report: sarif }],
    ['a crash', 'error', node('process.exit(9)'), { attempts: 1 }],
    ['a program that is not there', 'error', { kind: 'command', run: ['no-such-program'] }, {}],
    ['a missing secret', 'error', node('0'), { secrets: ['GANTRY_NO_SUCH_SECRET'], attempts: 1 }],
    ['time running out', 'error', node('setInterval(() => {}, 1000)'), { timeout: '1s', attempts: 1 }],
  ])('with %s is %s', async (_, outcome, check, changes) => {
    expect(await run(await anInput({ ...check, ...changes }))).toMatchObject({ outcome });
  });

  test('is recorded with its counts, its output and what was checked', async () => {
    const result = await run(
      await anInput({ ...node(`console.log('hello'); ${report('report.xml', good)}`), report: junit }),
    );
    expect(result).toMatchObject({
      summary: '1 passed, 0 failed',
      counts: { passed: 1, failed: 0, skipped: 0 },
    });
    expect(await readCheckResult(store.db, result.resultId)).toMatchObject({
      stdout: 'hello\n',
      outcome: 'passed',
      subject: 'shop@1.4.0',
    });
  });

  test.each([
    ['a result', '{"summary":"3 pages","counts":{"passed":3}}', 'passed', '3 pages; 3 passed, 0 failed'],
    ['a failed test', '{"counts":{"passed":3,"failed":1}}', 'failed', '3 passed, 1 failed'],
    ['garbage', '{"summary": half', 'passed', 'its last line begins like a result and cannot be read'],
    ['its own verdict', '{"outcome":"failed"}', 'passed', 'exit code 0'],
  ])('that prints %s in its last line takes it in, and exits with 0', async (_, line, outcome, summary) => {
    const result = await run(
      await anInput(node(`console.log('working'); console.log(${JSON.stringify(line)})`)),
    );
    expect(result).toMatchObject({ outcome, summary });
  });

  test('asked again gives the result that is recorded, without running', async () => {
    const input = await anInput(node(note('runs')));
    expect(await run(input)).toEqual(await run(input));
    expect(lines('runs')).toHaveLength(1);
  });

  test('whose answer was lost is joined, and its outcome is the same', async () => {
    const input = await anInput(node(note('runs')));
    const { resultId } = await run(input);
    await store.db.deleteFrom('check_results').where('id', '=', resultId).execute();
    expect(await run(input)).toMatchObject({ outcome: 'passed' });
    expect(lines('runs')).toHaveLength(1);
  });

  test('that could not tell is tried again; a plain failure is not', async () => {
    const second = `${note('runs')} process.exit(require('fs').readFileSync(${JSON.stringify(join(root, 'runs'))}, 'utf8').length > 5 ? 0 : 75)`;
    expect(await run(await anInput({ ...node(second), attempts: 2 }))).toMatchObject({ outcome: 'passed' });
    expect(lines('runs')).toHaveLength(2);
    expect(
      await run(await anInput({ ...node(`${note('fails')} process.exit(1)`), attempts: 5 })),
    ).toMatchObject({ outcome: 'failed' });
    expect(lines('fails')).toHaveLength(1);
  });

  test('that is cancelled ends as cancelled, and nothing is recorded', async () => {
    const environment = new MockActivityEnvironment();
    const input = await anInput(node(`${note('runs')} setInterval(() => {}, 1000)`));
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(root, () => {
        if (lines('runs').length === 0) return;
        watcher.close();
        resolve();
      });
    });
    const running = run(input, environment);
    await begun;
    environment.cancel();
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    expect(
      await store.db
        .selectFrom('check_results')
        .selectAll()
        .where('release_id', '=', input.releaseId)
        .execute(),
    ).toEqual([]);
  });

  test('runs in a fresh checkout of exactly the commit of the version', async () => {
    const repository = join(root, 'shop');
    mkdirSync(repository);
    const env = {
      PATH: process.env['PATH'],
      HOME: root,
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@a.test',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@a.test',
    };
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: repository, env, encoding: 'utf8' }).trim();
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(
      join(repository, 'verify.sh'),
      '#!/bin/sh\ncat version.txt; ls -A; echo "$GANTRY_VERSION $GANTRY_COMMIT"\n',
      { mode: 0o755 },
    );
    writeFileSync(join(repository, 'version.txt'), 'first\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'feat: one');
    const commit = git('rev-parse', 'HEAD');
    writeFileSync(join(repository, 'version.txt'), 'second\n');
    git('commit', '--quiet', '-am', 'feat: two');
    const component = { service: 'shop', version: '1.4.0', commit };
    const input = await anInput(
      { kind: 'command', run: ['./verify.sh'] },
      { component, policyDigest: await aPolicy('./shop') },
    );
    const { resultId } = await run(input);
    expect(await readCheckResult(store.db, resultId)).toMatchObject({
      outcome: 'passed',
      subject: commit,
      stdout: `first\nverify.sh\nversion.txt\n1.4.0 ${commit}\n`,
    });
  });

  test('whose source cannot be read is an error with the reason', async () => {
    const component = { service: 'shop', version: '1.4.0', commit: 'a'.repeat(40) };
    const input = await anInput(
      { ...node('0'), attempts: 1 },
      { component, policyDigest: await aPolicy('./nowhere') },
    );
    expect(await run(input)).toMatchObject({
      outcome: 'error',
      summary: expect.stringContaining('cannot be read'),
    });
  });
});

describe('an http check', () => {
  async function asked(answer: RequestListener, check: Record<string, unknown> = {}) {
    const target = createServer(answer);
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const url = `http://127.0.0.1:${String((target.address() as AddressInfo).port)}/{{version}}`;
    const result = await run(await anInput({ kind: 'http', url, attempts: 1, ...check }));
    target.closeAllConnections();
    target.close();
    return result;
  }

  test.each([
    [
      'the expected answer',
      'passed',
      (_, response) => response.end('ready'),
      { expect: { contains: 'ready' } },
    ],
    ['another status', 'failed', (_, response) => response.writeHead(503).end(), {}],
    ['another text', 'failed', (_, response) => response.end('starting'), { expect: { contains: 'ready' } }],
    [
      'an expected redirect',
      'passed',
      (_, response) => response.writeHead(301, { location: '/x' }).end(),
      { expect: { status: 301 } },
    ],
    [
      'a redirect inside',
      'error',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
      {},
    ],
    [
      'a flood',
      'inconclusive',
      (_, response) => response.end('x'.repeat(3e6)),
      { expect: { contains: 'ready' } },
    ],
    ['no answer', 'error', () => undefined, { timeout: '1s' }],
    ['a broken connection', 'error', (request) => request.socket.destroy(), {}],
  ] as [string, string, RequestListener, Record<string, unknown>][])(
    'that gets %s is %s',
    async (_, outcome, answer, check) => {
      expect(await asked(answer, check)).toMatchObject({ outcome });
    },
  );

  test('sends secrets, and shows none of them', async () => {
    process.env['CHECK_TOKEN'] = 'correct-horse-battery';
    const result = await asked(
      (request, response) =>
        response.end(`you sent ${String(request.headers.authorization)} to ${String(request.url)}`),
      {
        headers: { authorization: 'Bearer secret://CHECK_TOKEN' },
      },
    );
    delete process.env['CHECK_TOKEN'];
    expect(await readCheckResult(store.db, result.resultId)).toMatchObject({
      stdout: 'you sent Bearer *** to /1.4.0',
    });
  });
});
