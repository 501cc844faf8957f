import { instantText } from '../../instant-text.ts';
import { regressionText, type Regression, type RegressionView } from '../../watch/regression.ts';
import type { GateRow } from '../../verdict.ts';

/** A stage on the way of a release. */
export interface StageAhead {
  environment: string;
  production: boolean;
}

/**
 * Whether a regression is a reason to ask again about a stage: it was found there or before (semantics §8, "Regression in
 * follow"). Trying the version anew in a stage that comes before is how it is mended. Of a place that the release does not pass
 * nobody can tell what comes before, so it concerns production alone.
 */
export function concernsStage(
  { environment }: Pick<Regression, 'environment'>,
  stage: StageAhead,
  way: readonly StageAhead[],
): boolean {
  const found = way.findIndex((one) => one.environment === environment);
  if (found < 0) return stage.production;
  return way.findIndex((one) => one.environment === stage.environment) >= found;
}

/**
 * The row beside the others: what is known to be wrong with the version elsewhere. It never denies, for the same people decide
 * who decide anyway; what was agreed to before it was known is void (docs/gates/regression.md).
 */
export function evaluateRegressions(
  regressions: readonly RegressionView[],
  o: { asksPeople: boolean },
): GateRow[] {
  const [first, ...others] = regressions.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)));
  if (!first) return [];
  const over = first.overAt === undefined ? '' : ` (healthy again since ${instantText(first.overAt)})`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const who = o.asksPeople
    ? ' Whoever is asked decides knowing it.'
    : isOver(first)
      ? ''
      : ' A person has to let it go on.';
  return [{ gate: 'regression', kind: 'allowed', because: `${regressionText(first)}${over}${more}.${who}` }];
}

const isOver = ({ overAt }: RegressionView): boolean => overAt !== undefined;
