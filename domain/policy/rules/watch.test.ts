import { expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { effectiveStage } from '../plan-stage.ts';
import { validatePolicy } from '../validate.ts';

const metric = {
  ...{ id: 'errors', kind: 'json', url: 'http://metrics.example', pointer: '/rate' },
  failWhen: 'value > 1',
};

/** The usual policy, with this in its last stage. */
function changed(fields: Record<string, unknown>) {
  const policy = aPolicy();
  const [first, last] = policy.pipelines['web'] ?? [];
  return validatePolicy({ ...policy, pipelines: { web: [first, { ...last, ...fields }] } });
}
const mistakes = (fields: Record<string, unknown>): string[] =>
  changed(fields).problems.map(({ path, code }) => `${path.slice(3).join('.')} ${code}`);

test.each<[string, Record<string, unknown>, string[]]>([
  ['with something to look at is fine', { analysis: [metric], observe: { watch: '72h' } }, []],
  [
    'without a metric could never tell',
    { analysis: [], observe: { watch: '72h' } },
    ['observe.watch POLICY_METRIC_INVALID'],
  ],
  [
    'that is not there cannot be described',
    { analysis: [metric], observe: { interval: '10m', onRegression: 'rollBack' } },
    ['observe.interval POLICY_METRIC_INVALID', 'observe.onRegression POLICY_METRIC_INVALID'],
  ],
  [
    'has filters that must be able to decide, like every metric',
    {
      analysis: [metric],
      observe: { watch: '72h', onlyWhen: [{ ...metric, id: 'adoption', failWhen: undefined }] },
    },
    ['observe.onlyWhen.0 POLICY_METRIC_INVALID'],
  ],
])('a watch %s', (_, fields, expected) => {
  expect(mistakes(fields)).toEqual(expected);
});

test('a watch that says nothing else looks every half hour and proposes the way back', () => {
  const { policy } = changed({ analysis: [metric], observe: { watch: '72h' } });
  const stage = policy?.pipelines['web']?.at(-1);
  if (!policy || !stage) throw new Error('the policy is not valid');
  expect(effectiveStage(policy, stage).watch).toEqual({
    ...{ forMs: 72 * 3_600_000, intervalMs: 30 * 60_000, onRegression: 'propose', onlyWhen: [] },
  });
});

test('a stage that says nothing of it is watched by nobody', () => {
  const policy = aPolicy();
  const stage = policy.pipelines['web']?.at(-1);
  if (!stage) throw new Error('the policy has no stage');
  expect(effectiveStage(policy, stage)).not.toHaveProperty('watch');
});
