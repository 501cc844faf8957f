import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PlannedComponent } from '../../domain/release/plan.ts';
import type { StageView } from '../../domain/release/release.ts';
import type { WatchView } from '../../domain/watch/watch.ts';
import type { Store } from '../../platform/database/open.ts';
import { createLogger } from '../../platform/logger.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { listIncidents } from '../../platform/record/incidents/read.ts';
import { liftPromotionHold, promotionHolds } from '../../platform/record/promotion-holds.ts';
import { noticesOf, orderNotices } from '../../platform/record/notices.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { readOrder, recordBatch, timeline } from '../../platform/record/releases.ts';
import { remediesOf, watchesOf } from '../../platform/record/watches.ts';
import { webhookHeaders } from '../../platform/webhook-signature.ts';
import { aRelease, aStoredRelease, batchOf, type StoredRelease } from '../../test/support/record-builders.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { WatchEntry } from '../contract-watch.ts';
import { postDue } from '../notices/webhooks.ts';
import { readWatched } from './read-watched.ts';
import { recordWatch } from './record-watch.ts';

const around = { publicUrl: 'http://gantry.test', domain: 'gantry.test' };
const at = '2026-06-01T09:00:00.000Z';
const later = (minutes: number): string => new Date(Date.parse(at) + minutes * 60_000).toISOString();

interface Received {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

let server: TestServer;
let store: Store;
let receiver: Server;
let answer: { status: number; headers?: Record<string, string> };
const received: Received[] = [];
let version = 0;
let policyDigest: string;

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  process.env['OPS_KEY'] = 'a-key-of-more-than-24-characters';
  const text = `
gantry: 1
organisation:
  name: Acme
  zone: UTC
  onCall: [sam]
  webhooks:
    - url: http://127.0.0.1:${(receiver.address() as AddressInfo).port}/gantry
      secret: secret://OPS_KEY
      events: [watch.regressed, incident.opened, release.rolled-back]
people: [{ id: ana, name: Ana, email: ana@acme.test }, { id: sam, name: Sam, email: sam@acme.test }]
environments: [{ id: production, production: true }]
services: [{ id: shop, pipeline: web }]
pipelines:
  web: [{ environment: production, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }]
`;
  const { policy, digest = '', problems } = readPolicy(text);
  policyDigest = digest;
  if (!policy) throw new Error(JSON.stringify(problems));
  const by = { id: 'ana', kind: 'person' as const };
  await storePolicy(store.db, { policy, text, digest, baseDir: '/', by, sentences: [] });
}, 60_000);
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await server.stop();
});
beforeEach(async () => {
  answer = { status: 204 };
  received.splice(0);
  for (const table of [
    'webhook_messages',
    'webhook_gone',
    'quarantine_lifts',
    'quarantines',
    'incidents',
    'promotion_holds',
  ])
    await store.pool.query(`delete from ${table}`);
  await store.pool.query('delete from running; delete from deployments');
});

/** A release that runs in production, deployed over the one before. */
async function released(
  minutes: number,
  { mode = 'deploy', isOver = true }: { mode?: 'deploy' | 'rollback'; isOver?: boolean } = {},
): Promise<StoredRelease> {
  version += 1;
  const release = await aStoredRelease(store.db, aRelease('shop', `1.${version}.0`, { policyDigest }));
  const change = {
    id: `${release.order.releaseId}+production+shop`,
    ...{ environment: 'production', service: 'shop', version: `1.${version}.0`, mode },
    at: later(minutes),
  };
  await recordBatch(
    store.db,
    batchOf(
      release,
      1,
      isOver ? { state: 'succeeded', ended: { at: later(minutes + 5), because: 'done' } } : {},
      [
        { ...change, status: 'running', exposure: 100, followMs: 3_600_000 },
        { ...change, status: 'succeeded', exposure: 100, at: later(minutes + 5) },
      ],
    ),
  );
  return release;
}

