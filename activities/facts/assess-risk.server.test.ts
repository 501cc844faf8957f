import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RiskFactor } from '../../domain/risk/model.ts';
import type { RiskSnapshot } from '../../domain/risk/snapshot.ts';
import type { Store } from '../../platform/database/open.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { saveRehearsals } from '../../platform/record/gates/rehearsals.ts';
import { saveWaivers } from '../../platform/record/gates/waivers.ts';
import { openReview } from '../../platform/record/reviews.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { saveCheckResult, saveOperationResult, type CheckResultRow } from '../../platform/record/results.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { RiskInput } from '../contract.ts';
import { createAssessRisk } from './assess-risk.ts';

const now = '2026-11-26T10:00:00.000Z'; // a Thursday, 11:00 in Berlin
let store: Store;
let postgres: TestServer;
let root: string;
let server: Server | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  store = await postgres.database();
}, 60_000);
afterAll(async () => postgres.stop());
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'gantry-risk-'));
  mkdirSync(join(root, 'shop'));
  git('init', '--quiet', '--initial-branch=main');
  await store.db.deleteFrom('running').execute();
  await store.db.deleteFrom('deployments').execute();
  await store.db.deleteFrom('operation_results').execute();
  await store.db.deleteFrom('check_results').execute();
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const git = (...args: string[]): string => gitAs('Ana', ...args);
const gitAs = (name: string, ...args: string[]): string => {
  const email = `${name.toLowerCase()}@acme.test`;
  const people = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  return execFileSync('git', args, {
    cwd: join(root, 'shop'),
    env: { PATH: process.env['PATH'], HOME: root, ...people },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
};

/** Writes files (undefined: removes them), commits, and tags the version. */
function release(version: string, files: Record<string, string | undefined>, by = 'Ana'): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'shop', path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
  git('add', '--all');
  gitAs(by, 'commit', '--quiet', '--allow-empty', '-m', `feat: ${version}`);
  git('tag', `v${version}`);
  return git('rev-parse', 'HEAD');
}

let deployed = 0;
async function deployment(
  version: string,
  o: { commit?: string; status?: string; at?: string; runs?: boolean } = {},
): Promise<void> {
  const { status = 'succeeded', at = '2026-11-25T10:00:00.000Z', runs = status === 'succeeded' } = o;
  const id = `deployment-${(deployed += 1)}`;
  const place = { environment: 'production', service: 'shop', version, commit_id: o.commit ?? null };
  const rest = {
    mode: 'deploy',
    status,
    exposure: 100,
    started_at: at,
    ended_at: at,
    by_id: 'ana',
    previous_version: null,
  };
  await store.db
    .insertInto('deployments')
    .values({ id, release_id: await aRelease(version), digest: null, ...place, ...rest })
    .execute();
  if (!runs) return;
  await store.db.deleteFrom('running').execute();
  await store.db
    .insertInto('running')
    .values({ ...place, digest: null, since: at, deployment_id: id })
    .execute();
}

async function aRelease(version: string): Promise<string> {
  const id = `rel_${version}_${deployed}`;
  await store.db
    .insertInto('releases')
    .values({
      id,
      workflow_id: `release/${id}`,
      attempt: 1,
      services: ['shop'],
      versions: [version],
      intent: 'deploy',
      state: 'succeeded',
      stage: null,
      headline: '',
      owner: null,
      requested_by: 'ana',
      policy_digest: await aPolicy(),
      release_order: '{}',
      view: '{}',
      seq: 1,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return id;
}

async function aPolicy(
  o: { risk?: string; report?: string; source?: string; soak?: boolean } = {},
): Promise<string> {
  const source = o.source ?? 'source: { git: ./shop }, ';
  const text = `
gantry: 1
organisation: { name: "Acme in ${root}", zone: Europe/Berlin }
people:
  - { id: ana, name: Ana, email: ana@acme.test, team: web, roles: [release-manager] }
  - { id: ben, name: Ben, email: ben@acme.test, team: web, aliases: [ben@home.test] }
environments: [${o.soak ? '{ id: staging }, ' : ''}{ id: production, production: true }]
services:
  - { id: shop, owner: ana, pipeline: web, ${source}risk: { tier: 3, ${o.risk ?? ''} } }
  - { id: cart, pipeline: web, dependsOn: [shop] }
pipelines:
  web:${o.soak ? '\n    - { environment: staging, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }' : ''}
    - environment: production
      risk: {}${o.soak ? '\n      gates: { soak: { atLeast: 24h } }' : ''}
      checks: [{ id: unit, kind: command, run: [test], report: { ${o.report ?? ''} } }]
      deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] }
`;
  const { policy, digest = '', problems } = readPolicy(text);
  if (!policy) throw new Error(JSON.stringify(problems));
  const by = { id: 'ana', kind: 'person' } as const;
  await storePolicy(store.db, { policy, text, digest, baseDir: root, by, sentences: [] });
  return digest;
}

async function assessed(
  o: Parameters<typeof aPolicy>[0] & { version?: string; input?: Partial<RiskInput> } = {},
): Promise<RiskSnapshot & { of: (factor: RiskFactor) => RiskSnapshot['factors'][number] }> {
  const assess = createAssessRisk({ store, dataDir: join(root, 'data'), outgoing: createOutgoing() });
  const found = await assess({
    policyDigest: await aPolicy(o),
    environment: 'production',
    components: [{ service: 'shop', version: o.version ?? '2.0.0' }],
    now,
    ...o.input,
  });
  const of = (factor: RiskFactor) => found.factors.find((one) => one.factor === factor)!;
  return { ...found, of };
}

async function serving(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the change, read from a real repository', () => {
  test('counts files without those that are generated, and names hot spots', async () => {
    for (let at = 0; at < 5; at += 1) release(`0.${at}.0`, { 'src/hot.js': `${at}` });
    const commit = release('1.0.0', {});
    await deployment('1.0.0', { commit });
    const files = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`src/${at}.js`, 'x\n']));
    release('2.0.0', { ...files, 'src/hot.js': 'new', 'package-lock.json': '{}', 'dist/main.js': 'x' });
    const { of } = await assessed();
    expect(of('size')).toMatchObject({
      points: 4,
      sentence: '12 files changed, generated and lock files aside.',
      evidence: ['13 lines added or removed', 'hot spot: src/hot.js, 6 changes in 90 days'],
    });
  });

  test('knows migrations by kind, settings, secrets, contracts and dependencies', async () => {
    const commit = release('1.0.0', {
      'package.json': '{"dependencies":{"a":"^1.0.0","b":"^1.0.0"}}',
      'api/openapi.yaml': 'a: 1',
      'config/a.yaml': 'a: 1',
    });
    await deployment('1.0.0', { commit });
    release('2.0.0', {
      'package.json': '{"dependencies":{"a":"^1.1.0","b":"^2.0.0","c":"1.0.0"}}',
      'api/openapi.yaml': undefined,
      'config/a.yaml': 'a: 2',
      '.env.live': 'KEY=',
      'db/migrations/1.sql': 'create table t (id int);',
      'db/migrations/2.sql': 'update t set id = 1;',
    });
    const { of } = await assessed();
    expect(of('migration')).toMatchObject({
      points: 10,
      evidence: ['db/migrations/1.sql: additive', 'db/migrations/2.sql: backfill'],
    });
    expect(of('deps')).toMatchObject({
      points: 8,
      evidence: ['a ^1.0.0 → ^1.1.0', 'b ^1.0.0 → ^2.0.0', 'c 1.0.0 is new'],
    });
    expect(of('config')).toMatchObject({ points: 6 });
    expect(of('contract')).toMatchObject({ points: 8, evidence: ['api/openapi.yaml removed'] });
  });

  test('a migration that nobody can tell, and dependencies that nobody reads, are unknown', async () => {
    await deployment('1.0.0', { commit: release('1.0.0', {}) });
    release('2.0.0', { 'db/migrations/1.ts': 'await fill();', 'go.mod': 'module x' });
    const { of } = await assessed();
    expect(of('migration')).toMatchObject({ state: 'unknown', points: 9 });
    expect(of('deps')).toMatchObject({ state: 'unknown', points: 4 });
  });

  test('patterns of the policy take the place of the usual ones', async () => {
    await deployment('1.0.0', { commit: release('1.0.0', {}) });
    release('2.0.0', { 'schema/up.sql': 'drop table t;', 'db/migrations/1.sql': 'drop table t;' });
    const { of, blockers } = await assessed({
      risk: 'paths: { migrations: ["schema/**"] }, rollForward: docs/forward.md',
    });
    expect(of('migration').evidence).toEqual(['schema/up.sql: irreversible']);
    expect(of('rollback')).toMatchObject({ points: 8 });
    expect(blockers).toEqual([]);
  });

  test('an irreversible migration without a plan for going forward is a hard blocker', async () => {
    await deployment('1.0.0', { commit: release('1.0.0', {}) });
    release('2.0.0', { 'db/migrations/1.sql': 'drop table t;' });
    expect((await assessed()).blockers).toMatchObject([{ id: 'irreversibleMigration' }]);
  });

  test('somebody who has not shipped here before is new, under whatever address', async () => {
    await deployment('1.0.0', { commit: release('1.0.0', {}, 'Ben') });
    release('1.1.0', {}, 'Ben');
    release('2.0.0', {}, 'Cem');
    expect((await assessed()).of('newAuthor')).toMatchObject({
      points: 3,
      evidence: ['first change here by Cem'],
    });
    expect((await assessed({ version: '1.1.0' })).of('newAuthor')).toMatchObject({ points: 0 });
  });

  test('commits after the cut-off are late', async () => {
    await deployment('1.0.0', { commit: release('1.0.0', {}) });
    release('2.0.0', {});
    expect((await assessed({ input: { cutoffAt: '2000-01-01T00:00:00.000Z' } })).of('late')).toMatchObject({
      points: 2,
    });
    expect((await assessed({ input: { cutoffAt: '2100-01-01T00:00:00.000Z' } })).of('late')).toMatchObject({
      points: 0,
    });
    expect((await assessed()).of('late')).toMatchObject({ state: 'notApplicable' });
  });

  test('a repository that cannot be read makes its factors unknown, never green', async () => {
    rmSync(join(root, 'shop'), { recursive: true });
    const { of, points } = await assessed();
    for (const factor of ['size', 'migration', 'deps', 'config', 'contract', 'newAuthor'] as const)
      expect(of(factor)).toMatchObject({ state: 'unknown' });
    expect(points).toBeGreaterThanOrEqual(6 + 9 + 4 + 5 + 4 + 2);
  });

  test('a version there whose commit is gone cannot be compared with, or gone back to', async () => {
    release('2.0.0', {});
    await deployment('1.0.0', { commit: 'a'.repeat(40) });
    const { of, blockers } = await assessed();
    expect(of('size')).toMatchObject({ state: 'unknown' });
    expect(blockers).toMatchObject([{ id: 'previousArtifactGone' }]);
  });

  test('a version without its tag is a problem, not a risk', async () => {
    release('1.0.0', {});
    await expect(assessed()).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
  });
});

