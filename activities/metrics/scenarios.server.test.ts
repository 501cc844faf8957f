import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { judgeEvidence } from '../../domain/analysis/evidence.ts';
import { judgeReading } from '../../domain/analysis/measurement.ts';
import { PrometheusMetricSchema } from '../../domain/policy/metric.schema.ts';
import { freePort } from '../../platform/free-ports.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { prometheusEvidence } from './prometheus-evidence.ts';
import { prometheusSource } from './prometheus.ts';
import { viewOf, type TakenMeasurement } from './series.ts';

/**
 * Ways in which monitoring goes well and badly, on a real Prometheus with backfilled data (trust §8, row 25). Each is measured as
 * an analysis does it, ten times, a minute apart, ending now; the server is asked as of each of those minutes. What must never
 * be seen is `passed` where the version is not known to be healthy.
 */
const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0);

const minutes = 10;
const scrapeEvery = 15;
const nowSeconds = Math.floor(Date.now() / 1000);
/** Beginning of the analysis, in seconds of the epoch; data reaches back ten minutes before it. */
const begins = nowSeconds - minutes * 60;
const scrapes = Array.from(
  { length: (2 * minutes * 60) / scrapeEvery + 1 },
  (_, index) => nowSeconds - 2 * minutes * 60 + index * scrapeEvery,
);

type Sample = readonly [at: number, value: string];

/** A gauge by its value at each scrape; undefined: nothing was scraped. */
const gauge = (valueAt: (at: number) => number | undefined): Sample[] =>
  scrapes.flatMap((at) => {
    const value = valueAt(at);
    return value === undefined ? [] : [[at, String(value)] as const];
  });

/** A counter that grows by `perSecond(at)` and begins anew at each of `resets`. */
function counter(perSecond: (at: number) => number, resets: readonly number[] = []): Sample[] {
  let total = 0;
  return scrapes.map((at, index) => {
    if (resets.some((reset) => reset <= at && reset > (scrapes[index - 1] ?? 0))) total = 0;
    total += perSecond(at) * scrapeEvery;
    return [at, String(total)] as const;
  });
}

const series: Record<string, Sample[]> = {
  healthy: gauge(() => 0.004),
  slow_rise: gauge((at) => Math.max(0.004, 0.004 + ((at - begins) / (minutes * 60)) * 0.04)),
  step_up: gauge((at) => (at < begins + 180 ? 0.004 : 0.08)),
  spike: gauge((at) => (Math.abs(at - (begins + 300)) < scrapeEvery ? 0.2 : 0.004)),
  not_a_number: gauge(() => Number.NaN),
  stopped: gauge((at) => (at < begins + 60 ? 0.004 : undefined)),
  gap: gauge((at) => (at > begins + 120 && at < begins + 260 ? undefined : 0.004)),
  requests_total: counter(() => 20),
  errors_total: counter(() => 0.1),
  resetting_requests_total: counter(() => 20, [begins + 200, begins + 400]),
  resetting_errors_total: counter(() => 0.1, [begins + 200, begins + 400]),
  quiet_requests_total: counter((at) => (at < begins ? 20 : 0)),
  quiet_errors_total: counter((at) => (at < begins ? 0.1 : 0)),
  // for rules: what a name says is how often a second, from the beginning of the analysis on or all the time
  burning_total: counter(() => 0.4),
  calm_total: counter(() => 0.005),
  recovered_total: counter((at) => (at < begins + 200 ? 0.4 : 0)),
  trickle_total: counter(() => 0.1),
  none_total: counter(() => 0),
  some_total: counter(() => 2),
  once_total: counter(inTheMiddle),
  since_begin_total: counter((at) => (at > begins ? 0.02 : 0)),
};

/** One in the middle of the analysis, as a rare error is. */
function inTheMiddle(at: number): number {
  return at >= begins + 300 && at < begins + 300 + scrapeEvery ? 1 / scrapeEvery : 0;
}

/** Seconds of latency as instances of one fleet have them: scattered, the same at every run. */
const latency = (pod: number, factorAt: (at: number) => number | undefined): Sample[] =>
  gauge((at) => {
    const factor = factorAt(at);
    const scatter = (((at - begins) / scrapeEvery + pod * 31 + 1000) * 7919) % 97;
    return factor === undefined ? undefined : 0.1 * factor * (0.7 + (0.6 * scatter) / 97);
  });