function entryOf(release: StoredRelease, over: Partial<WatchEntry> = {}): WatchEntry {
  const [component] = release.order.components;
  const { service, version: running } = component ?? { service: '', version: '' };
  const view: WatchView = {
    releaseId: release.order.releaseId,
    ...{ environment: 'production', service, version: running, health: 'regressed' },
    because: 'errors: 1 failed, which reaches the limit of 1',
    exposedAt: later(100),
    until: later(4_000),
    looks: 4,
    metrics: [{ id: 'errors', phase: 'failed', because: '1 failed', measurements: 1, dryRun: false }],
    updatedAt: later(200),
  };
  const planned: PlannedComponent = { service, version: running, mode: 'deploy', dependsOn: [] };
  return {
    releaseId: release.order.releaseId,
    environment: 'production',
    component: planned,
    number: 4,
    view,
    changed: 'regressed',
    measuredAt: new Date().toISOString(),
    onRegression: 'rollBack',
    people: ['ana', 'sam'],
    ...over,
  };
}

const actionsOf = async (release: StoredRelease): Promise<string[]> =>
  (await timeline(store.db, release.order.releaseId, { limit: 100 })).map(({ action }) => action);

describe('a regression that the watch finds', () => {
  test('opens an incident, tells its people and is taken back by a release of its own, once', async () => {
    const before = await released(0);
    const release = await released(100);
    const first = await recordWatch(store.db, around, entryOf(release));
    const [again] = [await recordWatch(store.db, around, entryOf(release))];
    expect([first.rollback, again]).toEqual([expect.stringMatching(/^back-[0-9a-f]{32}$/), {}]);
    const order = (await readOrder(store.db, first.rollback ?? ''))?.order;
    expect(order).toMatchObject({
      components: [before.order.components[0]],
      ...{ intent: 'rollback', to: 'production', only: true, remediates: release.order.releaseId },
      requestedBy: { id: 'gantry', kind: 'system', person: 'ana' },
    });
    expect((await listIncidents(store.db, { limit: 10 })).items).toMatchObject([
      {
        source: 'watch',
        state: 'open',
        attribution: { state: 'suggested', releaseId: release.order.releaseId },
      },
    ]);
    const notices = await noticesOf(store.db, release.order.releaseId);
    expect(notices.map(({ kind, person }) => `${kind} ${person}`).sort()).toEqual([
      'watchChanged ana',
      'watchChanged sam',
    ]);
    expect(await actionsOf(release)).toEqual(
      expect.arrayContaining(['incident.opened', 'watch.regressed', 'watch.wentBack']),
    );
    expect(await remediesOf(store.db, release.order.releaseId)).toMatchObject([{ id: first.rollback }]);
    expect(await watchesOf(store.db, release.order.releaseId)).toMatchObject([
      { health: 'regressed', looks: 4 },
    ]);
  });

  test.each<[string, Partial<WatchEntry>, RegExp]>([
    ['is only proposed where policy says so', { onRegression: 'propose' }, /could go back to shop/],
    [
      'B9: is only proposed where it was measured too long ago',
      { measuredAt: new Date(Date.now() - 21 * 60_000).toISOString() },
      /measured 21 min/,
    ],
  ])('%s', async (_, over, because) => {
    await released(0);
    const release = await released(100);
    const done = await recordWatch(store.db, around, entryOf(release, over));
    expect(done.rollback).toBeUndefined();
    expect(done.because).toMatch(because);
  });

  test('B8: of a rollback is only told', async () => {
    await released(0);
    const release = await released(100, { mode: 'rollback' });
    const { component } = entryOf(release);
    const done = await recordWatch(
      store.db,
      around,
      entryOf(release, { component: { ...component, mode: 'rollback' } }),
    );
    expect(done.because).toMatch(/a rollback is never rolled back by itself/);
  });

  test('B6: past an irreversible migration goes nowhere but forward', async () => {
    await released(0);
    const release = await released(100);
    const { component } = entryOf(release);
    const migrations = { kind: 'irreversible' as const, compatible: [], isFinal: true };
    const done = await recordWatch(
      store.db,
      around,
      entryOf(release, { component: { ...component, migrations } }),
    );
    expect(done).toEqual({ because: expect.stringMatching(/irreversible migration.*roll forward/) });
  });

  test('that heals closes its incident', async () => {
    const release = await released(100);
    await recordWatch(store.db, around, entryOf(release));
    const healed = entryOf(release, { number: 6, changed: 'healthy' });
    await recordWatch(store.db, around, { ...healed, view: { ...healed.view, health: 'healthy' } });
    expect((await listIncidents(store.db, { limit: 10 })).items).toMatchObject([
      { state: 'closed', closedBy: 'gantry' },
    ]);
    expect(await actionsOf(release)).toEqual(expect.arrayContaining(['watch.recovered', 'incident.closed']));
  });
});