describe('what checks found', () => {
  let results = 0;
  const result = async (subject: string, over: Partial<CheckResultRow>): Promise<CheckResultRow> =>
    saveCheckResult(store.db, {
      id: `result-${(results += 1)}`,
      releaseId: await aRelease('9.9.9'),
      environment: 'production',
      service: 'shop',
      checkId: 'unit',
      round: results,
      outcome: 'passed',
      summary: 'fine',
      stdout: '',
      stderr: '',
      subject,
      startedAt: now,
      endedAt: new Date(Date.parse(now) + results * 1000).toISOString(),
      ...over,
    });
  const two = async (): Promise<{ before: string; after: string }> => {
    const before = release('1.0.0', {});
    await deployment('1.0.0', { commit: before });
    return { before, after: release('2.0.0', {}) };
  };

  test('coverage is compared with that of the version there', async () => {
    const { before, after } = await two();
    await result(before, { coverage: { covered: 90, total: 100 } });
    expect((await assessed({ report: 'coverage: lcov.info' })).of('coverage')).toMatchObject({
      state: 'unknown',
      points: 3,
    });
    await result(after, { coverage: { covered: 175, total: 200 } });
    expect((await assessed({ report: 'coverage: lcov.info' })).of('coverage')).toMatchObject({
      points: 6,
      sentence: 'Line coverage is 2.5 points lower than that of the version there.',
      evidence: ['unit: 90.0 % → 87.5 % of lines'],
    });
    expect((await assessed()).of('coverage')).toMatchObject({ state: 'notApplicable' });
  });

  test('findings count where the version there did not have them', async () => {
    const { before, after } = await two();
    await result(before, {
      found: {
        keys: [
          ['error', 'R1|a'],
          ['warning', 'R2|b'],
        ],
        isCut: false,
      },
    });
    await result(after, {
      found: {
        keys: [
          ['error', 'R1|a'],
          ['error', 'R1|a'],
          ['warning', 'R3|c'],
          ['note', 'R4|d'],
        ],
        isCut: false,
      },
    });
    expect((await assessed({ report: 'sarif: out.sarif' })).of('findings')).toMatchObject({
      points: 5,
      evidence: ['error: R1 a', 'warning: R3 c'],
    });
  });

  test('more findings than are kept cannot be compared', async () => {
    const { before, after } = await two();
    await result(before, { found: { keys: [], isCut: false } });
    await result(after, { found: { keys: [], isCut: true } });
    expect((await assessed({ report: 'sarif: out.sarif' })).of('findings')).toMatchObject({
      state: 'unknown',
    });
  });

  test('results that could not tell, and a check that failed and passed, shake the evidence', async () => {
    const { after } = await two();
    await result(after, { outcome: 'failed' });
    await result(after, { outcome: 'passed' });
    await result(after, { outcome: 'inconclusive', checkId: 'e2e', summary: 'no browser' });
    expect((await assessed()).of('evidence')).toMatchObject({
      points: 4,
      evidence: ['unit both failed and passed', 'e2e: no browser'],
    });
  });
});