const fleets: Record<string, (at: number) => number | undefined> = {
  old: () => 1,
  alike: () => 1,
  slow: () => 1.5,
  slow_since: (at) => (at > begins ? 1.5 : 1),
  gone: (at) => (at < begins + 150 ? 1 : undefined),
  broken: (at) => (at % 60 < 30 ? 1 : Number.NaN),
  frozen: (at) => (at < begins ? 1 : undefined),
};

let folder: string;
let url: string;
let prometheus: ChildProcess;
/** Stands before Prometheus: breaks, hangs and refuses as the address says, and asks as of the minute that is measured. */
let front: Server;
let frontUrl: string;
let asOf = nowSeconds;

function exposition(): string {
  const blocks = Object.entries(series).map(([name, samples]) => {
    const isCounter = name.endsWith('_total');
    const family = isCounter ? name.replace(/_total$/, '') : name;
    return [
      `# TYPE ${family} ${isCounter ? 'counter' : 'gauge'}`,
      ...samples.map(([at, value]) => `${name} ${value} ${String(at)}`),
    ].join('\n');
  });
  const twins = ['a', 'b'].flatMap((pod) => scrapes.map((at) => `twins{pod="${pod}"} 0.004 ${String(at)}`));
  const pods = Object.entries(fleets).flatMap(([fleet, factorAt]) =>
    [1, 2].flatMap((pod) =>
      latency(pod, factorAt).map(
        ([at, value]) => `latency{fleet="${fleet}",pod="${String(pod)}"} ${value} ${String(at)}`,
      ),
    ),
  );
  return `${[...blocks, '# TYPE twins gauge', ...twins, '# TYPE latency gauge', ...pods].join('\n')}\n# EOF\n`;
}

const hereOrSkip = isInstalled ? test : test.skip;

beforeAll(async () => {
  if (!isInstalled) return;
  folder = mkdtempSync(join(tmpdir(), 'gantry-scenarios-'));
  writeFileSync(join(folder, 'samples.txt'), exposition());
  const blocks = [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    join(folder, 'samples.txt'),
    join(folder, 'data'),
  ];
  execFileSync('promtool', blocks, { stdio: 'ignore' });
  writeFileSync(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  const options = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ];
  prometheus = spawn('prometheus', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    prometheus.stderr?.on('data', (chunk: Buffer) => chunk.includes('Server is ready') && resolve());
    prometheus.once('exit', (code) => reject(new Error(`Prometheus ended with ${String(code)}`)));
  });
  front = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://front');
    const [, how] = asked.pathname.split('/');
    if (how === 'refuse')
      return void response.writeHead(422).end('{"status":"error","error":"too many samples"}');
    if (how === 'hang') return; // until the time limit
    if (how === 'break') {
      response.writeHead(200, { 'content-length': '500' }).write('{"status":"success"');
      return void setImmediate(() => request.socket.destroy());
    }
    if (!asked.searchParams.has('time')) asked.searchParams.set('time', String(asOf));
    void fetch(`${url}${asked.pathname.replace('/pass', '')}${asked.search}`).then(async (answer) =>
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
    );
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  frontUrl = `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`;
}, 60_000);

