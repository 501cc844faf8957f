import { setTimeout as pause } from 'node:timers/promises';
import type { ReleaseView } from '../domain/release/release.ts';
import { readRelease } from '../platform/record/releases.ts';
import type { CommandAnswer } from '../workflows/contract.ts';
import type { ApiDeps } from './deps.ts';

const patienceMs = 2_000;
const betweenLooksMs = 25;

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
