import type { PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';

/** A watch needs something to look at, and what is said of a watch needs one: it would promise what never happens. */
export function findWatchMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap(({ observe, path, hasMetrics }) => {
      const here = [...path, 'observe'];
      if (observe.includes('watch'))
        return hasMetrics
          ? []
          : [
              {
                path: [...here, 'watch'],
                code: 'POLICY_METRIC_INVALID' as const,
                detail: 'The watch has no metric to look at, so it could never tell how the release does.',
                remedy: 'Write metrics under `analysis` of this stage, or leave watch out.',
              },
            ];
      return observe
        .filter((name) => ['interval', 'onRegression', 'onlyWhen'].includes(name))
        .map((name) => ({
          path: [...here, name],
          code: 'POLICY_METRIC_INVALID' as const,
          detail: `\`${name}\` says how a released version is watched, and this stage watches none.`,
          remedy: 'Write watch: 72h beside it, or leave it out.',
        }));
    }),
  );
}
