import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentChange } from '../contract.ts';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import type { Service } from '../../domain/policy/policy.schema.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import type { Store } from '../../platform/database/open.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { recordBatch } from '../../platform/record/releases.ts';
import { aRelease, aStoredRelease, batchOf, noPolicy } from '../../test/support/record-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { lanesOf, migrationsAgainst, otherWayBack } from '../plan/gates-of-plan.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { createReadStanding } from './read-standing.ts';

let server: TestServer;
let store: Store;
let root: string;
let registry: Server;
const inRegistry = new Set<string>();

beforeAll(async () => {
  server = await startPostgres();
  registry = createServer((req, res) => {
    res.statusCode = inRegistry.has(req.url ?? '') ? 200 : req.url === '/shop/broken' ? 500 : 404;
    res.end();
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => registry.close(resolve));
  await server.stop();
});
beforeEach(async () => {
  store = await server.database();
  root = mkdtempSync(join(tmpdir(), 'gantry-standing-'));
  inRegistry.clear();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const hour = 3_600_000;
const now = '2026-06-10T12:00:00.000Z';
const ago = (hours: number): string => new Date(Date.parse(now) - hours * hour).toISOString();
const component = (over: Partial<PlannedComponent> = {}): PlannedComponent => ({
  service: 'shop',
  version: '1.4.0',
  digest: 'sha256:a',
  mode: 'deploy',
  dependsOn: [],
  ...over,
});

/** A deployment that began and ended well, by a release of its own. */
async function deployed(
  version: string,
  o: { environment?: string; from: number; to: number; digest?: string; status?: DeploymentChange['status'] },
): Promise<void> {
  const environment = o.environment ?? 'staging';
  const release = await aStoredRelease(store.db, aRelease('shop', version, { policyDigest: 'd0' }));
  const change = (status: DeploymentChange['status'], at: string): DeploymentChange => ({
    id: `${release.order.releaseId}+${environment}+shop`,
    environment,
    service: 'shop',
    version,
    ...(o.digest ? { digest: o.digest } : {}),
    mode: 'deploy',
    status,
    exposure: status === 'rolledBack' ? 0 : 100,
    at,
  });
  await recordBatch(store.db, batchOf(release, 1, {}, [change('running', ago(o.from))]));
  await recordBatch(store.db, batchOf(release, 2, {}, [change(o.status ?? 'succeeded', ago(o.to))]));
}

async function withPolicy(service: Partial<Service>): Promise<string> {
  const shop = { id: 'shop', dependsOn: [], pipeline: 'web', ...service } as Service;
  await storePolicy(store.db, {
    policy: { ...noPolicy, services: [shop] },
    text: 'gantry: 1',
    digest: 'd9',
    baseDir: root,
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  return 'd9';
}

const read = (over: Partial<Parameters<ReturnType<typeof createReadStanding>>[0]>) =>
  createReadStanding({ store, config: { dataDir: join(root, 'data') }, outgoing: createOutgoing() })({
    environment: 'production',
    components: [component()],
    settings: {},
    policyDigest: 'd0',
    now,
    ...over,
  });

describe('what is read of the way here', () => {
  test('the sets that were verified upstream, by release and digest', async () => {
    await deployed('1.4.0', { from: 30, to: 29, digest: 'sha256:a' });
    await deployed('1.3.0', { from: 60, to: 59, digest: 'sha256:b' });
    await deployed('1.4.0', {
      environment: 'load',
      from: 20,
      to: 19,
      digest: 'sha256:a',
      status: 'rolledBack',
    });
    const { verified } = await read({ settings: { promotion: { from: ['staging', 'load'], which: 'any' } } });
    expect(verified).toEqual([
      {
        environment: 'staging',
        at: ago(29),
        builds: [{ service: 'shop', version: '1.4.0', digest: 'sha256:a' }],
      },
    ]);
  });

  test('the stays of the build upstream, and when it was first seen', async () => {
    await deployed('1.4.0', { from: 60, to: 59, digest: 'sha256:a' });
    await deployed('1.5.0', { from: 30, to: 29, digest: 'sha256:c', status: 'rolledBack' });
    const { soak } = await read({ settings: { soak: { from: 'staging', atLeastMs: hour } } });
    expect(soak).toEqual([
      {
        service: 'shop',
        version: '1.4.0',
        stays: [{ from: ago(59), to: ago(30) }, { from: ago(29) }],
        firstSeenAt: '2026-06-01T09:00:00.000Z',
      },
    ]);
  });
});

describe('what is read of the way back', () => {
  const rollback = { isRequired: true };
  const none = { kind: 'none', compatible: [], isFinal: false };

  test('a first deployment has nothing to go back to', async () => {
    const policyDigest = await withPolicy({});
    const { ways } = await read({ settings: { rollback }, policyDigest });
    expect(ways).toEqual([{ service: 'shop', version: '1.4.0', isFirst: true, migrations: none }]);
  });

  test('the registry says whether what runs is still there; what it does not say is asked again', async () => {
    const { port } = registry.address() as AddressInfo;
    const policyDigest = await withPolicy({
      artifact: { url: `http://127.0.0.1:${port}/{{service}}/{{version}}` },
    });
    await deployed('1.3.0', { environment: 'production', from: 60, to: 59 });
    const ask = async () => read({ settings: { rollback }, policyDigest });
    expect((await ask()).ways?.[0]?.target).toEqual({ version: '1.3.0', isThere: 'no' });
    inRegistry.add('/shop/1.3.0');
    const answer = await ask();
    expect(answer.ways?.[0]?.target).toEqual({ version: '1.3.0', isThere: 'yes' });
    expect(answer.nextLook).toBeUndefined();
    await deployed('broken', { environment: 'production', from: 50, to: 49 });
    expect(await ask()).toMatchObject({
      ways: [{ target: { version: 'broken', isThere: 'unknown' } }],
      nextLook: '2026-06-10T12:05:00.000Z',
    });
  });

  test('B7: leads past what runs where that is quarantined, and so does the plan', async () => {
    const policyDigest = await withPolicy({});
    await deployed('1.3.0', { environment: 'production', from: 90, to: 89, digest: 'sha256:z' });
    await deployed('1.3.1', { environment: 'production', from: 60, to: 59 });
    await setQuarantine(store.db, {
      by: { id: 'ana', kind: 'person' },
      at: ago(1),
      reason: 'corrupts carts',
      mailDomain: 'acme.test',
      service: 'shop',
      version: '1.3.1',
    });
    const { ways } = await read({ settings: { rollback }, policyDigest });
    expect(ways?.[0]?.target?.version).toBe('1.3.0');
    const running = { service: 'shop', version: '1.3.1' };
    const quarantines = await standingQuarantines(store.db);
    expect(await otherWayBack(store.db, 'production', running, quarantines)).toEqual({
      backTo: { version: '1.3.0', digest: 'sha256:z' },
    });
    expect(await otherWayBack(store.db, 'production', { ...running, version: '1.3.0' }, quarantines)).toEqual(
      {},
    );
  });

  test('the newest rehearsal of this very build counts', async () => {
    const policyDigest = await withPolicy({});
    const release = await aStoredRelease(store.db, aRelease('shop', '1.4.0', { policyDigest: 'd0' }));
    const rehearsal = (id: string, digest: string, hours: number, isPassed: boolean) => ({
      ...{ id, environment: 'staging', service: 'shop', version: '1.4.0', digest, isPassed },
      because: 'probed',
      at: ago(hours),
    });
    await recordBatch(store.db, {
      ...batchOf(release, 1),
      rehearsals: [
        rehearsal('r1', 'sha256:a', 9, false),
        rehearsal('r2', 'sha256:a', 5, true),
        rehearsal('r3', 'sha256:other', 1, false),
      ],
    });
    const { ways } = await read({ settings: { rollback }, policyDigest });
    expect(ways?.[0]?.rehearsal).toEqual({ at: ago(5), environment: 'staging', isPassed: true });
  });
});

describe('what planning reads from the source', () => {
  const git = (...args: string[]): string => {
    const who = {
      GIT_AUTHOR_NAME: 'Ana',
      GIT_AUTHOR_EMAIL: 'a@a.test',
      GIT_COMMITTER_NAME: 'Ana',
      GIT_COMMITTER_EMAIL: 'a@a.test',
    };
    return execFileSync('git', args, {
      cwd: join(root, 'shop'),
      env: { PATH: process.env['PATH'], HOME: root, ...who },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  };
  const commit = (path: string, text = path): string => {
    mkdirSync(dirname(join(root, 'shop', path)), { recursive: true });
    writeFileSync(join(root, 'shop', path), text);
    git('add', '.');
    git('commit', '--quiet', '-m', path);
    return git('rev-parse', 'HEAD');
  };
  const place = (commitId: string, service: Partial<Service>) => ({
    service: {
      ...{ id: 'shop', dependsOn: [], pipeline: 'web' },
      source: { git: './shop', tag: 'v{version}' },
      ...service,
    } as Service,
    component: { service: 'shop', version: '1.4.0', commit: commitId },
    baseDir: root,
    dataDir: join(root, 'data'),
  });
  const mirrored = async (p: ReturnType<typeof place>) => {
    const { openMirror } = await import('../../platform/git.ts');
    await openMirror({ git: './shop', baseDir: root, dataDir: join(root, 'data') }).resolveCommit('main');
    return p;
  };
  beforeEach(() => {
    mkdirSync(join(root, 'shop'));
    git('init', '--quiet', '--initial-branch=main');
  });

  test('branches that a commit can be reached from, for the lanes', async () => {
    const first = commit('a.txt');
    git('checkout', '--quiet', '-b', 'hotfix/carts');
    const second = commit('b.txt');
    const lanes = { trunk: { branches: ['main'] }, hotfix: { branches: ['hotfix/*'], urgent: true } };
    const facts = async (id: string) =>
      lanesOf(await mirrored(place(id, { lanes })), { environment: 'production', isUrgent: false });
    expect([...((await facts(first))?.branches ?? [])].sort()).toEqual(['hotfix/carts', 'main']);
    expect(await facts(second)).toMatchObject({
      branches: ['hotfix/carts'],
      lanes: [
        { name: 'trunk', branches: ['main'] },
        { name: 'hotfix', branches: ['hotfix/*'], urgentOnly: true },
      ],
    });
    expect(await lanesOf(place(first, {}), { environment: 'production', isUrgent: false })).toBeUndefined();
  });

  test('migrations, by the files that differ from what runs', async () => {
    const first = commit('a.txt');
    const second = commit('db/migrations/7-drop-x.sql');
    const third = commit('b.txt');
    const migrations = [{ kind: 'irreversible' as const, paths: ['db/migrations/**'] }];
    const against = async (from: string | undefined, to: string) =>
      migrationsAgainst(
        await mirrored(place(to, { migrations })),
        from === undefined ? undefined : { version: '1.3.0', commit: from },
      );
    expect(await against(first, third)).toMatchObject({
      kind: 'irreversible',
      found: ['db/migrations/7-drop-x.sql'],
      isFinal: true,
    });
    expect(await against(second, third)).toMatchObject({ kind: 'none' });
    expect(await against(undefined, third)).toMatchObject({ kind: 'none' });
    expect(await against('f'.repeat(40), third)).toMatchObject({ kind: 'unknown' });
    expect(await migrationsAgainst(place(third, {}), { version: '1.3.0' })).toBeUndefined();
  });

  test('migrations of a service that declares none, by what the files that look like some say', async () => {
    const first = commit('a.txt');
    const second = commit('db/migrate/7.sql', 'drop table carts;');
    const third = commit('app/upgrade/8.py');
    const against = async (from: string, to: string, service: object = {}) =>
      migrationsAgainst(await mirrored(place(to, service)), { version: '1.3.0', commit: from });
    expect(await against(first, third)).toMatchObject({ kind: 'irreversible', found: ['db/migrate/7.sql'] });
    expect(await against(second, third)).toBeUndefined();
    const risk = { paths: { migrations: ['app/upgrade/**'] } };
    expect(await against(first, third, { risk })).toMatchObject({
      kind: 'unknown',
      found: ['app/upgrade/8.py'],
    });
  });
});
