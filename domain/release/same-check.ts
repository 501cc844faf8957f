import type { StagePlan } from './plan.ts';

/** Whether a check was asked for by this plan exactly as it is now: the same id with the same settings. */
export const isAskedAsBefore = (
  check: StagePlan['checks'][number],
  before: Pick<StagePlan, 'checks'>,
): boolean => before.checks.some((one) => JSON.stringify(one) === JSON.stringify(check));
