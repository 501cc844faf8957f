import { numberText } from './number-text.ts';

const names: readonly [field: string, label: string][] = [
  ['n', 'samples'],
  ['m', 'samples of the baseline'],
  ['p', 'p'],
  ['alphaAtLook', 'limit of p'],
  ['effect', 'effect'],
  ['limit', 'limit of the effect'],
  ['needed', 'requests needed for a claim'],
];

/** What a rule has computed beside a measurement, in the words of docs/gates/analysis.md: `samples 200, p 0.012, effect 1.4`. */
export function statisticsWords(statistics: unknown): string {
  if (typeof statistics !== 'object' || statistics === null) return '';
  const found = statistics as Record<string, unknown>;
  const words = names.flatMap(([field, label]) => {
    const value = found[field];
    return typeof value === 'number' ? [`${label} ${numberText(value)}`] : [];
  });
  const interval = found['interval'];
  if (Array.isArray(interval) && interval.every((edge) => typeof edge === 'number'))
    words.push(`between ${interval.map((edge) => numberText(edge)).join(' and ')} with 95 %`);
  return words.join(', ');
}
