import { expect, test } from '@jest/globals';
import type { AnalysisReport } from '../../../domain/analysis/report.ts';
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
const report = (over: Partial<AnalysisReport> = {}): AnalysisReport => ({
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
      measurements: [...[1, 2, 3, 4, 5, 6, 7, 8].map((at) => taken(at, at / 1000)), taken(9, null, 'noData')],
    },
  ],
  ...over,
});
const doubt = { service: 'shop', place: 'step 1', phase: 'inconclusive' as const, who: ['ana'] };

function lettersOf(kind: 'held' | 'needsPerson') {
  const occasion = sampleOccasion(kind, 'http://gantry.test');
  const { release } = occasion;
  const hold = { by: 'gantry', reason: 'analysis is inconclusive', at: '2026-11-26T09:10:00.000Z' };
  const letter = messages[kind]({
    ...occasion,
    release: { ...release, holds: [{ ...hold, kind: 'analysis', doubt }] },
    analyses: [report({ service: 'cart', environment: 'staging' }), report()],
  });
  return { html: letterHtml(letter), text: letterText(letter).replaceAll(/\s+/g, ' ') };
}

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

test('a mail about another hold shows no measurements', () => {
  const text = letterText(messages.held(sampleOccasion('held', 'http://gantry.test')));
  expect(text).toContain('Let it go on, roll it back or abort it.');
  expect(text).not.toContain('measurements');
});
