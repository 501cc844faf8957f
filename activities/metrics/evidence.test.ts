import { describe, expect, test } from '@jest/globals';
import { judgeEvidence, type Evidence } from '../../domain/analysis/evidence.ts';
import { MetricSchema, type Metric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { createEvidenceSources, evidenceSourceOf } from './index.ts';

const now = Date.parse('2026-06-01T10:00:00Z');
const minutes = (count: number): number => count * 60_000;

/** A source that answers with these documents, by what is in the address; it keeps what it was asked. */
function asked(documentFor: (url: URL) => unknown): { outgoing: Outgoing; urls: URL[] } {
  const urls: URL[] = [];
  const outgoing: Outgoing = async ({ url }) => {
    const address = new URL(url);
    urls.push(address);
    const document = documentFor(address);
    const status = document === undefined ? 503 : 200;
    return { status, text: JSON.stringify(document ?? {}), isCut: false, url, headers: { get: () => null } };
  };
  return { outgoing, urls };
}

function evidence(outgoing: Outgoing, metric: Metric, since = now - minutes(10)): Promise<Evidence> {
  return evidenceSourceOf(
    createEvidenceSources(outgoing),
    metric,
  )({
    metric,
    facts: { version: '1.4.0' },
    signal: new AbortController().signal,
    now,
    exposedAt: now - minutes(20),
    since,
  });
}

const aMetric = (more: object): Metric =>
  MetricSchema.parse({ id: 'm', kind: 'prometheus', url: 'http://prometheus:9090/', ...more });
const vector = (...values: string[]) => ({
  data: { resultType: 'vector', result: values.map((value) => ({ value: [now / 1000, value] })) },
});
const matrix = (...series: string[][]) => ({
  data: {
    resultType: 'matrix',
    result: series.map((values) => ({ values: values.map((value, index) => [index, value]) })),
  },
});

const queryOf = (url: URL): string => url.searchParams.get('query') ?? '';

describe('a burn rate from Prometheus', () => {
  const burnRate = {
    slo: 0.999,
    bad: 'bad{v="{{version}}"}[{{window}}]',
    total: 'total[{{window}}]',
    rules: [{ rate: 14.4, long: '1h', short: '5m' }],
  };

  test('is asked once for each window, cut to the time since the version has traffic', async () => {
    const { outgoing, urls } = asked((url) => vector(queryOf(url).startsWith('bad') ? '20' : '1000'));
    expect(await evidence(outgoing, aMetric({ burnRate }))).toEqual({
      kind: 'windows',
      exposureMs: minutes(20),
      windows: [
        { spanMs: minutes(5), bad: 20, total: 1000 },
        { spanMs: minutes(20), bad: 20, total: 1000 },
      ],
    });
    expect(urls.map(queryOf).sort()).toEqual([
      'bad{v="1.4.0"}[1200s]',
      'bad{v="1.4.0"}[300s]',
      'total[1200s]',
      'total[300s]',
    ]);
  });

  test.each([
    ['no series of errors', {}, [], ['1000'], 'noData'],
    ['no series of errors, which means none beside traffic', { onNoData: 'zero' }, [], ['1000'], 'passed'],
    ['the same beside too little traffic', { onNoData: 'zero' }, [], ['299'], 'noData'],
    ['no series at all', { onNoData: 'zero' }, [], [], 'noData'],
    ['no series at all, which fails', { onNoData: 'fail' }, [], [], 'failed'],
    ['NaN', {}, ['NaN'], ['1000'], 'noData'],
    ['several series', {}, ['1', '2'], ['1000'], 'error'],
    ['burning errors', {}, ['20'], ['1000'], 'failed'],
  ])('with %s is %j: %j of %j is %s', async (_, more, bad, total, verdict) => {
    const metric = aMetric({ burnRate, ...more });
    const { outgoing } = asked((url) => vector(...(queryOf(url).startsWith('bad') ? bad : total)));
    expect(judgeEvidence(metric, await evidence(outgoing, metric), 1).verdict).toBe(verdict);
  });

  test.each([
    ['that lacks a part of the data', { warnings: ['remote read: store-2 is away'] }, 'error'],
    ['that has failed with data beside', { status: 'error' }, 'error'],
    [
      'with a hint at how the query is written',
      { warnings: ['PromQL info: metric might be none'] },
      'passed',
    ],
  ])('of an answer %s (%j) is %s', async (_, more, verdict) => {
    const metric = aMetric({ burnRate });
    const { outgoing } = asked((url) => ({
      ...(vector(queryOf(url).startsWith('bad') ? '0' : '1000') as object),
      ...more,
    }));
    expect(judgeEvidence(metric, await evidence(outgoing, metric), 1).verdict).toBe(verdict);
  });

  test('from a source that is down is an error', async () => {
    const { outgoing } = asked(() => undefined);
    expect(await evidence(outgoing, aMetric({ burnRate }))).toEqual({
      kind: 'error',
      because: 'the source answers with 503; look into its log',
    });
  });
});

describe('samples from Prometheus', () => {
  const compare = { baseline: 'concurrent', candidate: 'new', against: 'old' };
  const rangeOf = (url: URL) =>
    ['query', 'start', 'end', 'step'].map((name) => url.searchParams.get(name)).join(' ');
  const fresh = (query: string, seconds: number): string =>
    `(${query}\n) unless (time() - timestamp(${query}\n) > ${seconds})`;
  const at = (ms: number): string => String((now + ms) / 1000);

  test('are all points of all series since the analysis began', async () => {
    const { outgoing, urls } = asked((url) =>
      queryOf(url).startsWith('(new\n)') ? matrix(['1', 'NaN'], ['3', '+Inf']) : matrix(),
    );
    expect(await evidence(outgoing, aMetric({ compare, step: '30s' }))).toEqual({
      kind: 'samples',
      candidate: [1, Number.NaN, 3, Infinity],
      baseline: [],
    });
    const span = `${at(-minutes(10) + 30_000)} ${at(0)} 30`;
    expect(urls.map(rangeOf).sort()).toEqual([`${fresh('new', 60)} ${span}`, `${fresh('old', 60)} ${span}`]);
    expect(urls[0]?.pathname).toBe('/api/v1/query_range');
  });

  test('of what ran before are as long a time before the version came', async () => {
    const { outgoing, urls } = asked(() => matrix(['1']));
    await evidence(outgoing, aMetric({ compare: { ...compare, baseline: 'previous' } }));
    expect(urls.map(rangeOf).sort()).toEqual([
      `${fresh('new', 30)} ${at(-minutes(10) + 15_000)} ${at(0)} 15`,
      `${fresh('old', 30)} ${at(-minutes(30) + 15_000)} ${at(-minutes(20))} 15`,
    ]);
  });

  test.each([
    ['another kind of answer', vector('1'), /no range/],
    ['nothing', undefined, /503/],
  ])('with %s are an error', async (_, document, because) => {
    const { outgoing } = asked(() => document);
    expect(await evidence(outgoing, aMetric({ compare }))).toEqual({
      kind: 'error',
      because: expect.stringMatching(because),
    });
  });

  test('whose age nobody could tell are not asked for, though a policy from before names them', async () => {
    const { outgoing, urls } = asked(() => matrix(['1']));
    const found = await evidence(outgoing, aMetric({ compare: { ...compare, against: 'old offset 1d' } }));
    expect(found).toEqual({
      kind: 'error',
      because:
        'the query looks at another time (`offset`), so values of instances that are gone could not be left out',
    });
    expect(urls.map(queryOf)).toEqual([fresh('new', 30)]);
  });

  test('are refused before they are more than an answer holds', async () => {
    const { outgoing, urls } = asked(() => matrix(['1']));
    const found = await evidence(outgoing, aMetric({ compare, step: '1s' }), now - minutes(200));
    expect(found).toMatchObject({ kind: 'error', because: expect.stringContaining('a longer step') });
    expect(urls).toEqual([]);
  });
});

test('errors from Prometheus before the version came are counted up to then', async () => {
  const count = (name: string) => ({
    errors: `${name}_errors[{{window}}]`,
    requests: `${name}_all[{{window}}]`,
  });
  const compareErrors = { baseline: 'previous', candidate: count('new'), against: count('old') };
  const { outgoing, urls } = asked((url) =>
    vector((url.searchParams.get('query') ?? '').includes('errors') ? '3' : '900'),
  );
  expect(await evidence(outgoing, aMetric({ compareErrors }))).toEqual({
    kind: 'counts',
    candidate: { errors: 3, requests: 900 },
    baseline: { errors: 3, requests: 900 },
  });
  expect(
    urls
      .map((url) => `${url.searchParams.get('query') ?? ''} ${url.searchParams.get('time') ?? 'now'}`)
      .sort(),
  ).toEqual([
    'new_all[600s] now',
    'new_errors[600s] now',
    `old_all[600s] ${String((now - minutes(20)) / 1000)}`,
    `old_errors[600s] ${String((now - minutes(20)) / 1000)}`,
  ]);
});

describe('a JSON address', () => {
  const json = (more: object): Metric =>
    MetricSchema.parse({ id: 'm', kind: 'json', url: 'http://shop/counts?over={{window}}', ...more });

  test('is told the window', async () => {
    const burnRate = {
      slo: 0.99,
      bad: '/bad',
      total: '/total',
      rules: [{ rate: 6, long: '15m', short: '5m' }],
    };
    const { outgoing, urls } = asked((url) => ({ bad: 1, total: url.search === '?over=300s' ? 500 : null }));
    expect(await evidence(outgoing, json({ burnRate }))).toMatchObject({
      windows: [{ spanMs: minutes(5), bad: 1, total: 500 }],
    });
    expect(urls.map(({ search }) => search).sort()).toEqual(['?over=300s', '?over=900s']);
  });

  test.each([
    ['lists', { new: [1, null], old: [2] }, { kind: 'samples', candidate: [1, Number.NaN], baseline: [2] }],
    ['nothing', {}, { kind: 'samples', candidate: [], baseline: [] }],
    ['no list', { new: 1, old: [] }, { kind: 'error', because: expect.stringContaining('"/new"') }],
    [
      'words in a list',
      { new: [], old: ['1'] },
      { kind: 'error', because: expect.stringContaining('"/old"') },
    ],
  ])('answers %s of samples', async (_, document, wanted) => {
    const compare = { baseline: 'concurrent', candidate: '/new', against: '/old' };
    const { outgoing } = asked(() => document);
    expect(await evidence(outgoing, json({ compare }))).toEqual(wanted);
  });

  test.each([
    [
      'counts',
      { e: 1, r: 10 },
      { kind: 'counts', candidate: { errors: 1, requests: 10 }, baseline: { errors: 1, requests: 10 } },
    ],
    ['no errors', { r: 10 }, { kind: 'noData', because: expect.stringContaining('"/e"') }],
    ['no requests', { e: 1 }, { kind: 'noData', because: expect.stringContaining('"/r"') }],
    ['no number', { e: '1', r: 10 }, { kind: 'error', because: expect.stringContaining('"/e"') }],
  ])('answers %s of errors', async (_, document, wanted) => {
    const side = { errors: '/e', requests: '/r' };
    const { outgoing } = asked(() => document);
    expect(
      await evidence(
        outgoing,
        json({ compareErrors: { baseline: 'concurrent', candidate: side, against: side } }),
      ),
    ).toEqual(wanted);
  });
});
