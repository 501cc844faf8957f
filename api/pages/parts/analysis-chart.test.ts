import { describe, expect, test } from '@jest/globals';
import type { AnalysisReport, MetricReport } from '../../../domain/analysis/report.ts';
import { render } from '../../../platform/html.ts';
import { stageCharts } from './analyses.ts';
import { metricFigure } from './analysis-chart.ts';

const minute = (at: number): string => new Date(Date.UTC(2026, 5, 1, 9, at)).toISOString();
const taken = (at: number, value: number | null, verdict = 'passed') => ({
  number: at + 1,
  at: minute(at),
  value,
  verdict,
  because: `<b>${String(value)}</b>`,
});
const metric = (over: Partial<MetricReport> = {}): MetricReport => ({
  id: 'errors',
  phase: 'failed',
  because: '1 failed, which reaches the limit of 1',
  dryRun: false,
  failWhen: 'value > 0.02',
  limits: [0.02],
  n: 3,
  verdicts: { passed: 1, failed: 1, noData: 1 },
  baseline: { version: '1.3.9', n: 60, median: 0.004, low: 0.001, high: 0.01 },
  measurements: [taken(0, 0.01), taken(1, null, 'noData'), taken(2, 0.5, 'failed')],
  ...over,
});
const report = (over: Partial<AnalysisReport> = {}): AnalysisReport => ({
  environment: 'production',
  service: 'shop',
  place: 'step 1',
  number: 1,
  phase: 'failed',
  because: 'errors: 1 failed, which reaches the limit of 1',
  isOver: true,
  metrics: [metric()],
  ...over,
});
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');
const shown = (of = metric(), points = 20): string =>
  plain(render(metricFigure({ report: report(), metric: of, zone: 'Europe/Berlin', points })));

describe('a chart', () => {
  test('says in words what it draws: verdict, value, limit, what was before, and of how many', () => {
    const text = shown();
    for (const words of [
      'failed</span> 1 failed, which reaches the limit of 1',
      'now 0.5 · fails when value &gt; 0.02 · before 0.004, nine of ten between 0.001 and 0.01 (1.3.9, 60 measurements) · 3 measurements',
      '>errors of shop in production, step 1</title>',
      'Values between 0.01 and 0.5. 1 of 3 failed, 1 without data. Limit 0.02.</desc>',
    ])
      expect(text).toContain(words);
  });

  test('names its drawing by elements of its own', () => {
    const text = shown();
    const [, named, described] = /aria-labelledby="([^"]+)" aria-describedby="([^"]+)"/.exec(text) ?? [];
    expect(text).toContain(`<title id="${named}">`);
    expect(text).toContain(`<desc id="${described}">`);
    expect(text).toContain('role="img"');
  });

  test('has the same numbers as a table, in the zone of the reader, and text of strangers as text', () => {
    const text = shown();
    const rows = [...text.matchAll(/<tr><td>.*?<\/tr>/g)].map(([row]) => row.replaceAll(/<[^>]+>/g, '|'));
    expect(rows).toHaveLength(3);
    expect(rows[1]).toContain('11:01:00|||no data||no data||&lt;b&gt;null');
    expect(rows[2]).toContain('0.5||failed||&lt;b&gt;0.5&lt;/b&gt;');
    expect(text.match(/<path class="(\w+)"/g)).toEqual(
      ['before', 'median', 'limit', 'line', 'dot', 'failed', 'missing'].map(
        (name) => `<path class="${name}"`,
      ),
    );
  });

  test('of many measurements draws the newest, and says so', () => {
    const measurements = Array.from({ length: 100 }, (_, at) => taken(at, at));
    const text = shown(metric({ n: 250, measurements }), 20);
    expect(text.match(/<tr><td>/g)).toHaveLength(20);
    expect(text).toContain('The newest 20 of 250 measurements');
    expect(text).toContain('Values between 80 and 99.');
  });

  test('of a metric that was never measured has words and no drawing', () => {
    const text = shown(
      metric({ n: 0, measurements: [], phase: 'inconclusive', because: 'nothing was measured' }),
    );
    expect(text).toContain('nothing was measured');
    expect(text).toContain('now no data');
    expect(text).not.toContain('<svg');
    expect(text).not.toContain('<table');
  });

  test('shows what a rule has computed', () => {
    const statistics = {
      rule: 'compare',
      n: 200,
      m: 200,
      p: 0.001,
      effect: 1.4,
      limit: 1.2,
      interval: [1.2, 1.6],
    };
    const text = shown(metric({ measurements: [{ ...taken(0, 1.4, 'failed'), statistics }] }));
    expect(text).toContain('p 0.001, effect 1.4, limit of the effect 1.2, between 1.2 and 1.6 with 95 %');
    expect(text).toContain('class="interval"');
  });
});

describe('charts of a stage', () => {
  const charts = (analyses: AnalysisReport[]): string =>
    plain(
      render(
        stageCharts(analyses, { environment: 'production', releaseId: 'rel_1', zone: 'UTC' }) ??
          metricFigure({
            report: report(),
            metric: metric({ id: 'none-at-all' }),
            zone: 'UTC',
            points: 1,
          }),
      ),
    );

  test('are those of the newest analysis of each component, trouble first, with a link to all', () => {
    const text = charts([
      report({ metrics: [metric({ id: 'old' })] }),
      report({ place: 'soak', metrics: [metric({ id: 'slow', phase: 'passed' }), metric({ id: 'errors' })] }),
      report({ service: 'cart', place: 'soak', metrics: [metric({ id: 'carts', phase: 'inconclusive' })] }),
      report({ environment: 'staging', metrics: [metric({ id: 'elsewhere' })] }),
    ]);
    const found = [...text.matchAll(/<strong>([\w-]+)<\/strong>/g)].map(([, id]) => id);
    expect(found).toEqual(['errors', 'carts', 'slow']);
    expect(text).toContain('href="/releases/rel_1/analysis" >All 4 series');
  });

  test('stay few, so that the page stays light', () => {
    const metrics = Array.from({ length: 30 }, (_, index) =>
      metric({
        id: `m${index}`,
        n: 200,
        measurements: Array.from({ length: 200 }, (_each, at) => taken(at, at)),
      }),
    );
    const text = charts([report({ metrics })]);
    expect(text.match(/<svg/g)).toHaveLength(4);
    expect(Buffer.byteLength(text)).toBeLessThan(16_000);
  });

  test('are none where nothing was measured', () => {
    expect(stageCharts([], { environment: 'production', releaseId: 'rel_1', zone: 'UTC' })).toBeUndefined();
  });
});