describe('known bugs', () => {
  const issue = (number: number, more = {}) => ({ number, title: `bug ${number}`, ...more });

  test('of GitHub are counted by label, page by page, each once, without pull requests', async () => {
    release('2.0.0', {});
    const asked: string[] = [];
    const url = await serving((request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      asked.push(
        `${request.headers.authorization ?? ''} ${query.get('labels') ?? ''} ${query.get('page') ?? ''}`,
      );
      const pages: Record<string, unknown[]> = {
        'sev1 1': [issue(1), issue(2, { pull_request: {} })],
        'bug 2.0.0 1': [
          issue(1),
          ...Array.from({ length: 29 }, (_, at) => issue(100 + at, { pull_request: {} })),
        ],
        'bug 2.0.0 2': [issue(3)],
      };
      response.end(JSON.stringify(pages[`${query.get('labels') ?? ''} ${query.get('page') ?? ''}`] ?? []));
    });
    process.env['RISK_TEST_TOKEN'] = 'a-long-secret';
    const source = `{ kind: github, repository: acme/shop, url: "${url}", token: "secret://RISK_TEST_TOKEN", labels: { blocker: [sev1], major: ["bug {{version}}"] } }`;
    const { of } = await assessed({ risk: `bugs: [${source}]` });
    delete process.env['RISK_TEST_TOKEN'];
    expect(of('bugs')).toMatchObject({
      points: 9,
      sentence: 'Known open bugs: 1 blocker, 1 major, 0 minor.',
      evidence: ['blocker: #1 bug 1', 'major: #3 bug 3'],
    });
    expect(asked).toEqual([
      'Bearer a-long-secret sev1 1',
      'Bearer a-long-secret bug 2.0.0 1',
      'Bearer a-long-secret bug 2.0.0 2',
    ]);
  });

  test.each<[string, RequestListener, string]>([
    [
      'whose limit is used up',
      (_, response) =>
        response
          .writeHead(403, {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Date.parse(now) / 1000),
          })
          .end(),
      `Unknown: GitHub answers nothing more until ${now}: the limit of requests is used up.`,
    ],
    [
      'that refuses',
      (_, response) => response.writeHead(401).end(),
      'Unknown: GitHub answers with 401 for the issues of acme/shop.',
    ],
    [
      'that answers something else',
      (_, response) => response.end('{}'),
      'Unknown: what GitHub answers for acme/shop is no list of issues.',
    ],
    ['that breaks off', (request) => request.socket.destroy(), 'Unknown: '],
  ])('of a GitHub %s are unknown', async (_, answer, sentence) => {
    release('2.0.0', {});
    const url = await serving(answer);
    const source = `{ kind: github, repository: acme/shop, url: "${url}", labels: { blocker: [sev1] } }`;
    const { of } = await assessed({ risk: `bugs: [${source}]` });
    expect(of('bugs')).toMatchObject({
      state: 'unknown',
      points: 5,
      sentence: expect.stringContaining(sentence),
    });
  });

  test('of a JSON document are numbers or lists, and anything else is unknown', async () => {
    release('2.0.0', {});
    const url = await serving((_, response) => response.end('{"open":{"major":[1,2],"minor":3},"odd":"x"}'));
    const source = (pointers: string) => ({
      risk: `bugs: [{ kind: json, url: "${url}/{{version}}", pointers: { ${pointers} } }]`,
    });
    expect((await assessed(source('major: /open/major, minor: /open/minor'))).of('bugs')).toMatchObject({
      points: 9,
    });
    expect((await assessed(source('blocker: /odd'))).of('bugs')).toMatchObject({ state: 'unknown' });
  });

  test('of a file are read at the version, and those that are closed do not count', async () => {
    release('2.0.0', {
      'bugs.json': '[{"id":7,"severity":"major","title":"slow"},{"id":8,"severity":"blocker","open":false}]',
    });
    const risk = 'bugs: [{ kind: file, path: bugs.json }]';
    expect((await assessed({ risk })).of('bugs')).toMatchObject({ points: 3, evidence: ['major: 7 slow'] });
    release('2.1.0', { 'bugs.json': '[{"severity":"huge"}]' });
    expect((await assessed({ risk, version: '2.1.0' })).of('bugs')).toMatchObject({ state: 'unknown' });
    release('2.2.0', { 'bugs.json': undefined });
    expect((await assessed({ risk, version: '2.2.0' })).of('bugs')).toMatchObject({ state: 'unknown' });
    writeFileSync(join(root, 'bugs.json'), '[{"id":1,"severity":"minor","title":"beside the policy"}]');
    expect((await assessed({ risk, source: '' })).of('bugs')).toMatchObject({ points: 1 });
  });

  test('of one source that cannot tell make the whole unknown', async () => {
    release('2.0.0', { 'bugs.json': '[]' });
    const risk = 'bugs: [{ kind: file, path: bugs.json }, { kind: file, path: none.json }]';
    expect((await assessed({ risk })).of('bugs')).toMatchObject({ state: 'unknown' });
  });
});

