import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judgeReading } from '../../domain/analysis/measurement.ts';
import { PrometheusMetricSchema } from '../../domain/policy/metric.schema.ts';
import { freePort } from '../../platform/free-ports.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { prometheusSource } from './prometheus.ts';

const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0);

/** A gauge with a sample every 5 s between two instants, in seconds relative to now. */
function samples(name: string, value: string, from: number, to: number): string {
  const now = Math.floor(Date.now() / 1000);
  const times = Array.from({ length: (to - from) / 5 }, (_, index) => now + from + 5 * index);
  return [`# TYPE ${name} gauge`, ...times.map((at) => `${name} ${value} ${String(at)}`)].join('\n');
}

(isInstalled ? describe : describe.skip)('a real Prometheus', () => {
  let folder: string;
  let url: string;
  let prometheus: ChildProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-prometheus-'));
    const text = [
      samples('healthy', '0.01', -600, 300),
      samples('not_a_number', 'NaN', -600, 300),
      samples('stale', '0.01', -600, -180),
      samples('requests', '500', -600, 300),
      '# TYPE twins gauge',
      ...['a', 'b'].map((pod) => `twins{pod="${pod}"} 1 ${String(Math.floor(Date.now() / 1000))}`),
    ];
    writeFileSync(join(folder, 'samples.txt'), `${text.join('\n')}\n# EOF\n`);
    execFileSync(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples.txt'), join(folder, 'data')],
      { stdio: 'ignore' },
    );
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
  }, 60_000);
  afterAll(async () => {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  async function measure(query: string, changes: Record<string, unknown> = {}) {
    const metric = PrometheusMetricSchema.parse({
      id: 'm',
      kind: 'prometheus',
      url,
      query,
      failWhen: 'value > 0.02',
      interval: '30s',
      ...changes,
    });
    const reading = await prometheusSource(createOutgoing())({
      metric,
      facts: { version: '1.4.0' },
      signal: new AbortController().signal,
    });
    return judgeReading(metric, reading, 30_000);
  }

  test.each([
    ['a healthy value', 'healthy', {}, 'passed'],
    ['a value over the limit', 'healthy * 10', {}, 'failed'],
    ['a scalar', 'scalar(healthy)', {}, 'passed'],
    ['infinity', 'healthy / 0', {}, 'failed'],
    ['no series', 'absent_metric', {}, 'noData'],
    ['a label that no series has', 'healthy{version="{{version}}"}', {}, 'noData'],
    ['NaN', 'not_a_number', {}, 'noData'],
    ['nothing divided by nothing', '(healthy * 0) / (healthy * 0)', {}, 'noData'],
    ['a series that stopped three minutes ago', 'stale', {}, 'noData'],
    ['no series, where that fails', 'absent_metric', { onNoData: 'fail' }, 'failed'],
    ['no errors beside traffic', 'absent_metric', { onNoData: 'zero', traffic: 'requests' }, 'passed'],
    [
      'no errors beside too little traffic',
      'absent_metric',
      { onNoData: 'zero', traffic: 'requests', minRequests: 501 },
      'noData',
    ],
    ['no errors and no traffic', 'absent_metric', { onNoData: 'zero', traffic: 'absent_requests' }, 'noData'],
    ['several series', 'twins', {}, 'error'],
    ['a range', 'healthy[1m]', {}, 'error'],
    ['a query that cannot be read', 'sum(((', {}, 'error'],
    ['a server that is not there', 'healthy', { url: 'http://127.0.0.1:1' }, 'error'],
  ])('with %s gives %s %j: %s', async (_, query, changes, verdict) => {
    expect(await measure(query, changes)).toMatchObject({ verdict });
  });
});
