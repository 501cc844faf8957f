import {
  releaseTitle,
  type HoldView,
  type ReleaseView,
  type RolloutView,
  type StageView,
} from '../release/release.ts';
import { wordOf } from '../release/stalled.ts';
import { isBack, wentWrong } from './where.ts';

/** A version that takes part of a place, beside what counts as running there. */
export interface LiveInPart {
  service: string;
  version: string;
  /** Its share, in per cent: the last one that is known. */
  share: number;
  /** Whether the share is of targets; else it is of traffic. */
  ofTargets: boolean;
  /** False where a step or an undo went wrong, so that nobody knows what it takes now. */
  isKnown: boolean;
  /** How its release stands, and why: `held: quarantined`. */
  standing: string;
  releaseId: string;
  title: string;
}

const goingOn: readonly StageView['state'][] = ['deploying', 'watching', 'rollingBack'];

/**
 * What else is live in one environment: versions of open releases that have begun to come out there and are not what `running` says.
 * A place counts as running the previous version until the new one has all of it, so a canary shows here alone.
 */
export function liveInPart(
  environment: string,
  open: readonly ReleaseView[],
  running: readonly { environment: string; service: string; version: string }[],
): LiveInPart[] {
  const isAll = ({ service, version }: RolloutView): boolean =>
    running.some(
      (one) => one.environment === environment && one.service === service && one.version === version,
    );
  return open.flatMap((view) =>
    view.stages
      .filter((stage) => stage.environment === environment && goingOn.includes(stage.state))
      .flatMap(({ rollout }) => rollout)
      .filter((one) => isThere(one) && !isAll(one))
      .map((one) => ({
        service: one.service,
        version: one.version,
        share: one.exposure,
        ofTargets: one.targets !== undefined,
        isKnown: !wentWrong(one),
        standing: standingOf(view),
        releaseId: view.id,
        title: releaseTitle(view.components),
      })),
  );
}

/** `1.5.0 takes 20 % (held: quarantined)`: the same on page and command line. */
export function liveInPartWords({ version, share, ofTargets, isKnown, standing }: LiveInPart): string {
  const part = `${share} %${ofTargets ? ' of targets' : ''}`;
  return isKnown
    ? `${version} takes ${part} (${standing})`
    : `${version} may still be live: it was at ${part}, and nobody knows now (${standing})`;
}

const isThere = (one: RolloutView): boolean => !isBack(one) && (one.exposure > 0 || wentWrong(one));

const holdWords: Record<HoldView['kind'], string> = {
  person: 'by a person',
  analysis: 'its analysis',
  door: 'record and workflow do not agree',
  unknownEffect: 'nobody knows what a step did',
  approvalExpired: 'its approval has expired',
  freeze: 'frozen',
  quarantine: 'quarantined',
  drift: 'something else runs there',
  regression: 'an incident',
};

/** `held: quarantined`, `deploying`: the word for the state, and what holds it; a quarantine is named before all others. */
function standingOf(view: ReleaseView): string {
  const kinds = [...new Set(view.holds.map(({ kind }) => kind))];
  if (view.state !== 'held' || view.stalled || kinds.length === 0) return wordOf(view);
  const sorted = kinds.sort((a, b) => Number(b === 'quarantine') - Number(a === 'quarantine'));
  return `held: ${sorted.map((kind) => holdWords[kind]).join(', ')}`;
}