describe('what the record says of the service there', () => {
  test('failures, time since, and the way back', async () => {
    const commit = release('1.0.0', {});
    await deployment('0.9.0', { commit, status: 'rolledBack', at: '2026-10-01T10:00:00.000Z' });
    await deployment('1.0.0', { commit, at: '2026-10-20T10:00:00.000Z' });
    release('2.0.0', {});
    const before = await assessed();
    expect(before.of('age')).toMatchObject({ points: 5, sentence: 'Last deployed here 37 days ago.' });
    expect(before.of('history')).toMatchObject({
      points: 2,
      evidence: ['the last failure was 56 days ago', '0.9.0 was rolled back, Thu 1 Oct 10:00 UTC'],
    });
    expect(before.of('rollback')).toMatchObject({ points: 4 });
    const undo = async (operationId: string, outcome: string, at: string) =>
      saveOperationResult(store.db, {
        operationId,
        releaseId: await aRelease('1.0.0'),
        environment: 'production',
        service: 'shop',
        kind: 'undo',
        outcome,
        because: outcome,
        stdout: '',
        stderr: '',
        startedAt: at,
        endedAt: at,
      });
    await undo('a', 'done', '2026-11-10T10:00:00.000Z');
    expect((await assessed()).of('rollback')).toMatchObject({ points: 0 });
    await undo('b', 'failed', '2026-11-11T10:00:00.000Z');
    expect((await assessed()).of('rollback')).toMatchObject({ points: 8 });
  });

  test('a rehearsal of this very build counts as a way back that was gone, and so does one that failed', async () => {
    const commit = release('1.0.0', {});
    await deployment('1.0.0', { commit });
    release('2.0.0', {});
    const rehearsed = async (id: string, isPassed: boolean, at: string, digest: string) =>
      saveRehearsals(store.db, await aRelease('2.0.0'), [
        {
          ...{ id: `${id} ${root}`, environment: 'staging', service: 'shop', version: '2.0.0', digest },
          ...{ isPassed, because: 'probed', at },
        },
      ]);
    const points = async () => {
      const components = [{ service: 'shop', version: '2.0.0', digest: 'sha256:a' }];
      return (await assessed({ input: { components } })).of('rollback').points;
    };
    await rehearsed('other', false, '2026-11-25T10:00:00.000Z', 'sha256:b');
    expect(await points()).toBe(4);
    await rehearsed('good', true, '2026-11-20T10:00:00.000Z', 'sha256:a');
    expect(await points()).toBe(0);
    await rehearsed('bad', false, '2026-11-21T10:00:00.000Z', 'sha256:a');
    expect(await points()).toBe(8);
  });

  test('waivers in force count, and a soak is shortened once somebody broke the glass', async () => {
    release('2.0.0', {});
    const releaseId = await aRelease('2.0.0');
    const view = (glass: object) =>
      store.db
        .updateTable('releases')
        .set({ view: JSON.stringify({ stages: [{ environment: 'production', ...glass }] }) })
        .where('id', '=', releaseId)
        .execute();
    await view({});
    const waiver = {
      ...{ check: 'unit', service: 'shop', environment: 'production', build: 'shop@2.0.0', by: 'ana' },
      ...{ team: 'web', reason: 'scanner is down', at: '2026-11-26T09:00:00.000Z' },
    };
    await saveWaivers(store.db, releaseId, [
      { ...waiver, id: `live ${root}`, expiresAt: '2026-11-27T09:00:00.000Z' },
      { ...waiver, id: `over ${root}`, expiresAt: now },
    ]);
    const before = await assessed({ soak: true, input: { releaseId } });
    expect(before.of('waivers')).toMatchObject({
      points: 3,
      evidence: ['waiver of unit by Ana: scanner is down'],
    });
    expect(before.of('soak')).toMatchObject({ points: 0, state: 'measured' });
    await view({ glass: { breaks: [{ person: 'ana', at: now, reason: 'lost orders', incident: 'INC-7' }] } });
    expect((await assessed({ soak: true, input: { releaseId } })).of('soak')).toMatchObject({
      points: 5,
      evidence: ['ana broke the glass for INC-7'],
    });
  });

  test('R7: a quarantined build, and a review that is overdue, are hard blockers whatever the points', async () => {
    release('2.0.0', {});
    const ids = async () => (await assessed()).blockers.map(({ id }) => id);
    expect(await ids()).toEqual([]);
    const quarantine = await setQuarantine(store.db, {
      ...{ by: { id: 'ana', kind: 'person' }, at: now, reason: 'corrupts carts', mailDomain: 'acme.test' },
      ...{ service: 'shop', version: '2.0.0' },
    });
    expect(quarantine).toBeDefined();
    const releaseId = await aRelease('1.0.0');
    await openReview(store.db, {
      ...{ id: `rev ${root}`, releaseId, title: 'shop 1.0.0', services: ['shop'], environment: 'production' },
      ...{
        brokenBy: ['ana'],
        reason: 'lost orders',
        incident: 'INC-7',
        brokenAt: '2026-01-01T09:00:00.000Z',
      },
      dueAt: '2026-01-02T09:00:00.000Z',
    });
    expect(await ids()).toEqual(['quarantined', 'overdueReview']);
    await store.db.deleteFrom('quarantines').execute();
    await store.db.deleteFrom('glass_reviews').execute();
  });

  test('the first time is the oldest, and nothing is there to go back to', async () => {
    release('2.0.0', {});
    const { of } = await assessed();
    expect(of('age')).toMatchObject({ points: 8 });
    expect(of('rollback')).toMatchObject({ state: 'notApplicable' });
    expect(of('size')).toMatchObject({ state: 'measured' });
  });

  test('the moment is that of the expected start, and who depends on it is known', async () => {
    release('2.0.0', {});
    const { of } = await assessed({ input: { startsAt: '2026-11-28T10:00:00.000Z' } });
    expect(of('timing')).toMatchObject({ points: 4, sentence: 'The moment: outside working hours.' });
    expect(of('reach')).toMatchObject({ sentence: 'Tier 3, and 1 service depends on it directly.' });
  });

  test('from high on the owners’ team has a seat', async () => {
    release('2.0.0', {
      'db/migrations/1.sql': 'drop table t;',
      'config/a.yaml': 'a: 1',
      'go.mod': 'module x',
    });
    const { band, rules, duties } = await assessed({ risk: 'bugs: [{ kind: file, path: none.json }]' });
    expect(band).toBe('high');
    expect(duties).toContain('ownersSeat');
    expect(rules).toEqual([expect.objectContaining({ people: ['ana', 'ben'], atLeast: 1 })]);
  });
});
