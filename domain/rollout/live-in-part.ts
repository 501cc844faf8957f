import {
  releaseTitle,
  type HoldView,
  type ReleaseView,
  type RolloutView,
  type StageView,
} from '../release/release.ts';
import type { Artifact } from '../release/artifact.ts';
import { isQuarantined, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { isBehindFailedStep } from '../release/resuming.ts';
import { wordOf } from '../release/stalled.ts';
import { givenBackWords, givesBack, giveBackWords } from './give-back.ts';
import { isBack, previousStandsIdle, standsIdle, undoWentWrong, wentWrong } from './where.ts';

/** A version that takes part of a place, or stands there without traffic, beside what counts as running there. */
export interface LiveInPart {
  service: string;
  version: string;
  /** Its share, in per cent: the last one that is known. 0 of one that an ended release has left without traffic. */
  share: number;
  /** Whether the share is of targets; else it is of traffic. */
  ofTargets: boolean;
  /** False where a step or an undo went wrong, so that nobody knows what it takes now. */
  isKnown: boolean;
  /** How its release stands, and why: `held: quarantined`; `aborted, and left there` of one that has ended. */
  standing: string;
  releaseId: string;
  title: string;
  /** Its release has ended, and nothing is going to change it by itself: a word for what runs there (`gantry adopt`) takes it off the record. */
  ended?: true;
  /** What counts as running there, beside what an ended release has left; absent of open releases, and where nothing does. */
  whole?: { version: string; digest?: string };
  /** How to give that all of the place again; or that it is under way. */
  remedy?: string;
  /** The open release that gives it back; nobody is to ask for another one. */
  givenBackBy?: string;
  /** The ban that stands on it. */
  quarantine?: Pick<Quarantine, 'id' | 'by' | 'reason' | 'at'>;
}

/** What ended releases have left at one place, and no later release has taken over since. */
export interface LeftInPlace {
  /** The ended release. */
  view: ReleaseView;
  environment: string;
  service: string;
  /** A later release has begun there, and not all is its own: nobody knows what the older one still has. */
  isTouched: boolean;
}

/** All that {@link liveInPart} goes by. */
export interface LiveFacts {
  /** Releases that have not ended. */
  open: readonly ReleaseView[];
  left: readonly LeftInPlace[];
  running: readonly { environment: string; service: string; version: string; digest?: string }[];
  /** Bans that stand; left out: whether something is banned is not asked. */
  quarantines?: readonly Quarantine[];
}

const goingOn: readonly StageView['state'][] = ['deploying', 'watching', 'rollingBack'];

/**
 * What else is live in one environment: versions that have begun to come out there and are not what `running` says, of open releases
 * and of such that ended and left them there. A place counts as running the previous version until the new one has all of it, so a
 * canary shows here alone.
 */
export function liveInPart(
  environment: string,
  { open, left, running, quarantines = [] }: LiveFacts,
): LiveInPart[] {
  const isAll = ({ service, version }: RolloutView): boolean =>
    running.some(
      (one) => one.environment === environment && one.service === service && one.version === version,
    );
  const isShown = (one: RolloutView): boolean => isThere(one) && (!isAll(one) || undoWentWrong(one));
  const ofOpen = open.flatMap((view) =>
    rolloutsIn(view, environment, goingOn)
      .filter(isShown)
      .map((one) => partOf(view, one, { isKnown: !wentWrong(one), quarantines })),
  );
  const ofEnded = left
    .filter((place) => place.environment === environment)
    .flatMap(({ view, service, isTouched }) => {
      // while another one comes out there, that is to end first
      const isComing = ofOpen.some((part) => part.service === service);
      const runs = running.find((one) => one.environment === environment && one.service === service);
      return rolloutsIn(view, environment, ['ended'])
        .filter((one) => one.service === service)
        .flatMap((one) => {
          const remedy = isComing ? {} : (shutFor(runs, one) ?? remedyFor(runs, { open, quarantines }));
          const isKnown = !wentWrong(one) && !isTouched && standsIdle(one) !== 'unknown';
          return [
            ...(isShown(one) || standsIdle(one) ? [partOf(view, one, { isKnown, quarantines })] : []),
            ...previousLeft(view, one, { isTouched, quarantines }),
          ].map((part) => ({ ...part, ...remedy }));
        });
    });
  return [...ofOpen, ...ofEnded];
}

/** The version before, where a release ended after its switch and before it had taken that away. */
function previousLeft(
  view: ReleaseView,
  one: RolloutView,
  { isTouched, quarantines }: { isTouched: boolean; quarantines: readonly Quarantine[] },
): LiveInPart[] {
  const stands = previousStandsIdle(one);
  const { service, previousVersion: version } = one;
  if (stands === undefined || version === undefined) return [];
  const isKnown = stands === 'known' && !isTouched;
  // banned is what stands there, and not what came after it
  const part = partOf(view, one, { isKnown, quarantines, build: { service, version } });
  return [{ ...part, version, share: 0, ofTargets: false }];
}

/** Nobody is sent back to what cannot run there any more. */
function shutFor(
  runs: LiveFacts['running'][number] | undefined,
  { previousVersion, compensation }: RolloutView,
): Pick<LiveInPart, 'remedy'> | undefined {
  const shut = compensation?.shut;
  if (shut === undefined || runs?.version !== previousVersion) return undefined;
  return { remedy: `${shut} Release a version there that mends it.` };
}

function remedyFor(
  runs: LiveFacts['running'][number] | undefined,
  { open, quarantines }: { open: readonly ReleaseView[]; quarantines: readonly Quarantine[] },
): Pick<LiveInPart, 'whole' | 'remedy' | 'givenBackBy'> {
  if (!runs) return {};
  const { service, version, environment, digest } = runs;
  // nobody is sent where a gate is shut
  if (quarantines.some((one) => isQuarantined(one, runs)))
    return {
      remedy: `${service} ${version}, which counts as running in ${environment}, is quarantined, too: release a version there that is not.`,
    };
  const whole = { version, ...(digest === undefined ? {} : { digest }) };
  const back = givesBack(open, runs);
  if (back) return { whole, remedy: `${givenBackWords(runs, back)}.`, givenBackBy: back.id };
  return { whole, remedy: giveBackWords(runs) };
}

/** A part of one place, with where that is. */
export interface LeftPart {
  environment: string;
  part: LiveInPart;
}

/** What one ended release has left, place by place, as long as nothing else has the place; `facts.left` is what that release has left. */
export const leftBy = (
  { stages }: ReleaseView,
  { open = [], ...facts }: Omit<LiveFacts, 'open'> & Partial<Pick<LiveFacts, 'open'>>,
): LeftPart[] =>
  stages.flatMap(({ environment }) =>
    liveInPart(environment, { open, ...facts })
      .filter(({ ended }) => ended)
      .map((part) => ({ environment, part })),
  );

const rolloutsIn = (
  { stages }: ReleaseView,
  environment: string,
  states: readonly StageView['state'][],
): RolloutView[] =>
  stages
    .filter((stage) => stage.environment === environment && states.includes(stage.state))
    .flatMap(({ rollout }) => rollout);

function partOf(
  view: ReleaseView,
  one: RolloutView,
  {
    isKnown,
    quarantines,
    build = view.components.find(({ service }) => service === one.service) ?? one,
  }: { isKnown: boolean; quarantines: readonly Quarantine[]; build?: Artifact },
): LiveInPart {
  const ban = quarantines.find((quarantine) => isQuarantined(quarantine, build));
  return {
    service: one.service,
    version: one.version,
    share: one.exposure,
    ofTargets: one.targets !== undefined,
    isKnown,
    standing: standingOf(view),
    releaseId: view.id,
    title: releaseTitle(view.components),
    ...(view.ended ? { ended: true as const } : {}),
    ...(ban ? { quarantine: { id: ban.id, by: ban.by, reason: ban.reason, at: ban.at } } : {}),
  };
}

const untilCleared = 'until a later version has all of the place or somebody records what runs';

/**
 * `1.5.0 takes 20 % (held: quarantined)`, `1.5.0 takes 20 % (aborted, and left there; quarantined: loses carts)`, or `1.5.0 stands there without traffic (aborted, and left there) until …`: the same on page and
 * command line.
 */
export function liveInPartWords({
  version,
  share,
  ofTargets,
  isKnown,
  standing: stands,
  quarantine,
}: Omit<LiveInPart, 'releaseId'>): string {
  // Held for the ban, it says so already.
  const isSaid = quarantine === undefined || stands.includes(holdWords.quarantine);
  const standing = isSaid ? stands : `${stands}; quarantined: ${quarantine.reason}`;
  if (share === 0 && isKnown) return `${version} stands there without traffic (${standing}) ${untilCleared}`;
  const part = `${share} %${ofTargets ? ' of targets' : ''}`;
  return isKnown
    ? `${version} takes ${part} (${standing})`
    : `${version} may still be live: it was at ${part}, and nobody knows now (${standing})`;
}

/** `shop 1.5.0 takes 20 % (held: quarantined)`: the words of the part with its service, for where several may stand. */
export const partInWords = (part: Omit<LiveInPart, 'releaseId'>): string =>
  `${part.service} ${liveInPartWords(part)}`;

/**
 * `In production: shop 1.5.0 takes 20 % (aborted, and left there). To give shop 1.4.0 all of production again: …`: what an ended release has
 * left and how the place is cleared, the same on pages, in mails and on the command line.
 */
export const leftInWords = ({ environment, part }: LeftPart, { withRemedy = true } = {}): string =>
  `In ${environment}: ${partInWords(part)}.${withRemedy && part.remedy !== undefined ? ` ${part.remedy}` : ''}`;

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

/** `held: quarantined`, `deploying`, `aborted, and left there`: the word for the state, and what holds it; a quarantine is named first. */
function standingOf(view: ReleaseView): string {
  if (view.ended) return `${wordOf(view)}, and left there`;
  const kinds = [...new Set(view.holds.map(({ kind }) => kind))];
  if (view.state !== 'held' || view.stalled || kinds.length === 0) return wordOf(view);
  const sorted = kinds.sort((a, b) => Number(b === 'quarantine') - Number(a === 'quarantine'));
  const ofAnalysis = view.holds.filter(({ kind }) => kind === 'analysis');
  const wordsOf = (kind: HoldView['kind']): string =>
    kind === 'analysis' && ofAnalysis.every((hold) => isBehindFailedStep(view, hold))
      ? 'a step failed, and people decide how it goes on'
      : holdWords[kind];
  return `held: ${sorted.map(wordsOf).join(', ')}`;
}