test('W4: a watch is superseded by a deployment that finished after it, and by no older one', async () => {
  await released(0);
  const release = await released(100);
  const place = entryOf(release);
  expect(await readWatched(store.db, place)).toEqual({});
  const newer = await released(300);
  expect(await readWatched(store.db, place)).toEqual({
    superseded: { title: `shop ${newer.order.components[0]?.version ?? ''}`, at: later(305) },
  });
});

describe('after a rollback', () => {
  const backIn = (compensated: boolean, mode: 'deploy' | 'rollback' = 'deploy'): StageView => ({
    ...{
      environment: 'production',
      state: compensated ? 'ended' : 'finished',
      checks: [],
      verdicts: [],
      soak: [],
    },
    rollout: [
      {
        ...{ service: 'shop', version: '9.9.9', mode, steps: [], exposure: 0, metrics: [] },
        ...(compensated ? { compensation: { state: 'compensated', attempts: 1, because: 'done' } } : {}),
      },
    ],
  });
  const ended = { at: later(400), because: 'it is over' };

  test('the place takes no promotion by itself, until a person lifts it', async () => {
    const release = await released(100, { isOver: false });
    const view = { state: 'rolledBack' as const, stage: 'production', stages: [backIn(true)], ended };
    await recordBatch(store.db, batchOf(release, 2, view));
    expect(await promotionHolds(store.db)).toMatchObject([
      { environment: 'production', service: 'shop', because: 'shop 9.9.9 was rolled back there' },
    ]);
    const by = { id: 'ana', kind: 'person' as const };
    await liftPromotionHold(
      store.db,
      { environment: 'production', service: 'shop' },
      { by, at, reason: 'the network' },
    );
    expect(await promotionHolds(store.db)).toEqual([]);
  });

  test('the hold ends when people have released the next version there', async () => {
    const release = await released(100, { isOver: false });
    await recordBatch(
      store.db,
      batchOf(release, 2, { state: 'rolledBack', stage: 'production', stages: [backIn(true)], ended }),
    );
    const next = await released(300, { isOver: false });
    await recordBatch(store.db, batchOf(next, 2, { state: 'succeeded', stages: [backIn(false)], ended }));
    expect(await promotionHolds(store.db)).toEqual([]);
  });

  test('whoever was told that it is released is told, and what went back is banned where policy says so', async () => {
    const bad = await released(100, { isOver: false });
    const releaseId = bad.order.releaseId;
    await orderNotices(
      store.db,
      [{ occasion: 'ended', kind: 'released', releaseId, to: ['ana', 'sam'], sentence: 'Released.' }],
      'gantry.test',
    );
    const back = await aStoredRelease(
      store.db,
      aRelease('shop', '1.0.0', { intent: 'rollback', remediates: releaseId, policyDigest }),
    );
    const view = { state: 'succeeded' as const, intent: 'rollback' as const, remediates: releaseId, ended };
    const previousVersion = `1.${version}.0`;
    const stage = backIn(false, 'rollback');
    const rollout = stage.rollout.map((one) => ({ ...one, previousVersion }));
    const batch = batchOf(back, 2, { ...view, stages: [{ ...stage, rollout }] });
    const quarantined = [
      { service: 'shop', version: previousVersion, reason: 'production went back from it' },
    ];
    await recordBatch(store.db, { ...batch, quarantined });
    await recordBatch(store.db, { ...batch, quarantined });
    const told = (await noticesOf(store.db, releaseId)).filter(({ kind }) => kind === 'rolledBack');
    expect(told.map(({ person }) => person).sort()).toEqual(['ana', 'sam']);
    expect(await standingQuarantines(store.db)).toMatchObject([{ version: `1.${version}.0`, by: 'gantry' }]);
    expect(await promotionHolds(store.db)).toMatchObject([{ because: 'shop went back to 9.9.9 there' }]);
  });
});

