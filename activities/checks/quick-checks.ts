import { Context } from '@temporalio/activity';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { readCheckResults, saveCheckResult } from '../../platform/record/results.ts';
import type { Activities, CheckInput, CheckResult } from '../contract.ts';
import { createCheckers } from './index.ts';
import { checkResultOf, makeCheck, resultIdOf, type CheckDeps } from './run-check.ts';

/** What takes longer is made where people can see it wait: an update to the release would have to wait for us. */
const LONGEST_MS = 2000;

/**
 * The activity `makeQuickChecks`: a first try of checks that only read, side by side. What tells within two seconds is written down and is
 * the result of the round, as one that `runCheck` made would be; null for what did not, which has left no trace.
 */
export function createQuickChecks({
  store: { db },
  dataDir,
  outgoing,
}: CheckDeps): Activities['makeQuickChecks'] {
  const checkers = createCheckers(outgoing);

  /** The outcome of one try; nothing where it did not tell, or might tell at another. */
  async function glance(input: CheckInput, stop: AbortSignal): Promise<CheckResult | null> {
    const once = { ...input, check: { ...input.check, attempts: 1 } };
    const { baseDir: policyDir } = await rememberedPolicy(db, input.policyDigest);
    const waiting = { cancel: stop, leave: stop };
    const row = await makeCheck({ checkers, dataDir }, once, { policyDir }, waiting);
    if (row.again) return null;
    await saveCheckResult(db, row);
    return checkResultOf(row);
  }

  return async ({ checks }) => {
    const recorded = await readCheckResults(db, checks.map(resultIdOf));
    const stop = AbortSignal.any([Context.current().cancellationSignal, AbortSignal.timeout(LONGEST_MS)]);
    return Promise.all(
      checks.map(async (input) => {
        const known = recorded.get(resultIdOf(input));
        // Whatever went wrong, `runCheck` meets it again, and tells it.
        return known ? checkResultOf(known) : glance(input, stop).catch(() => null);
      }),
    );
  };
}
