import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { validatePolicy } from '../validate.ts';

type Fields = Record<string, unknown>;

const canary = [{ weight: 10, hold: '30m' }, { weight: 100 }];

/** What is wrong with one metric in a stage with these steps, with its place in the metric. */
function mistakes(metric: Fields, steps: Fields[]): string[] {
  const policy = aPolicy();
  const [first, last] = policy.pipelines['web'] ?? [];
  const stage = {
    ...last,
    deploy: { kind: 'command', apply: ['a'], undo: ['b'], steps },
    analysis: [{ id: 'm', kind: 'prometheus', url: 'http://prometheus:9090', ...metric }],
  };
  return validatePolicy({ ...policy, pipelines: { web: [first, stage] } }).problems.map(
    ({ path, detail, remedy }) => `${path.slice(5).join('.')}: ${detail} ${remedy}`,
  );
}

const counted = (over: string) => ({ errors: `errors[${over}]`, requests: `requests[${over}]` });
const burnRate = { slo: 0.999, bad: 'bad[{{window}}]', total: 'total[{{window}}]' };
const compare = { baseline: 'concurrent', candidate: 'new', against: 'old' };
const compareErrors = {
  baseline: 'concurrent',
  candidate: counted('{{window}}'),
  against: counted('{{window}}'),
};

test.each<[string, Fields, Fields[]?]>([
  ['burn rate', { burnRate, interval: '1m' }],
  ['burn rate before the first step', { burnRate, during: ['before'] }],
  ['burn rate where no errors are no series', { burnRate, onNoData: 'zero' }],
  ['comparison', { compare, step: '5s' }],
  ['comparison with what ran before', { compare: { ...compare, baseline: 'previous' } }, [{ weight: 100 }]],
  [
    'the same once a canary has all traffic',
    { compare: { ...compare, baseline: 'previous' }, during: ['soak'] },
  ],
  ['concurrent at full weight where it is meant', { compare, during: ['soak'] }, [{ weight: 100 }]],
  ['comparison of errors', { compareErrors: { ...compareErrors, looks: 4 } }],
  ['condition', { failWhen: 'value > 1', query: 'up' }],
])('%s may be written', (_, metric, steps = canary) => {
  expect(mistakes(metric, steps)).toEqual([]);
});

test.each<[string, Fields, string, Fields[]?]>([
  [
    'no rule at all',
    {},
    ': The metric "m" has neither failWhen nor passWhen nor another rule, so it could never decide.',
  ],
  [
    'two rules',
    { burnRate, compare },
    'compare: The metric "m" is judged in two ways: by burnRate and by compare.',
  ],
  [
    'a rule beside a condition',
    { burnRate, failWhen: 'value > 1' },
    'failWhen: The metric "m" is judged in two ways',
  ],
  ['a condition without a query', { failWhen: 'value > 1' }, ': The metric "m" has a condition and no query'],
  ['a query that nobody reads', { burnRate, query: 'up' }, 'query: The rule of "m" asks for its own numbers'],
  [
    'traffic that nobody reads',
    { burnRate, traffic: 'up' },
    'traffic: The rule of "m" asks for its own numbers',
  ],
  ['a step without samples', { burnRate, step: '5s' }, 'step: Only compare takes samples'],
  [
    'requests in the wrong place',
    { burnRate, minRequests: 50 },
    'minRequests: Here it means traffic beside no data',
  ],
  [
    'a count without window',
    { burnRate: { ...burnRate, bad: 'bad[5m]' } },
    'burnRate.bad: The query does not say over which window',
  ],
  [
    'an address without window',
    { kind: 'json', burnRate: { slo: 0.9, bad: '/b', total: '/t' } },
    'url: The address does not say over which window',
  ],
  [
    'errors without window',
    { compareErrors: { ...compareErrors, against: counted('5m') } },
    'compareErrors.against.errors: The query does not say',
  ],
  [
    'a window where there is none',
    { failWhen: 'value > 1', query: 'rate(errors[{{window}}])' },
    'query: {{window}} is not known here.',
  ],
  ['no objective', { burnRate: { ...burnRate, slo: 1 } }, 'burnRate.slo: '],
  [
    'short longer than long',
    { burnRate: { ...burnRate, rules: [{ rate: 2, long: '5m', short: '1h' }] } },
    'burnRate.rules.0.short: ',
  ],
  ['a long-running primary', { compare: { ...compare, baseline: 'primary' } }, 'compare.baseline: '],
  [
    'a canary against the fleet before it',
    { compare: { ...compare, baseline: 'previous' } },
    'compare.baseline: Between these steps the new version is a canary',
  ],
  [
    'a concurrent baseline that never runs',
    { compare },
    'compare.baseline: This stage has no step below 100 %',
    [{ weight: 100 }],
  ],
  [
    'samples of another time',
    { compare: { ...compare, against: 'latency offset 1d' } },
    'compare.against: The query looks at another time (`offset`), so values of instances that are gone',
  ],
  [
    'samples that are a number',
    { compare: { ...compare, candidate: 'scalar(latency)' } },
    'compare.candidate: The query yields a number without a time',
  ],
  ['too few samples', { compare: { ...compare, minSamples: 9 } }, 'compare.minSamples: '],
  ['alpha 0', { compare: { ...compare, alpha: 0 } }, 'compare.alpha: '],
  ['alpha ½', { compareErrors: { ...compareErrors, alpha: 0.5 } }, 'compareErrors.alpha: '],
  ['no room', { compare: { ...compare, maxIncrease: 1 } }, 'compare.maxIncrease: '],
  [
    'looks by another name',
    { compare, interval: '1m' },
    'interval: How often a comparison is looked at says compare.looks',
  ],
  [
    'a comparison before there is anything',
    { compare, during: ['before'] },
    'during: Before the first step there is nothing',
  ],
  ['samples out of nothing', { compare, onNoData: 'zero' }, 'onNoData: No samples are no samples'],
  ['never', { burnRate, during: [] }, 'during: '],
])('%s is refused, with its place and what to write', (_, metric, mistake, steps = canary) => {
  const found = mistakes(metric, steps);
  expect(found).toContainEqual(expect.stringContaining(mistake));
  expect(found.join(' ')).toMatch(/Write|Remove|Add|Give/);
});