describe('a webhook', () => {
  const deps = () => ({
    store,
    log: createLogger({ level: 'silent' }),
    config: { publicUrl: around.publicUrl },
    outgoing: createOutgoing(),
  });
  const due = () => store.pool.query('update webhook_messages set next_at = now() where next_at is not null');

  test('is told what it asks for, signed, once', async () => {
    const release = await released(100);
    await recordWatch(store.db, around, entryOf(release, { onRegression: 'propose' }));
    await postDue(deps(), 10);
    await postDue(deps(), 10);
    expect(received.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort()).toEqual([
      'incident.opened',
      'watch.regressed',
    ]);
    const [message] = received.filter(({ body }) => body.includes('watch.regressed'));
    const id = String(message?.headers['webhook-id']);
    const second = Number(message?.headers['webhook-timestamp']);
    const signed = { id, body: message?.body ?? '', at: new Date(second * 1000) };
    expect(message?.headers).toMatchObject(webhookHeaders(process.env['OPS_KEY'] ?? '', signed));
    expect(Math.abs(Date.now() / 1000 - second)).toBeLessThan(30);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      timestamp: later(200),
      data: { health: 'regressed', url: `http://gantry.test/releases/${release.order.releaseId}` },
    });
  });

  test('that fails is asked again with the same id and body', async () => {
    const release = await released(100);
    await recordWatch(store.db, around, entryOf(release, { onRegression: 'propose' }));
    answer = { status: 503, headers: { 'retry-after': '600' } };
    await postDue(deps(), 10);
    const { rows } = await store.pool.query<{ s: number }>(
      'select extract(epoch from next_at - now()) s from webhook_messages order by next_at',
    );
    expect(Number(rows[0]?.s)).toBeGreaterThan(500);
    answer = { status: 200 };
    await due();
    await postDue(deps(), 10);
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect([received.length, new Set(ids).size]).toEqual([4, 2]);
    expect(new Set(received.map(({ body }) => body)).size).toBe(2);
  });

  test('that is gone is left alone until the policy changes, and the log says so', async () => {
    const release = await released(100);
    answer = { status: 410 };
    await recordWatch(store.db, around, entryOf(release, { onRegression: 'propose' }));
    await postDue(deps(), 1);
    await due();
    expect(await postDue(deps(), 10)).toBe(0);
    expect(await actionsOf(release)).toContain('webhook.failed');
    const healed = entryOf(release, { number: 8, changed: 'regressed' });
    await recordWatch(store.db, around, healed);
    expect(await postDue(deps(), 10)).toBe(0);
  });

  test('is told nothing that happened twice', async () => {
    const release = await released(100, { isOver: false });
    const ending = batchOf(release, 2, { state: 'rolledBack', ended: { at, because: 'over' } });
    const events = [
      {
        ...{
          key: 'end',
          at,
          actor: { id: 'gantry', kind: 'system' as const },
          action: 'release.ended' as const,
        },
        ...{ object: 'shop', sentence: 'It ended.', facts: { state: 'rolledBack' } },
      },
    ];
    await recordBatch(store.db, { ...ending, events });
    await recordBatch(store.db, { ...ending, events });
    expect(await postDue(deps(), 10)).toBe(1);
    expect(received[0]?.body).toContain('"type":"release.rolled-back"');
  });
});