afterAll(async () => {
  if (!isInstalled) return;
  front.closeAllConnections();
  front.close();
  prometheus.kill('SIGKILL');
  await once(prometheus, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

/** What an analysis of `minutes` with a measurement each minute comes to; it stops where it is decided. */
async function analyse(query: string, changes: Record<string, unknown>) {
  const metric = PrometheusMetricSchema.parse({
    id: 'errors',
    kind: 'prometheus',
    url: `${frontUrl}/pass`,
    query,
    failWhen: 'value > 0.02',
    interval: '1m',
    maxFailures: 2,
    maxErrors: 3,
    ...changes,
  });
  const outgoing = createOutgoing();
  const source = prometheusSource((request) => outgoing({ ...request, timeLimitMs: 2000 }));
  const signal = new AbortController().signal;
  const taken: (TakenMeasurement & { because: string })[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    asOf = begins + 60 * minute;
    const reading = await source({ metric, facts: { version: '1.4.0' }, signal });
    taken.push({ at: new Date(asOf * 1000).toISOString(), ...judgeReading(metric, reading, 60_000) });
    const view = viewOf({ metric, taken }, false);
    if (view.phase !== 'running') return { ...view, last: taken.at(-1) };
  }
  return { ...viewOf({ metric, taken }, true), last: taken.at(-1) };
}

const ratio = (prefix: string): string =>
  `rate(${prefix}errors_total[2m]) / rate(${prefix}requests_total[2m])`;

type Expected = 'passed' | 'failed' | 'error' | 'inconclusive';
const scenarios: [name: string, query: string, changes: Record<string, unknown>, Expected, words: string][] =
  [
    ['healthy', 'healthy', {}, 'passed', '0.004: not value > 0.02'],
    ['a slow rise over the limit', 'slow_rise', {}, 'failed', 'value > 0.02'],
    ['a step up', 'step_up', {}, 'failed', '0.08: value > 0.02'],
    ['one spike, where two failures decide', 'spike', {}, 'passed', '0.004'],
    ['no series', 'absent_metric', {}, 'inconclusive', 'the query finds no series'],
    ['NaN', 'not_a_number', {}, 'inconclusive', 'the answer is not a number'],
    ['no traffic', ratio('quiet_'), {}, 'inconclusive', 'the answer is not a number'],
    [
      'no traffic, though nothing may count as zero errors',
      'absent_errors',
      { onNoData: 'zero', traffic: 'increase(quiet_requests_total[2m])', minRequests: 100 },
      'inconclusive',
      'the query finds no series',
    ],
    ['counters that begin anew', ratio('resetting_'), {}, 'passed', 'not value > 0.02'],
    ['a gap between two scrapes', 'gap', { maxInconclusive: 3 }, 'passed', '0.004'],
    // as a remote write that lags does it: the newest value there is was taken almost three minutes ago
    ['samples that come late', 'healthy offset 170s', {}, 'inconclusive', 'the newest value is 1'],
    ['a series that stopped', 'stopped', {}, 'inconclusive', ''],
    ['several series', 'twins', {}, 'error', 'the query yields 2 series, one is wanted'],
    ['a refusal', 'healthy', { url: '/refuse' }, 'error', 'answers with 422: too many samples'],
    [
      'an answer that breaks off',
      'healthy',
      { url: '/break' },
      'error',
      'broke off before the answer was whole',
    ],
    ['a source that hangs', 'healthy', { url: '/hang', maxErrors: 1 }, 'error', 'did not answer within 2 s'],
    ['a source that is down', 'healthy', { url: 'down' }, 'error', 'the connection is refused'],
  ];

hereOrSkip.each(scenarios)(
  '%s is judged as %s %j: %s',
  async (_, query, { url: path, ...changes }, phase, words) => {
    const target =
      path === 'down'
        ? { url: `http://127.0.0.1:${String(await freePort())}` }
        : typeof path === 'string'
          ? { url: `${frontUrl}${path}` }
          : {};
    const result = await analyse(query, { ...changes, ...target });
    expect({ phase: result.phase, because: result.last?.because }).toEqual({
      phase,
      because: expect.stringContaining(words),
    });
  },
);

hereOrSkip('nothing that is not known to be healthy is ever called so', async () => {
  const unhealthy = scenarios.filter(([, , , phase]) => phase !== 'passed' && phase !== 'error');
  for (const [name, query, changes] of unhealthy) {
    // even where as much doubt as there can be is borne
    const { phase } = await analyse(query, { ...changes, maxInconclusive: 'off' });
    expect([name, phase]).not.toEqual([name, 'passed']);
  }
});

/** What one metric with a rule comes to after the analysis, the version having had traffic since its beginning. */
async function judgeByRule(rule: Record<string, unknown>) {
  const metric = PrometheusMetricSchema.parse({
    id: 'rule',
    kind: 'prometheus',
    url: `${frontUrl}/pass`,
    maxErrors: 1,
    ...rule,
  });
  asOf = nowSeconds;
  const [now, since] = [nowSeconds * 1000, begins * 1000];
  const signal = new AbortController().signal;
  const question = { metric, facts: { version: '1.4.0' }, signal, now, exposedAt: since, since };
  const measured = judgeEvidence(metric, await prometheusEvidence(createOutgoing())(question), 1);
  const taken: TakenMeasurement[] = [{ at: new Date(now).toISOString(), ...measured }];
  return { phase: viewOf({ metric, taken }, true).phase, because: measured.because };
}

const grown = (name: string): string => `sum(increase(${name}_total[{{window}}]))`;
const burn = (bad: string, total: string, more: object = {}) => ({
  burnRate: { slo: 0.999, bad: grown(bad), total: grown(total), ...more },
});
const fastOnly = { rules: [{ rate: 14.4, long: '1h', short: '5m' }] };
const compared = (fleet: string, more: object = {}) => ({
  compare: {
    baseline: 'concurrent',
    candidate: `latency{fleet="${fleet}"}`,
    against: 'latency{fleet="old"}',
    ...more,
  },
});
const previous = (fleet: string) =>
  compared(fleet, { baseline: 'previous', against: `latency{fleet="${fleet}"}` });
type Side = [errors: string, requests: string];
const errorsOf = (candidate: Side, against: Side, baseline = 'concurrent') => {
  const side = ([errors, requests]: Side) => ({ errors: grown(errors), requests: grown(requests) });
  return { compareErrors: { baseline, candidate: side(candidate), against: side(against) } };
};

const byRule: [name: string, rule: Record<string, unknown>, Expected, words: string][] = [
  ['samples that are alike', compared('alike'), 'passed', 'no harm found'],
  ['samples that are half as large again', compared('slow'), 'failed', 'harm found'],
  ['a fleet that stays as it was', previous('old'), 'passed', 'no harm found'],
  ['a fleet that is slower since the version came', previous('slow_since'), 'failed', 'harm found'],
  ['instances that are gone after a while', compared('gone'), 'inconclusive', 'too few samples'],
  ['instances that were never seen', compared('absent'), 'inconclusive', 'too few samples: 0 against'],
  ['instances that are gone since the version came', previous('frozen'), 'inconclusive', 'too few samples'],
  ['samples that are no numbers', compared('broken'), 'inconclusive', 'are no numbers'],
  [
    'a baseline that is not there',
    compared('alike', { against: 'absent' }),
    'inconclusive',
    'too few samples',
  ],

  ['one rare error on both sides', errorsOf(['once', 'some'], ['once', 'some']), 'passed', 'no harm found'],
  ['rare errors on one side', errorsOf(['since_begin', 'some'], ['none', 'some']), 'failed', 'harm found'],
  [
    'errors since the version came',
    errorsOf(['since_begin', 'some'], ['since_begin', 'some'], 'previous'),
    'failed',
    'harm found',
  ],
  [
    'errors that were there before',
    errorsOf(['errors', 'requests'], ['errors', 'requests'], 'previous'),
    'passed',
    'no harm found',
  ],
  [
    'errors among too few requests',
    errorsOf(['none', 'since_begin'], ['none', 'since_begin']),
    'inconclusive',
    'too few requests',
  ],
  [
    'requests that nobody makes',
    errorsOf(['none', 'quiet_requests'], ['none', 'some']),
    'inconclusive',
    'too few',
  ],
  [
    'errors that nobody counts',
    errorsOf(['absent', 'some'], ['none', 'some']),
    'inconclusive',
    'known of errors',
  ],
  ['more errors than requests', errorsOf(['requests', 'some'], ['none', 'some']), 'error', 'which cannot be'],

  ['a budget that burns slowly', burn('calm', 'requests'), 'passed', ''],
  ['a budget that burns fast', burn('burning', 'requests'), 'failed', 'the limit is 14.4'],
  ['a fire that is out', burn('recovered', 'requests', fastOnly), 'passed', ''],
  ['a budget nobody draws on', burn('none', 'trickle'), 'inconclusive', 'each window needs 300 requests'],
  ['an outage, with few requests', burn('trickle', 'trickle'), 'failed', 'an outage'],
  ['an outage, with many', burn('requests', 'requests'), 'failed', 'an outage'],
  ['bad requests that nobody counts', burn('absent', 'requests'), 'inconclusive', 'known of errors'],
  ['requests that nobody counts', burn('none', 'absent'), 'inconclusive', 'the query finds no series'],
  ['more bad than all', burn('requests', 'some'), 'error', 'which cannot be'],
  ['several series for one count', burn('none', 'requests', { total: 'twins' }), 'error', 'yields 2 series'],
];

hereOrSkip.each(byRule)('%s (%j) are judged by rule as %s: %s', async (_, rule, phase, words) => {
  expect(await judgeByRule(rule)).toEqual({ phase, because: expect.stringContaining(words) });
});

hereOrSkip('no rule ever calls healthy what it cannot tell, however much doubt is borne', async () => {
  const doubtful = byRule.filter(([, , phase]) => phase !== 'passed');
  for (const [name, rule] of doubtful) {
    const { phase } = await judgeByRule({ ...rule, maxInconclusive: 'off', maxErrors: 'off' });
    expect([name, phase]).not.toEqual([name, 'passed']);
  }
});
