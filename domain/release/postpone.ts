import type { Schedule } from '../calendar/model.ts';
import { listOf } from '../list-of.ts';
import { formatDuration } from '../policy/duration.ts';
import { instantText } from '../instant-text.ts';
import { hasStarted } from './stage-started.ts';
import { asId, type NameOf } from './names.ts';
import { currentStage, type Authority, type PostponementView, type ReleaseView } from './release.ts';

const hour = 3_600_000;
/** What an approver may delay a release by, once; what its owner may, in sum (semantics §4, "Delay"). Milliseconds. */
export const approverMayMs = 24 * hour;
const ownerMayMs = 7 * 24 * hour;

/** From the least authority to the most: who stands higher may lift what a lower one has set. */
const rank: Record<Authority, number> = { approver: 1, owner: 2, releaseManager: 3 };

/** What is known of a person who wants to delay a release, or to let it go on. */
export interface Standing {
  person: string;
  isApprover: boolean;
  isOwner: boolean;
  isReleaseManager: boolean;
  /** Their name; left out: the id says it all. */
  name?: string;
  /** Names of those who might instead: approvers of the stage, the owner, release managers. */
  others?: readonly string[];
}

/** The authorities that a person has over the time of a release, the highest first. */
export const authoritiesOf = (who: Standing): Authority[] => [
  ...(who.isReleaseManager ? (['releaseManager'] as const) : []),
  ...(who.isOwner ? (['owner'] as const) : []),
  ...(who.isApprover ? (['approver'] as const) : []),
];

/** `isPast`: nobody could, since the time lies behind. */
type Postponing = { ok: true; as: Authority } | { ok: false; because: string; isPast?: true };

/** Why somebody who is nothing to a release has no say in it, and whom to ask: `Ana is no approver …: ask Ben or Dana.` */
export function noStanding({
  person,
  name = person,
  others = [],
}: Pick<Standing, 'person' | 'name' | 'others'>): string {
  const ask =
    others.length > 0
      ? `ask ${listOf(others, 'or')}`
      : 'gantry.yaml names nobody who is: name an owner, approvers or a release manager in it';
  return `${name} is no approver of this stage, no release manager, and does not own the release: ${ask}.`;
}

/**
 * Whether a person may delay a release until then: an approver by up to 24 h and once, its owner by up to 7 days in sum, a
 * release manager without limit (semantics §4, A19). A refusal says whom to ask.
 * @param earlier every delay of this release, those that were lifted too
 */
export function mayPostpone(
  who: Standing,
  { until, now, earlier }: { until: string; now: string; earlier: readonly PostponementView[] },
): Postponing {
  const length = Date.parse(until) - Date.parse(now);
  if (!(length > 0))
    return {
      ok: false,
      isPast: true,
      because: `${instantText(until)} has passed: name a time that is to come.`,
    };
  const [as] = authoritiesOf(who);
  if (as === undefined) return { ok: false, because: noStanding(who) };
  if (as === 'approver') {
    if (length > approverMayMs)
      return {
        ok: false,
        because: `An approver may postpone a release by 24 h at most, and this is ${formatDuration(length)}: ask its owner.`,
      };
    if (earlier.some((one) => one.by === who.person && one.as === 'approver'))
      return {
        ok: false,
        because: `${who.name ?? who.person} has postponed it once already: ask its owner.`,
      };
  }
  if (as === 'owner') {
    const spent = lengthOfAll([...ownersOf(earlier), { at: now, until }]);
    if (spent > ownerMayMs)
      return {
        ok: false,
        because: `Its owner may postpone a release by 7 days in sum, and with this it were ${formatDuration(spent)}: ask a release manager.`,
      };
  }
  return { ok: true, as };
}

/**
 * Until when a person may delay a release at most, by the rules of {@link mayPostpone}; without `until` there is no end to it. A
 * refusal says whom to ask.
 */
