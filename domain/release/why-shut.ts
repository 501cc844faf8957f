import { currentStage, releaseTitle, type HoldView, type ReleaseView } from './release.ts';
import { isInState, isTerminal, stateWord } from './state.ts';
import { withStop } from '../full-stop.ts';
import { instantText } from '../instant-text.ts';
import { sentence } from '../policy/words.ts';
import { waysToEnd } from '../rollout/shut-way-back.ts';

/** An undo is under way, or waits for people: nothing else is done with such a release. */
export const isUndoing = ({ state }: Pick<ReleaseView, 'state'>): boolean =>
  state === 'rollingBack' || state === 'stuck';

export const endedSentence = (view: ReleaseView, now: string): string =>
  `${releaseTitle(view.components)} ended as ${stateWord(view.state)} at ${instantText(view.ended?.at ?? now)}; start a new release.`;

/**
 * Why a release takes no command at all, but for help with a failed undo; undefined where it takes some.
 * @param isStopping it has been told to stop, whatever its state says by now
 */
export function whyShut(
  view: ReleaseView,
  { now, isStopping }: { now: string; isStopping: boolean },
): { because: string; isEnded: boolean } | undefined {
  const title = releaseTitle(view.components);
  if (view.stages.length > 0 && view.stages.every(({ state }) => state === 'finished'))
    return {
      because: `${title} has finished its last stage; roll it back with a new release.`,
      isEnded: false,
    };
  if (isTerminal(view.state)) return { because: endedSentence(view, now), isEnded: true };
  if (view.state === 'stuck')
    return {
      because: `${title} ${isInState(view.state)}: an undo failed, and first somebody recovers it: tries it again, says that it was done by hand, or leaves it as it is.`,
      isEnded: false,
    };
  if (isStopping)
    return { because: `${title} ${isInState(view.state)}: it is already being stopped.`, isEnded: false };
  return undefined;
}

/** Nobody lifts these by resuming: a freeze ends, a quarantine is lifted by two people. */
export const endsByItself = ({ kind }: Pick<HoldView, 'kind'>): boolean =>
  kind === 'freeze' || kind === 'quarantine';

/** Whoever lets a release go on past its analysis overrides that, and says why (semantics §6.4). */
export const needsReason = ({ holds }: Pick<ReleaseView, 'holds'>): boolean =>
  holds.some(({ kind }) => kind === 'analysis');

/** Why it cannot be resumed without a reason; undefined where one is given, or needs not be. */
export const whyReasonNeeded = (view: ReleaseView, reason: string | undefined): string | undefined =>
  needsReason(view) && !reason?.trim()
    ? `${releaseTitle(view.components)} is held because something failed, or nobody could tell. Say why that is to be passed: give a reason.`
    : undefined;

/** Why nobody can lift the holds of a release by resuming it; undefined where one can, or nothing holds it. */
export function whyNotResumable(view: ReleaseView): string | undefined {
  const { holds } = view;
  const title = releaseTitle(view.components);
  const banned = holds.find((hold) => hold.kind === 'quarantine');
  if (banned && holds.every(endsByItself))
    return `${title} cannot go on: ${withStop(banned.reason)} ${sentence(`${waysToEnd(view)[0]}, or let two people lift the quarantine`)}`;
  if (holds.length > 0 && holds.every((hold) => hold.kind === 'freeze'))
    return `${title} is held by a freeze, which ends by itself: ${holds[0]?.reason ?? ''} Override the freeze to go on before.`;
  return undefined;
}

/**
 * Why checks cannot be run again now; undefined where they can.
 * @param check the only one that is meant; left out: all that have not passed
 */
export function whyNotRetryable(view: ReleaseView, check?: string): string | undefined {
  const stage = currentStage(view);
  if (stage?.state !== 'gating')
    return `No check of ${releaseTitle(view.components)} can be run again now: it ${isInState(view.state)}.`;
  if (stage.checks.some(({ id, how }) => id === check && how !== undefined))
    return `Check ${check ?? ''} is asked by itself when its time has come.`;
  const known = stage.checks.filter(
    ({ id, how }) => how === undefined && (check === undefined || id === check),
  );
  if (known.length === 0) return `There is no check "${check ?? ''}" in ${stage.environment}.`;
  if (check === undefined && known.every(({ outcome }) => outcome === 'passed'))
    return 'All checks have passed; name one to run it again.';
  return undefined;
}
