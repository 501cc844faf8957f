import { withoutStop } from '../full-stop.ts';
import { listOf } from '../list-of.ts';
import { shutWayBack, waysToEnd } from '../rollout/shut-way-back.ts';
import { currentStage, type HoldView, type ReleaseView } from './release.ts';

/** What is told of a hold that a person gave no reason for. */
const noReason = 'paused';

/**
 * Whether a hold is there because a step failed, and nothing was measured: it has the kind of an analysis, too, for people are asked in the same
 * way. What could not take the old version away has a hold of another kind.
 */
export const isBehindFailedStep = (
  view: Pick<ReleaseView, 'stages' | 'stage'>,
  { kind, doubt }: Pick<HoldView, 'kind' | 'doubt'>,
): boolean =>
  kind === 'analysis' &&
  doubt === undefined &&
  (currentStage(view)?.rollout ?? []).some(({ steps }) =>
    steps.some(({ state, action }) => state === 'failed' && action !== 'retire'),
  );

/**
 * What becomes of a release that people resume past a hold that asks them how it goes on, in sentences; undefined where it just goes on, as
 * everybody expects. Past a measurement it does so, too, and that is said, because it was measured.
 */
export function whatResumingDoes(view: ReleaseView, hold: HoldView): string | undefined {
  if (hold.kind !== 'analysis' || hold.doubt) return undefined;
  if (!isBehindFailedStep(view, hold))
    return `Resuming goes on past what was measured. To end it instead, ${listOf(waysToEnd(view), 'or')}.`;
  return shutWayBack(view) === undefined
    ? 'A step failed, so resuming does not go on: it ends the release, taken back where there is a way back, and left as it is where there is none. Roll it back by hand, or abort it with `--leave` to leave what is there.'
    : 'A step failed, so resuming does not go on: it ends the release and leaves what is there. Release a version that mends it.';
}

/** Whether a person gave a reason for the hold. */
const hasReason = ({ kind, reason }: Pick<HoldView, 'kind' | 'reason'>): boolean =>
  kind !== 'person' || withoutStop(reason) !== noReason;

/** `: odd orders`, behind words that say that it is held; nothing where whoever holds it gave no reason. */
export const becauseOfHold = (hold: Pick<HoldView, 'kind' | 'reason'>): string =>
  hasReason(hold) ? `: ${withoutStop(hold.reason)}` : '';

/** `It is held: odd orders`, or `It is paused` where whoever holds it gave no reason. */
export const heldBecause = (hold: HoldView): string =>
  hasReason(hold) ? `It is held: ${hold.reason}` : 'It is paused.';