export function longestDelay(
  who: Standing,
  { now, earlier }: { now: string; earlier: readonly PostponementView[] },
): { ok: true; as: Authority; until?: string } | { ok: false; because: string } {
  const start = Date.parse(now);
  const as = authoritiesOf(who)[0];
  if (as === 'releaseManager') return { ok: true, as };
  // What the owner has taken of the time to come, a longer delay covers: only what is past is spent.
  const spent = ownersOf(earlier).map(({ at, until }) => ({ at, until: until < now ? until : now }));
  const mayMs = as === 'owner' ? ownerMayMs - lengthOfAll(spent) : approverMayMs;
  const until = new Date(Math.max(start + 1, start + mayMs)).toISOString();
  const most = mayPostpone(who, { until, now, earlier });
  return most.ok ? { ...most, until } : most;
}

/** What the owner has spent so far: a delay that was lifted lasted until then. */
const ownersOf = (earlier: readonly PostponementView[]): { at: string; until: string }[] =>
  earlier
    .filter((one) => one.as === 'owner')
    .map(({ at, until, lifted }) => ({ at, until: lifted && lifted.at < until ? lifted.at : until }));

/** Milliseconds that are covered by at least one of the spans. */
function lengthOfAll(spans: readonly { at: string; until: string }[]): number {
  let covered = 0;
  let end = -Infinity;
  for (const span of [...spans].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const from = Math.max(end, Date.parse(span.at));
    const to = Date.parse(span.until);
    if (to > from) covered += to - from;
    end = Math.max(end, to);
  }
  return covered;
}

/** The delay that rules at this instant: of all that run, the one that ends last; the first of two that end together. */
export function ruling(
  postponements: readonly PostponementView[] | undefined,
  now: string,
): PostponementView | undefined {
  return runningOf(postponements, now).reduce<PostponementView | undefined>(
    (latest, next) => (!latest || Date.parse(next.until) > Date.parse(latest.until) ? next : latest),
    undefined,
  );
}

export const runningOf = (
  postponements: readonly PostponementView[] | undefined,
  now: string,
): PostponementView[] =>
  (postponements ?? []).filter((one) => !one.lifted && Date.parse(one.until) > Date.parse(now));

/** Whether a person may lift a delay: who set it, or who stands higher than whoever did. */
export function mayLift(who: Standing, postponement: PostponementView): boolean {
  if (postponement.by === who.person) return true;
  const [as] = authoritiesOf(who);
  return as !== undefined && rank[as] > rank[postponement.as];
}

/** Why a person may not lift a delay, and who may; undefined where they may. */
export const whyNotLiftable = (
  who: Standing,
  postponement: PostponementView,
  nameOf: NameOf = asId,
): string | undefined =>
  mayLift(who, postponement)
    ? undefined
    : `${nameOf(postponement.by)} postponed it until ${instantText(postponement.until)}; ${liftersOf(postponement, nameOf)} may lift that.`;

/** Who could lift a delay, in words. */
export const liftersOf = ({ by, as }: Pick<PostponementView, 'by' | 'as'>, nameOf: NameOf = asId): string =>
  as === 'releaseManager'
    ? nameOf(by)
    : as === 'owner'
      ? `${nameOf(by)} or a release manager`
      : `${nameOf(by)}, the owner or a release manager`;

/**
 * The schedule that a delay makes of the one that was asked for: a start that was asked for moves to its end, and the latest start
 * by as much. What was to start as soon as it may still is: a start of its own would bring a latest start with it. A start that
 * is asked for later anyhow stays.
 */
export function movedTo(asked: Schedule, until: string, now: string): Schedule {
  const start = Math.max(Date.parse(asked.at ?? now), Date.parse(now));
  const moved = Math.max(0, Date.parse(until) - start);
  if (moved === 0) return asked;
  return {
    ...asked,
    ...(asked.at === undefined ? {} : { at: until }),
    ...(asked.startBy === undefined
      ? {}
      : { startBy: new Date(Date.parse(asked.startBy) + moved).toISOString() }),
  };
}

/** `Postponed by ana until Thu 26 Nov 17:00 UTC: “the campaign starts”.` */
export const postponedSentence = ({ by, until, reason }: PostponementView, nameOf: NameOf = asId): string =>
  `Postponed by ${nameOf(by)} until ${instantText(until)}: “${reason}”.`;

/** Whether a delay still comes in time: nothing of the stage that the release is in has been started. */
export const isBeforeStart = (view: ReleaseView): boolean => {
  const stage = currentStage(view);
  return stage === undefined || stage.state === 'finished' || !hasStarted(stage.state);
};
