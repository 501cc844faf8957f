import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { analysisVectors, isToItsDigits } from '../../test/support/analysis-vectors.ts';
import { apiUnderTest, type ApiUnderTest } from '../../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';

let server: TestServer;
let api: ApiUnderTest;
let viewer: string;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  viewer = await api.bearer('viewer');
}, 60_000);
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const now = '2026-06-01T10:00:00Z';
const ask = (body: object) =>
  request(api.app)
    .post('/v1/analysis/evaluate')
    .set('Authorization', viewer)
    .send({ now, ...body });

interface Answer {
  phase: string;
  reason: string;
  statistics?: Record<string, number>;
  measurements: { at: string; verdict: string }[];
}

test('every vector of semantics §6 can be asked for, and has its answer', async () => {
  for (const { id, body, phase, verdict, statistics, reason } of analysisVectors) {
    const answer = (await ask(body).expect(200)).body as Answer;
    expect([id, answer.phase]).toEqual([id, phase]);
    if (verdict) expect([id, answer.measurements.at(-1)?.verdict]).toEqual([id, verdict]);
    expect(answer.reason).toContain(reason ?? '');
    for (const [name, wanted] of Object.entries(statistics ?? {})) {
      const found = answer.statistics?.[name];
      expect([id, name, isToItsDigits(found, wanted) ? wanted : found]).toEqual([id, name, wanted]);
    }
  }
});

describe('what is asked', () => {
  const burnRate = { slo: 0.999, rules: [{ rate: 6, long: '6h', short: '30m' }] };
  const counts = { candidate: { errors: 0, requests: 40 }, baseline: { errors: 0, requests: 40 } };

  test('may come as counts over time, of which the windows are made, cut to the time of exposure', async () => {
    const minute = (index: number, bad: number) => ({
      at: new Date(Date.parse(now) - index * 60_000).toISOString(),
      bad,
      total: 100,
    });
    const early = Array.from({ length: 20 }, (_, index) => minute(index + 10, 100));
    const since = Array.from({ length: 10 }, (_, index) => minute(index, 0));
    const buckets = [...early, ...since];
    const all = await ask({ metric: { burnRate }, buckets }).expect(200);
    expect(all.body).toMatchObject({ phase: 'failed', reason: expect.stringContaining('an outage') });
    const cut = await ask({ metric: { burnRate }, buckets, exposedAt: '2026-06-01T09:50:00Z' }).expect(200);
    expect(cut.body).toMatchObject({
      phase: 'passed',
      statistics: { rules: [{ long: { seconds: 600, bad: 0, total: 1000 }, short: { seconds: 600 } }] },
    });
  });

  test('at an early look is running, and a dry run is the answer where it stands alone', async () => {
    const early = await ask({
      metric: { compareErrors: { baseline: 'previous', looks: 3 } },
      counts,
      look: 2,
    });
    expect(early.body).toMatchObject({ phase: 'running', reason: expect.stringContaining('look 2 of 3') });
    const dry = await ask({
      metric: { failWhen: 'value > 1', dryRun: true },
      measurements: [{ value: 2 }],
    });
    expect(dry.body).toMatchObject({ phase: 'failed', metrics: [{ dryRun: true }] });
  });

  test('is refused where it could mean something else, all mistakes at once', async () => {
    const { body } = await ask({
      metric: { compare: { baseline: 'primary', minSamples: 3, alpha: 0.7 } },
      samples: { candidate: [1, 'many'], baseline: [] },
      extra: 1,
    }).expect(400);
    const pointers = (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/metric/compare/baseline',
        '/metric/compare/minSamples',
        '/metric/compare/alpha',
        '/samples/candidate/1',
        '/extra',
      ]),
    );
  });

  test('with half of it missing is told of all that is missing at once, as elsewhere', async () => {
    const missing = async (body: object) => {
      const answer = await request(api.app)
        .post('/v1/analysis/evaluate')
        .set('Authorization', viewer)
        .send(body)
        .expect(400);
      return (answer.body as { errors: object[] }).errors;
    };
    const noNow = {
      ...{ pointer: '/now', code: 'INVALID_TYPE', detail: 'now is missing' },
      remedy: 'Give now: a text.',
    };
    expect(await missing({})).toEqual([
      noNow,
      {
        ...{ pointer: '/metric', code: 'INVALID_TYPE', detail: 'metric is missing' },
        remedy: 'Write metric with a rule, or metrics.',
      },
    ]);
    expect(await missing({ metric: { failWhen: 'value > 1' } })).toEqual([
      noNow,
      {
        ...{ pointer: '/measurements', code: 'INVALID_TYPE', detail: 'measurements is missing' },
        remedy: 'Give measurements: the metric is judged by it.',
      },
    ]);
  });

  test.each([
    ['no metric', {}, '/metric'],
    ['no rule', { metric: {}, measurements: [] }, '/metric'],
    ['an unreadable condition', { metric: { failWhen: 'value' }, measurements: [] }, '/metric/failWhen'],
    [
      'several measurements without a time between them',
      { metric: { failWhen: 'value > 1', count: 3 }, measurements: [{ value: 0 }] },
      '/metric/count',
    ],
    ['numbers of another kind', { metric: { burnRate }, counts }, '/windows'],
    ['an undeclared look', { metric: { compareErrors: { baseline: 'previous' } }, counts, look: 2 }, '/look'],
    [
      'a measurement that says nothing',
      { metric: { failWhen: 'value > 1' }, measurements: [{}] },
      '/measurements/0',
    ],
    [
      'exposure to come',
      { metric: { burnRate }, buckets: [{ at: now, bad: 0, total: 1 }], exposedAt: '2026-06-01T11:00:00Z' },
      '/exposedAt',
    ],
    [
      'a mistake in one of several',
      { metrics: [{ metric: { failWhen: 'value > 1' }, samples: { candidate: [], baseline: [] } }] },
      '/metrics/0/measurements',
    ],
  ])('with %s is refused at its place', async (_, body, pointer) => {
    const { body: problem } = await ask(body).expect(400);
    expect(problem).toMatchObject({ code: 'REQUEST_INVALID' });
    const { errors } = problem as { errors: { pointer: string; detail: string }[] };
    expect(errors.map((one) => one.pointer)).toContain(pointer);
    expect(errors.every(({ detail }) => detail !== '')).toBe(true);
  });
});
