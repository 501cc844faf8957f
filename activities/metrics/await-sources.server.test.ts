import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MetricSchema } from '../../domain/policy/metric.schema.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import type { AwaitSourcesInput, SourcesAnswer } from '../contract-analysis.ts';
import { createAwaitSources } from './await-sources.ts';

let source: Server;
let url: string;
/** Status of the answers still to be given, by path; the last one for ever. */
let answers: Record<string, number[]> = {};
let asked: string[] = [];
let onAsked: () => void = () => undefined;

beforeAll(async () => {
  source = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    onAsked();
    const left = answers[path] ?? [200];
    response.writeHead((left.length > 1 ? left.shift() : left[0]) ?? 200).end('{"rate":null}');
  }).listen(0, '127.0.0.1');
  await once(source, 'listening');
  url = `http://127.0.0.1:${String((source.address() as AddressInfo).port)}`;
});
afterAll(() => {
  source.closeAllConnections();
  source.close();
});
beforeEach(() => {
  answers = {};
  asked = [];
  onAsked = () => undefined;
});

const aMetric = (id: string, changes: Record<string, unknown> = {}) =>
  MetricSchema.parse({
    id,
    kind: 'json',
    url: `${url}/${id}`,
    pointer: '/rate',
    failWhen: 'value > 1',
    ...changes,
  });
const anInput = (withinMs: number, ...metrics: AwaitSourcesInput['metrics']): AwaitSourcesInput => ({
  releaseId: newId('rel'),
  environment: 'production',
  component: { service: 'shop', version: '1.4.0', mode: 'deploy', dependsOn: [] },
  at: 'step 1',
  weight: 10,
  metrics,
  policyDigest: 'd1',
  withinMs,
});
const wait = (
  input: AwaitSourcesInput,
  environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }),
): Promise<SourcesAnswer> =>
  environment.run(createAwaitSources({ outgoing: createOutgoing(), askEveryMs: 20 }), input);

test('sources are asked until each has answered, and whoever has is asked no more', async () => {
  answers = { '/errors': [503, 503, 200], '/slow': [200] };
  expect(await wait(anInput(60_000, aMetric('errors'), aMetric('slow')))).toMatchObject({ isBack: true });
  expect(asked.filter((path) => path === '/errors')).toHaveLength(3);
  expect(asked.filter((path) => path === '/slow')).toHaveLength(1);
});

test('what stays away is named with what it says, once the time is over', async () => {
  answers = { '/errors': [503] };
  expect(await wait(anInput(70, aMetric('errors'), aMetric('slow')))).toEqual({
    isBack: false,
    because: 'errors: the source answers with 503; look into its log',
  });
});

test('a metric that never decides is not waited for', async () => {
  answers = { '/errors': [503] };
  const input = anInput(60_000, aMetric('errors', { dryRun: true }), aMetric('slow'));
  expect(await wait(input)).toMatchObject({ isBack: true });
  expect(asked).toEqual(['/slow']);
});

test('the time counts from the first attempt', async () => {
  answers = { '/errors': [503] };
  const late = new MockActivityEnvironment({ attempt: 2, scheduledTimestampMs: Date.now() - 61_000 });
  expect(await wait(anInput(60_000, aMetric('errors')), late)).toMatchObject({ isBack: false });
  expect(asked).toHaveLength(1);
});

test('an answer of people ends the waiting', async () => {
  answers = { '/errors': [503] };
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() });
  const reached = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const waiting = wait(anInput(60_000, aMetric('errors')), environment);
  await reached;
  environment.cancel();
  await expect(waiting).rejects.toBeInstanceOf(CancelledFailure);
});
