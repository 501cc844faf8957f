import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MetricSchema, type Metric } from '../../domain/policy/metric.schema.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { measurementsOf } from '../../platform/record/results.ts';
import { until } from '../../test/support/until.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { AnalyseInput, AnalysisResult } from '../contract.ts';
import { createAnalyse } from './analyse.ts';

let postgres: TestServer;
let store: Awaited<ReturnType<TestServer['database']>>;
let source: Server;
let url: string;
/** Answers still to be given, the last one for ever. `down` breaks the connection. */
let answers: (number | null | 'down')[] = [];
let onAsked: () => void = () => undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  store = await postgres.database();
  source = createServer((request, response) => {
    onAsked();
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 'down') request.socket.destroy();
    else response.end(JSON.stringify({ rate: answer, none: 0, requests: 100 }));
  });
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  url = `http://127.0.0.1:${String((source.address() as AddressInfo).port)}/metrics`;
}, 60_000);
afterAll(async () => {
  source.closeAllConnections();
  source.close();
  await postgres.stop();
});
beforeEach(() => {
  answers = [0];
  onAsked = () => undefined;
});

const aMetric = (changes: Record<string, unknown> = {}): Metric =>
  MetricSchema.parse({
    id: 'errors',
    kind: 'json',
    url,
    pointer: '/rate',
    failWhen: 'value > 0.02',
    interval: '1s',
    ...changes,
  });
const anInput = (durationMs: number, ...metrics: Metric[]): AnalyseInput => ({
  releaseId: newId('rel'),
  environment: 'production',
  component: { service: 'shop', version: '1.4.0', mode: 'deploy', dependsOn: [] },
  at: 'step 1',
  weight: 10,
  metrics,
  durationMs,
  policyDigest: 'd1',
});
const analyse = (input: AnalyseInput, environment = new MockActivityEnvironment()): Promise<AnalysisResult> =>
  environment.run(createAnalyse({ store, outgoing: createOutgoing() }), input);
const verdicts = async (input: AnalyseInput) =>
  (await measurementsOf(store.db, input.releaseId)).map((row) => row.verdict);

