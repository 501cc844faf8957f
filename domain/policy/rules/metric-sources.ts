import type { Located, PolicyDraft } from '../draft.ts';
import type { Metric } from '../metric.schema.ts';
import type { PolicyMistake } from '../problem.ts';

/** How a metric's source is reached must be possible: one way to show who asks, and certificates only where there are some. */
export function findMetricSourceMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap(({ metrics }) =>
      metrics.flatMap((metric) => [...authMistakes(metric), ...caMistakes(metric)]),
    ),
  );
}

function authMistakes({ value: { id, auth, headers }, path }: Located<Metric>): PolicyMistake[] {
  if (auth === undefined) return [];
  const ways = [auth.basic, auth.bearer].filter((way) => way !== undefined);
  if (ways.length !== 1)
    return [
      {
        path: [...path, 'auth'],
        code: 'POLICY_METRIC_INVALID',
        detail: `The metric "${id}" shows who asks in ${ways.length === 0 ? 'no way' : 'two ways at once'}.`,
        remedy: 'Write either basic, with user and password, or bearer; or leave auth out.',
      },
    ];
  if (!Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')) return [];
  return [
    {
      path: [...path, 'auth'],
      code: 'POLICY_METRIC_INVALID',
      detail: `The metric "${id}" has auth and a header Authorization, and only one of them could be sent.`,
      remedy: 'Leave the header out.',
    },
  ];
}

function caMistakes({ value: { id, ca, url }, path }: Located<Metric>): PolicyMistake[] {
  if (ca === undefined || /^https:/i.test(url)) return [];
  return [
    {
      path: [...path, 'ca'],
      code: 'POLICY_METRIC_INVALID',
      detail: `The metric "${id}" names certificates to trust, and ${url} is asked without any.`,
      remedy: 'Write the address with https, or leave ca out.',
    },
  ];
}
