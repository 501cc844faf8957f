import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore, type Store } from '../../platform/database/open.ts';
import { memoryOfTree, type ProcessMemory } from './process-memory.ts';
import { forEachOf, startUp, until, type Up } from './up.ts';

const settleMs = 10_000;
/** The longest that all approved releases together are waited for: some hundred milliseconds each. */
const limitMs = (n: number): number => Math.max(300_000, n * 1_000);

interface ParkedReport {
  /** Memory of the whole tree with `n` waiting releases, less that of the idle tree, for each of them: shared pages in each process. */
  kibPerRelease: number;
  /** The same with shared pages counted once. */
  pssKibPerRelease: number;
  /** From the start after the kill until the last of all approved releases has ended. */
  seconds: number;
  /** Of these, until it was ready. */
  readySeconds: number;
  /** Releases that did not end well, or were not deployed, or more than once. */
  lost: number;
  n: number;
  /** Of each kind of process, KiB of RSS for each release. */
  parts: Record<string, number>;
}

/**
 * `n` releases wait for their approval; everything is killed, started again, and all are approved: what waiting costs, and whether
 * each is deployed once.
 */
export async function run({ json, n = 1_000 }: { json: boolean; n?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-parked-'));
  const target = await countDeployments();
  await writeFile(join(folder, 'gantry.yaml'), JSON.stringify(policyOf(n, target.url)));
  const env = { GANTRY_OUTGOING_ALLOW: new URL(target.url).host };
  let up: Up | undefined;
  let store: Store | undefined;
  try {
    up = await startUp(folder, env);
    store = await openStore({ dir: join(folder, '.gantry') });
    const before = await settled(up);
    await park(up, store, n);
    const after = await settled(up);
    await store.close();
    store = undefined;
    await up.kill();

    const startedAt = performance.now();
    up = await startUp(folder, env);
    const readySeconds = secondsSince(startedAt);
    store = await openStore({ dir: join(folder, '.gantry') });
    await approveAll(up, store);
    const lost = await lostOf(store, n, target.count);
    const seconds = secondsSince(startedAt);
    const report = { ...memoryReport(before, after, n), seconds, readySeconds, lost, n };
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : inWords(report));
  } finally {
    await store?.close();
    await up?.stop();
    await target.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const access = ['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin'];
const service = (index: number): string => `shop-${index}`;

/** One service for each release: of one service a newer version takes the place of the one that waits. */
const policyOf = (n: number, url: string): object => ({
  gantry: 1,
  organisation: { name: 'Bench', zone: 'UTC' },
  people: [{ id: 'ana', name: 'Ana', email: 'ana@bench.test', access }],
  environments: [{ id: 'live' }],
  services: Array.from({ length: n }, (_, index) => ({ id: service(index), pipeline: 'main' })),
  pipelines: {
    main: [
      {
        environment: 'live',
        approvals: [{ people: ['ana'], not: [] }],
        approval: { expires: '72h', grace: '0s' },
        deploy: { kind: 'http', apply: { url }, undo: { url } },
      },
    ],
  },
});

async function park(up: Up, store: Store, n: number): Promise<void> {
  await forEachOf([...Array(n).keys()], async (index) =>
    up.call('POST', '/v1/releases', { components: [{ service: service(index), version: '1.0.0' }] }),
  );
  await until(async () => (await openRequests(store)).length, n, limitMs(n));
  // their mails, too
  await until(async () => n - (await pendingMails(store)), n, limitMs(n));
}

async function approveAll(up: Up, store: Store): Promise<void> {
  await forEachOf(await openRequests(store), async (request) => {
    const { id: requestId, release_id: releaseId, subject_digest: subjectDigest } = request;
    await up.call('POST', `/v1/releases/${releaseId}/decisions`, {
      requestId,
      subjectDigest,
      choice: 'approve',
    });
  });
}

/** Waits until none is under way any more; what is by then neither ended well nor deployed exactly once is lost. */
async function lostOf(store: Store, n: number, deployed: ReadonlyMap<string, number>): Promise<number> {
  await until(async () => (await succeeded(store)).length, n, limitMs(n)).catch(() => undefined);
  const good = (await succeeded(store)).filter(({ id }) => deployed.get(id) === 1);
  return n - good.length;
}

const openRequests = async ({ db }: Store) =>
  db
    .selectFrom('approval_requests')
    .select(['id', 'release_id', 'subject_digest'])
    .where('state', '=', 'open')
    .execute();

const succeeded = async ({ db }: Store) =>
  db.selectFrom('releases').select('id').where('state', '=', 'succeeded').execute();

const pendingMails = async ({ db }: Store): Promise<number> =>
  (await db.selectFrom('notices').select('key').where('state', '=', 'pending').execute()).length;

/** Ten seconds after the last work: whoever tidies up has done so. */
async function settled({ pid }: Up): Promise<ProcessMemory[]> {
  await pause(settleMs);
  return memoryOfTree(pid);
}

function memoryReport(
  before: readonly ProcessMemory[],
  after: readonly ProcessMemory[],
  n: number,
): Pick<ParkedReport, 'kibPerRelease' | 'pssKibPerRelease' | 'parts'> {
  const sum = (all: readonly ProcessMemory[], pick: (one: ProcessMemory) => number): number =>
    all.reduce((total, one) => total + pick(one), 0);
  const each = (
    pick: (one: ProcessMemory) => number,
    of: (one: ProcessMemory) => boolean = () => true,
  ): number => Math.round((sum(after.filter(of), pick) - sum(before.filter(of), pick)) / n);
  const kinds = [...new Set([...before, ...after].map(kindOf))];
  return {
    kibPerRelease: each(({ rssKib }) => rssKib),
    pssKibPerRelease: each(({ pssKib }) => pssKib),
    parts: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        each(
          ({ rssKib }) => rssKib,
          (one) => kindOf(one) === kind,
        ),
      ]),
    ),
  };
}

/** Whose it is; the API, the worker and the wrapper of programs are one process or its children. */
const kindOf = ({ command }: ProcessMemory): string =>
  /\btemporal server\b/.test(command) ? 'temporal' : /\bpostgres\b/.test(command) ? 'postgres' : 'gantry';

const secondsSince = (from: number): number => Math.round((performance.now() - from) / 100) / 10;

/** A place that takes deployments at once, and counts them by the release that they were for. */
async function countDeployments(): Promise<{
  url: string;
  count: ReadonlyMap<string, number>;
  close(): Promise<void>;
}> {
  const count = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const [release = ''] = String(request.headers['idempotency-key']).split('+');
    count.set(release, (count.get(release) ?? 0) + 1);
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"1","state":"done"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const inWords = (report: ParkedReport): string =>
  [
    `${report.n} releases that wait for their approval`,
    `Memory for each, whole tree       ${report.kibPerRelease} KiB RSS, ${report.pssKibPerRelease} KiB with shared pages once`,
    ...Object.entries(report.parts).map(([kind, kib]) => `  ${kind.padEnd(32)}${kib} KiB`),
    `Killed, started, all approved     ${report.seconds} s until the last has ended (ready after ${report.readySeconds} s)`,
    `Lost                              ${report.lost}`,
    '',
  ].join('\n');
