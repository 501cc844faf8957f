import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import { rememberedPolicy } from '../../platform/record/remembered-policy.ts';
import { readCheckResults, saveCheckResult } from '../../platform/record/results.ts';
import type { Activities, CheckInput, CheckResult } from '../contract.ts';
import { createCheckers } from './index.ts';
import { checkResultOf, makeCheck, resultIdOf, type CheckDeps, type CheckPlace } from './run-check.ts';

/** What takes longer is made where people can see it wait: an update to the release would have to wait for us. */
const longestMs = 2000;
/** They may all ask the same host. */
const sideBySide = 20;

/**
 * The activity `makeQuickChecks`: a first try of checks that only read, side by side; all of one release, and so of one policy. What tells within
 * two seconds is written down and is the result of the round, as one that `runCheck` made would be; null for what did not.
 */
export function createQuickChecks({
  store: { db },
  dataDir,
  outgoing,
}: CheckDeps): Activities['makeQuickChecks'] {
  const checkers = createCheckers(outgoing);

  /** The outcome of one try; null where it did not tell, or might tell at another. */
  async function glance(
    input: CheckInput,
    place: CheckPlace,
    stop: AbortSignal,
  ): Promise<CheckResult | null> {
    stop.throwIfAborted();
    const once = { ...input, check: { ...input.check, attempts: 1 } };
    const row = await makeCheck({ checkers, dataDir }, once, place, { cancel: stop, leave: stop });
    return row.again ? null : checkResultOf(await saveCheckResult(db, row));
  }

  return async ({ checks }) => {
    const [first] = checks;
    if (!first) return [];
    const stop = AbortSignal.any([Context.current().cancellationSignal, AbortSignal.timeout(longestMs)]);
    const [recorded, { baseDir: policyDir }] = await Promise.all([
      readCheckResults(db, checks.map(resultIdOf)),
      rememberedPolicy(db, first.policyDigest),
    ]);
    const turn = pLimit(sideBySide);
    return Promise.all(
      checks.map(async (input) => {
        const known = recorded.get(resultIdOf(input));
        if (known) return checkResultOf(known);
        return turn(async () => glance(input, { policyDir }, stop)).catch((error: unknown) => {
          if (stop.aborted) return null;
          throw error; // the database is away, or a defect: it stands in the history, and `runCheck` meets it again
        });
      }),
    );
  };
}
