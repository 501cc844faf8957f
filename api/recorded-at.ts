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
  const isThere = ({ seq }: ReleaseView): boolean => seq >= answer.seq;
  const view = (await lookUntil(deps, before.id, { isThere, forMs: patienceMs })) ?? before;
  return isThere(view) ? view : { ...view, state: answer.state, headline: answer.headline, seq: answer.seq };
}

/**
 * As `recordedAt`, and then waits a second and a half at most for what follows: after what moves gates, the next entry is how they stand
 * now, and whoever lifted a delay should not read that it is delayed.
 */
export async function judgedAfter(
  deps: Pick<ApiDeps, 'store'>,
  before: ReleaseView,
  answer: CommandAnswer,
): Promise<ReleaseView> {
  const view = await recordedAt(deps, before, answer);
  const isJudged = ({ seq }: ReleaseView): boolean => seq > answer.seq;
  if (isJudged(view)) return view;
  const next = await lookUntil(deps, before.id, { isThere: isJudged, forMs: judgedWithinMs });
  return next && isJudged(next) ? next : view; // never an older one than the answer
}

/** The release as recorded: once it is as wanted, else as it is after so many milliseconds; undefined where there is none. */
async function lookUntil(
  { store: { db } }: Pick<ApiDeps, 'store'>,
  id: string,
  { isThere, forMs }: { isThere: (view: ReleaseView) => boolean; forMs: number },
): Promise<ReleaseView | undefined> {
  const giveUpAt = performance.now() + forMs;
  for (;;) {
    const view = await readRelease(db, id);
    if (!view || isThere(view) || performance.now() >= giveUpAt) return view;
    await pause(betweenLooksMs);
  }
}
