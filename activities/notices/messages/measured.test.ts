import { expect, test } from '@jest/globals';
import type { AnalysisReport, MetricReport } from '../../../domain/analysis/report.ts';
import { letterHtml } from '../letter-html.ts';
import { letterText } from '../letter-text.ts';
import { sampleOccasion } from '../previews/sample.ts';
import { messages } from './index.ts';

const taken = (number: number, value: number | null, verdict = 'passed') => ({
  number,
  at: `2026-11-26T09:0${number}:00.000Z`,
  value,
  verdict,
  because: verdict,
});
const values = [1, 2, 3, 4, 5, 6, 7, 8].map((at) => taken(at, at / 1000));
const report = (metric: Partial<MetricReport> = {}, over: Partial<AnalysisReport> = {}): AnalysisReport => ({
  environment: 'production',
  service: 'shop',
  place: 'step 1',
  number: 1,
  phase: 'inconclusive',
  because: 'errors: 1 could not tell',
  isOver: true,
  metrics: [
    {
      id: 'errors',
      phase: 'inconclusive',
      because: '1 could not tell, which reaches the limit of 1',
      dryRun: false,
      failWhen: 'value > 0.02',
      limits: [0.02],
      n: 9,
      verdicts: { passed: 8, noData: 1 },
      baseline: { version: '1.3.9', n: 60, median: 0.004, low: 0, high: 0.01 },
      measurements: [...values, taken(9, null, 'noData')],
      ...metric,
    },
  ],
  ...over,
});
const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: ['ana'] };

function lettersOf(kind: 'held' | 'needsPerson', metric: Partial<MetricReport> = {}) {
  const occasion = sampleOccasion(kind, 'http://gantry.test');
  const { release } = occasion;
  const hold = { by: 'gantry', reason: 'analysis is inconclusive', at: '2026-11-26T09:10:00.000Z' };
  const letter = messages[kind]({
    ...occasion,
    release: { ...release, holds: [{ ...hold, kind: 'analysis', doubt }] },
    analyses: [report({}, { service: 'cart', environment: 'staging' }), report(metric)],
  });
  const lines = letterText(letter).split('\n');
  return { html: letterHtml(letter), lines, text: lines.join(' ').replaceAll(/\s+/g, ' ') };
}

test('a source that could not be asked is told with its reason, whole, and not as one without data', () => {
  const because = `nothing was measured; the last: ${'the source answers with 500, '.repeat(5)}look into its log`;
  const down = [taken(1, null, 'error'), taken(2, null, 'error')];
  const { text } = lettersOf('held', { because, measurements: down, n: 2 });
  expect(text).toContain('values error, error');
  expect(text).toContain(because);
});

test.each(['held', 'needsPerson'] as const)(
  'a mail of kind %s about a doubt says what can be answered, and shows what was measured as a table',
  (kind) => {
    const { html, text } = lettersOf(kind);
    for (const words of [
      'Extend its analysis, continue with a reason, or roll it back.',
      'errors: inconclusive: shop, step 1 · values 0.004, 0.005, 0.006, 0.007, 0.008, no data · fails when value > 0.02 · before 0.004 (1.3.9) · 9 measurements · 1 could not tell, which reaches the limit of 1',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain('cart, step 1');
    expect(html).toContain('errors: inconclusive');
    expect(html).not.toMatch(/<img|<svg|src=/);
  },
);

const from = (lines: readonly string[], first: string, count: number): string[] => {
  const start = lines.indexOf(first);
  return start < 0 ? [] : lines.slice(start, start + count);
};

test.each(['held', 'needsPerson'] as const)(
  'a mail of kind %s about a doubt draws now, before and limit on one scale, in text and as a table that says them, too',
  (kind) => {
    const { html, lines } = lettersOf(kind, { n: 8, measurements: values });
    expect(from(lines, 'errors of shop, step 1, from 0 to 0.02:', 4)).toEqual([
      'errors of shop, step 1, from 0 to 0.02:',
      '░░░░░░░░░░█░░░░░░░░░░░░░░ now 0.008',
      '▒▒▒▒▒█▒▒▒▒▒▒▒░░░░░░░░░░░░ before 0.004 (nine of ten: 0 to 0.01)',
      '░░░░░░░░░░░░░░░░░░░░░░░░█ limit 0.02',
    ]);
    expect(html).toContain('now 0.008');
    // 20 cells of 2 %, the mark, and the rest: all of the width
    const now = /aria-label="at 40 % of the scale".*?<\/table>/su.exec(html)?.[0] ?? '';
    expect(
      [...now.matchAll(/class="(\w+)"\s+width="(\d+)%"/g)].map(([, cell, width]) => [cell, width]),
    ).toEqual([
      ['empty', '40'],
      ['mark', '2'],
      ['empty', '58'],
    ]);
    expect(html).toContain('aria-label="at 20 % of the scale, its band from 0 % to 50 %"');
    expect(html).not.toMatch(/<img|<svg|src=|url\(/);
  },
);

test('a mail about a doubt says that there is no value now, and draws what was before and the limit', () => {
  const { lines } = lettersOf('held');
  expect(from(lines, 'errors of shop, step 1, from 0 to 0.02:', 2)[1]).toBe(
    '░░░░░░░░░░░░░░░░░░░░░░░░░ no data now (last: 0.008)',
  );
});

test('a mail about another hold shows no measurements', () => {
  const text = letterText(messages.held(sampleOccasion('blocked', 'http://gantry.test')));
  expect(text).toContain('Let it go on, roll it back or abort it.');
  expect(text).not.toContain('measurements');
});

test('of many metrics the first eight are drawn, those that did not pass before all others, and each has its numbers', () => {
  const occasion = sampleOccasion('held', 'http://gantry.test');
  const one = report().metrics[0]!;
  const metrics = Array.from({ length: 30 }, (_, index) => ({
    ...one,
    ...{ id: `metric-${index + 1}`, phase: index === 29 ? ('failed' as const) : ('passed' as const) },
  }));
  const sections = messages.held({ ...occasion, analyses: [{ ...report(), metrics }] }).sections ?? [];
  const drawn = sections.flatMap((section) => (section.kind === 'scale' ? [section.title] : []));
  expect(drawn).toHaveLength(8);
  expect(drawn.at(-1)).toContain('metric-30 of shop');
  for (const { id } of metrics) expect(JSON.stringify(sections)).toContain(`"${id}: `);
});