describe('an analysis', () => {
  test('that sees nothing wrong lasts as long as it was told, and passes', async () => {
    const input = anInput(2500, aMetric());
    const began = Date.now();
    const { phase, metrics } = await analyse(input);
    expect(Date.now() - began).toBeGreaterThanOrEqual(2500);
    const measured = await verdicts(input); // two, or one where the machine was too busy for the second
    expect(['passed', 'passed'].slice(0, Math.max(1, measured.length))).toEqual(measured);
    expect({ phase, metrics }).toMatchObject({
      phase: 'passed',
      metrics: [{ id: 'errors', phase: 'passed', measurements: measured.length }],
    });
  });

  test('stops at once when a metric fails', async () => {
    answers = [0, 0.5];
    const input = anInput(600_000, aMetric(), aMetric({ id: 'slow', interval: '10m' }));
    expect(await analyse(input)).toMatchObject({
      phase: 'failed',
      because: expect.stringContaining('errors'),
    });
    expect(await verdicts(input)).toEqual(['passed', 'failed']);
  });

  test('does not stop for a metric on dry run', async () => {
    answers = [0.5];
    expect(await analyse(anInput(1500, aMetric({ dryRun: true })))).toMatchObject({
      phase: 'passed',
      metrics: [{ phase: 'failed' }],
    });
  });

  test('without data is never healthy', async () => {
    answers = [null];
    expect(await analyse(anInput(600_000, aMetric({ maxInconclusive: 2 })))).toMatchObject({
      phase: 'inconclusive',
    });
  });

  test('gives up after errors in a row, which use up no count', async () => {
    answers = ['down'];
    expect(await analyse(anInput(600_000, aMetric({ maxErrors: 2, count: 1 })))).toMatchObject({
      phase: 'error',
      metrics: [{ measurements: 2 }],
    });
  });

  test('goes on where the source came back', async () => {
    answers = ['down', 0];
    expect(await analyse(anInput(2500, aMetric()))).toMatchObject({ phase: 'passed' });
  });

  test('without duration measures each metric once', async () => {
    const input = anInput(0, aMetric(), aMetric({ id: 'other', interval: undefined }));
    expect(await analyse(input)).toMatchObject({
      phase: 'passed',
      metrics: [{ measurements: 1 }, { measurements: 1 }],
    });
  });

  test('that is cut short counts what was measured, and measures once what was to come later', async () => {
    const input = anInput(
      60_000,
      aMetric({ interval: '1s', maxFailures: 5 }),
      aMetric({ id: 'last', interval: undefined }),
    );
    const environment = new MockActivityEnvironment();
    const since = new Date().toISOString();
    const measured = new Promise<void>((resolve) => (onAsked = resolve));
    const running = analyse(input, environment);
    await measured;
    environment.cancel('CANCELLED');
    await expect(running).rejects.toThrow(CancelledFailure);
    const before = (await verdicts(input)).length;
    answers = [null];
    expect(await analyse({ ...input, durationMs: 0, since })).toMatchObject({
      phase: 'inconclusive',
      metrics: [
        { id: 'errors', measurements: expect.any(Number) },
        { id: 'last', measurements: 1, phase: 'inconclusive' },
      ],
    });
    expect((await verdicts(input)).length).toBeGreaterThan(before);
  });

  test('that is cut short by a clock ahead of ours measures each metric once', async () => {
    const since = new Date(Date.now() + 3_600_000).toISOString();
    expect(await analyse({ ...anInput(0, aMetric()), since })).toMatchObject({
      phase: 'passed',
      metrics: [{ measurements: 1 }],
    });
  });

  test('that is cut short keeps what failed until then, also where the clock of the engine is ahead of ours', async () => {
    answers = [0.5];
    const input = anInput(600_000, aMetric({ maxFailures: 3 }));
    const environment = new MockActivityEnvironment();
    const since = new Date(Date.now() + 10_000).toISOString();
    const running = analyse(input, environment);
    const ended = expect(running).rejects.toThrow(CancelledFailure);
    await until('two measurements', async () => (await verdicts(input)).length === 2);
    environment.cancel();
    await ended;
    answers = [0];
    expect(await analyse({ ...input, durationMs: 0, since })).toMatchObject({
      phase: 'inconclusive',
      metrics: [{ measurements: 2 }],
    });
  });

  test('goes on in a new attempt where the last one stopped', async () => {
    answers = [0.5, 0];
    const input = anInput(3200, aMetric({ maxFailures: 2 }));
    const first = new MockActivityEnvironment();
    const details: unknown[] = [];
    first.on('heartbeat', (beat: unknown) => details.push(beat));
    let questions = 0;
    const askedTwice = new Promise<void>((resolve) => {
      onAsked = () => void ((questions += 1) === 2 && resolve());
    });
    const stopped = analyse(input, first);
    await askedTwice;
    first.cancel();
    await expect(stopped).rejects.toBeInstanceOf(CancelledFailure);
    const again = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: details.at(-1) });
    expect(await analyse(input, again)).toMatchObject({ phase: 'passed', metrics: [{ measurements: 3 }] });
    expect(await verdicts(input)).toEqual(['failed', 'passed', 'passed']);
  });

  test('by a rule keeps what was computed, and sends back at the first look that finds harm', async () => {
    answers = [6, 30];
    const side = (errors: string) => ({ errors, requests: '/requests' });
    const compared = aMetric({
      pointer: undefined,
      failWhen: undefined,
      interval: undefined,
      compareErrors: { baseline: 'concurrent', looks: 4, candidate: side('/rate'), against: side('/none') },
    });
    const input = anInput(1200, compared);
    expect(await analyse(input)).toMatchObject({
      phase: 'failed',
      because:
        'errors: harm found: 30 of 100 failed, 0 of 100 before; p 7.2e-11 against 0.005, limit 1.2 times',
      metrics: [{ measurements: 2, statistics: { rule: 'compareErrors', look: 2, looks: 4 } }],
    });
    const rows = await measurementsOf(store.db, input.releaseId);
    expect(rows.map(({ verdict, statistics }) => ({ verdict, statistics }))).toMatchObject([
      { verdict: 'running', statistics: { look: 1, candidate: { errors: 6, requests: 100 } } },
      { verdict: 'failed', statistics: { look: 2, candidate: { errors: 30, requests: 100 } } },
    ]);
  });

  test('of the same place later does not count what was measured before it', async () => {
    answers = [0.5, 0];
    const input = anInput(1100, aMetric());
    expect(await analyse(input)).toMatchObject({ phase: 'failed' });
    expect(await analyse(input)).toMatchObject({ phase: 'passed', metrics: [{ measurements: 1 }] });
    expect(await verdicts(input)).toEqual(['failed', 'passed']);
  });
});
