import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { ReleaseView } from '../domain/release/release.ts';
import type { Store } from '../platform/database/open.ts';
import { storePolicy } from '../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../platform/record/releases.ts';
import { saveMeasurements } from '../platform/record/results.ts';
import { aPolicy } from '../test/support/a-policy.ts';
import { apiUnderTest, type ApiUnderTest } from '../test/support/api-app.ts';
import { apiDeps, appWith } from '../test/support/asked-release.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';
import { aRelease, anEvent } from '../test/support/record-builders.ts';
import { setCaller } from './auth/caller.ts';
import { mountPages } from './pages/index.ts';

let postgres: TestServer;
let store: Store;
let dataDir: string;
let api: ApiUnderTest;
let view: ReleaseView;

const second = (at: number): string => new Date(Date.UTC(2026, 5, 2, 9, 0, at)).toISOString();

async function stored(version: string, createdAt: string): Promise<ReleaseView> {
  const release = aRelease('shop', version, { createdAt, policyDigest: 'with-metrics' });
  const event = anEvent('created', { action: 'release.created', sentence: `${version} was asked for.` });
  await insertRelease(store.db, { ...release, event });
  return release.view;
}

const measured = (of: ReleaseView, place: string, values: (number | null)[], from: number) =>
  saveMeasurements(
    store.db,
    values.map((value, index) => ({
      releaseId: of.id,
      environment: 'production',
      service: 'shop',
      place,
      metric: 'errors',
      number: index + 1,
      at: second(from + 30 * index),
      value,
      verdict: value === null ? 'noData' : value > 0.02 ? 'failed' : 'passed',
      because: value === null ? 'the query finds no series' : `${value}`,
    })),
  );

/** 1.3.9 soaked well; then 1.4.0 could not tell at its first step, was extended, and failed. */
beforeAll(async () => {
  postgres = await startPostgres();
  store = await postgres.database();
  dataDir = await mkdtemp(join(tmpdir(), 'gantry-analysis-api-'));
  api = await apiUnderTest(store, dataDir);
  const by = { id: 'ana', kind: 'person' as const };
  const people = api.policy.people;
  const policy = {
    policy: { ...aPolicy(), people },
    text: 'gantry: 1',
    digest: 'with-metrics',
    baseDir: '/',
  };
  await storePolicy(store.db, { ...policy, by, sentences: [] });
  const before = await stored('1.3.9', '2026-06-01T09:00:00.000Z');
  await measured(before, 'soak', [0.002, 0.004, 0.006, null], -3600);
  view = await stored('1.4.0', second(0));
  await measured(view, 'step 1', [0.01, null, 0.01, Number.POSITIVE_INFINITY], 30);
  const finished = (at: number, phase: string, measurements: number, because: string) =>
    anEvent(`finished-${at}`, {
      at: second(at),
      action: 'analysis.finished',
      object: 'shop',
      sentence: `shop 1.4.0 in production, step 1: ${phase}. errors: ${because}`,
      facts: {
        environment: 'production',
        place: 'step 1',
        phase,
        metrics: { errors: { phase, measurements, because } },
      },
    });
  const deployment = {
    id: `${before.id}/production/shop`,
    ...{ environment: 'production', service: 'shop', version: '1.3.9', mode: 'deploy' as const },
    ...{ status: 'succeeded' as const, exposure: 100, at: '2026-06-01T10:00:00.000Z' },
  };
  const workflow = { id: 'workflow', runId: 'run' };
  await recordBatch(store.db, {
    releaseId: before.id,
    workflow,
    view: before,
    deployments: [deployment],
    events: [anEvent('one')],
  });
  const stage = {
    ...{ environment: 'production', state: 'deploying' as const, checks: [], verdicts: [], soak: [] },
    rollout: [
      {
        ...{ service: 'shop', version: '1.4.0', mode: 'deploy' as const, exposure: 10, metrics: [] },
        steps: [{ weight: 10, state: 'holding' as const }],
      },
    ],
  };
  view = { ...view, state: 'held', stage: 'production', stages: [stage], seq: 3 };
  await recordBatch(store.db, {
    releaseId: view.id,
    workflow,
    view,
    events: [finished(70, 'inconclusive', 2, '1 could not tell'), finished(125, 'failed', 2, '1 failed')],
  });
}, 60_000);
afterAll(async () => {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const asked = async (query = '') =>
  supertest(api.app)
    .get(`/v1/releases/${view.id}/analysis${query}`)
    .set('Authorization', await api.bearer('viewer'));

describe('GET /v1/releases/{id}/analysis', () => {
  test('tells every analysis with its limit, what was before, and why', async () => {
    const { status, body } = await asked();
    expect(status).toBe(200);
    expect(body.analyses).toMatchObject([
      {
        ...{ environment: 'production', service: 'shop', place: 'step 1', number: 1 },
        ...{ phase: 'inconclusive', because: 'errors: 1 could not tell', isOver: true },
        metrics: [
          {
            ...{ id: 'errors', n: 2, failWhen: 'value > 0.02', limits: [0.02] },
            baseline: { version: '1.3.9', n: 3, median: 0.004 },
          },
        ],
      },
      {
        ...{ number: 2, phase: 'failed' },
        metrics: [
          {
            n: 2,
            measurements: [
              { number: 3, value: 0.01 },
              { number: 4, value: '+Inf' },
            ],
          },
        ],
      },
    ]);
  });

  test('tells it as it was at an instant', async () => {
    const { body } = await asked(`?at=${second(100)}`);
    expect(body).toMatchObject({ at: second(100), releaseId: view.id });
    expect(body.analyses).toMatchObject([
      { phase: 'inconclusive' },
      { phase: 'running', isOver: false, metrics: [{ n: 1, phase: 'running' }] },
    ]);
    expect((await asked(`?at=${second(10)}`)).body.analyses).toEqual([]);
    expect((await asked('?at=yesterday')).status).toBe(400);
  });
});

describe('pages', () => {
  const page = (path: string) => {
    const app = appWith(
      apiDeps(store, dataDir, () => ({})),
      (into) => {
        into.use((_req, res, next) => {
          setCaller(res, {
            actor: { id: 'ana', kind: 'person' },
            grant: { person: 'ana', access: ['viewer', 'operator'] },
            zone: 'UTC',
            session: { hash: 'h', csrf: 'the-token' },
          });
          next();
        });
        mountPages(
          into,
          apiDeps(store, dataDir, () => ({})),
        );
      },
    );
    return supertest(app).get(path).set('Accept', 'text/html');
  };

  test('the release page draws the newest analysis, and stays light', async () => {
    const { text } = await page(`/releases/${view.id}`).expect(200);
    expect(text).toContain('What was measured');
    expect(text.match(/<svg/g)).toHaveLength(1);
    expect(text).toContain('before 0.004');
    expect(text).toContain(`href="/releases/${view.id}/analysis"`);
    expect(Buffer.byteLength(text)).toBeLessThan(40_000);
  });

  test('the page of all analyses has each, as it was at a local time of the reader', async () => {
    const { text } = await page(`/releases/${view.id}/analysis`).expect(200);
    expect(text.match(/<svg/g)).toHaveLength(2);
    const then = await page(`/releases/${view.id}/analysis?at=2026-06-02T11:01:10`).expect(200);
    expect(then.text.match(/<svg/g)).toHaveLength(1);
    expect(then.text).toContain('As it is now');
    expect((await page(`/releases/${view.id}/analysis?at=2026-01-01T00:00`)).text).toContain(
      'Nothing had been measured',
    );
    await page(`/releases/${view.id}/analysis?at=soon`).expect(400);
  });
});
