import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createAssessRisk } from '../../activities/facts/assess-risk.ts';
import type { RiskInput } from '../../activities/contract.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';

let postgres: TestServer;
let api: ApiUnderTest;
let dataDir: string;
let asked: RiskInput[];

beforeAll(async () => {
  postgres = await startPostgres();
  dataDir = await mkdtemp(join(tmpdir(), 'gantry-risk-api-'));
  const store = await postgres.database();
  api = await apiUnderTest(store, dataDir);
  const assess = createAssessRisk({ store, dataDir, outgoing: createOutgoing() });
  // a worker that is asked directly: the engine between them is another test's matter
  api.engine.onAssess = async (input) => {
    asked.push(input);
    return assess(input);
  };
}, 60_000);
afterAll(async () => {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
});

const preview = async (body: object, bearer = api.bearer('viewer')) =>
  supertest(api.app)
    .post('/v1/risk')
    .set('Authorization', await bearer)
    .send(body);

describe('the preview of a risk', () => {
  test('explains every factor, says what it asks for, and starts nothing', async () => {
    const { status, body } = await preview({ service: 'shop', version: '1.4.0' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      title: 'shop 1.4.0',
      environment: 'production',
      band: 'low',
      isGate: false,
      blockers: [],
      duties: [],
      feedback: [],
      verdict: { kind: 'allowed' },
    });
    expect(body.factors).toHaveLength(20);
    expect(body.factors).toContainEqual({
      factor: 'reach',
      name: 'reach',
      points: 5,
      cap: 9,
      state: 'unknown',
      sentence: 'Unknown: shop does not say how much hangs on it; write `risk: { tier: 2 }` in gantry.yaml.',
      evidence: [],
    });
    const sum = body.factors.reduce((total: number, { points }: { points: number }) => total + points, 0);
    expect(body.points).toBe(sum);
    expect(api.engine.started).toEqual([]);
    expect(await api.deps.store.db.selectFrom('releases').select('id').execute()).toEqual([]);
  });

  test('is of the environment and time that are asked about', async () => {
    const { body } = await preview({
      service: 'shop',
      version: '1.4.0',
      environment: 'staging',
      at: '2026-11-28T10:00:00Z',
    });
    expect(body).toMatchObject({ environment: 'staging' });
    expect(body.factors.find(({ factor }: { factor: string }) => factor === 'timing')).toMatchObject({
      points: 4,
      sentence: 'The moment: outside working hours.',
    });
    expect(asked).toMatchObject([
      { environment: 'staging', components: [{ service: 'shop', version: '1.4.0' }] },
    ]);
  });

  test.each([
    [{ service: 'shp', version: '1.4.0' }, 'SERVICE_UNKNOWN'],
    [{ service: 'shop', version: '1.4.0', environment: 'moon' }, 'ENVIRONMENT_UNKNOWN'],
    [{ service: 'shop', version: '--help me' }, 'REQUEST_INVALID'],
  ])('of %j is %s', async (body, code) => {
    const answer = await preview(body);
    expect(answer.body).toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  test('is refused to a token that is narrowed to another service', async () => {
    const answer = await preview({ service: 'shop', version: '1.4.0' }, api.bearer('releaser', ['cart']));
    expect(answer.status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('says how deployments of each band went, with the interval', async () => {
    const { db } = api.deps.store;
    const at = '2026-11-01T10:00:00.000Z';
    for (let number = 1; number <= 40; number += 1) {
      const id = `rel_${number}`;
      const view = { stages: [{ environment: 'production', risk: { band: 'moderate' } }] };
      await db
        .insertInto('releases')
        .values({
          id,
          workflow_id: id,
          attempt: 1,
          services: ['shop'],
          versions: [`1.0.${number}`],
          intent: 'deploy',
          state: 'succeeded',
          stage: null,
          headline: '',
          owner: null,
          requested_by: 'ana',
          policy_digest: (await db.selectFrom('policies').select('digest').executeTakeFirstOrThrow()).digest,
          release_order: '{}',
          view: JSON.stringify(view),
          seq: 1,
          created_at: at,
          updated_at: at,
        })
        .execute();
      await db
        .insertInto('deployments')
        .values({
          id,
          release_id: id,
          environment: 'production',
          service: 'shop',
          version: `1.0.${number}`,
          digest: null,
          commit_id: null,
          previous_version: null,
          mode: 'deploy',
          status: number <= 3 ? 'rolledBack' : 'succeeded',
          exposure: 100,
          started_at: at,
          ended_at: at,
          by_id: 'ana',
        })
        .execute();
    }
    const { body } = await preview({ service: 'shop', version: '1.4.0' });
    expect(body.feedback).toEqual([
      {
        band: 'moderate',
        n: 40,
        failed: 3,
        share: 0.075,
        low: expect.closeTo(0.026, 3),
        high: expect.closeTo(0.199, 3),
      },
    ]);
  });
});
