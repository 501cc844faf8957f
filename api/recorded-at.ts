import { setTimeout as pause } from 'node:timers/promises';
import type { ReleaseView } from '../domain/release/release.ts';
import { readRelease } from '../platform/record/releases.ts';
import type { CommandAnswer } from '../workflows/contract.ts';
import type { ApiDeps } from './deps.ts';

const patienceMs = 2_000;
const betweenLooksMs = 25;
/** The gates are judged anew within this, unless a source outside is asked. */
const judgedWithinMs = 1_500;

/**
 * The recorded release, once it is as new as the workflow's answer. Should the record be slow, the answer is laid over what
 * was last recorded: the caller must not be contradicted by an older view (promise P17).
 */
export async function recordedAt(
  deps: Pick<ApiDeps, 'store'>,
  before: ReleaseView,
  answer: CommandAnswer,
): Promise<ReleaseView> {
  const giveUpAt = performance.now() + patienceMs;
  let view = before;
  while (performance.now() < giveUpAt) {
    view = (await readRelease(deps.store.db, before.id)) ?? before;
    if (view.seq >= answer.seq) return view;
    await pause(betweenLooksMs);
  }
  return { ...view, state: answer.state, headline: answer.headline, seq: answer.seq };
}

/**
 * As `recordedAt`, and then waits a second and a half at most for what follows: after what moves gates, the next entry is how they stand now,
 * and whoever lifted a delay should not read that it is delayed.
 */
export async function judgedAfter(
  deps: Pick<ApiDeps, 'store'>,
  before: ReleaseView,
  answer: CommandAnswer,
): Promise<ReleaseView> {
  const giveUpAt = performance.now() + judgedWithinMs;
  let view = await recordedAt(deps, before, answer);
  while (view.seq <= answer.seq && performance.now() < giveUpAt) {
    await pause(betweenLooksMs);
    view = (await readRelease(deps.store.db, before.id)) ?? view;
  }
  return view;
}
