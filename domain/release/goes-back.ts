import { isQuarantined, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { isSameCommit, type Artifact } from './artifact.ts';
import { modeOf } from './mode.ts';
import type { PlannedComponent } from './plan.ts';

/** A build whose deployment to a place ended well. */
export interface KnownBuild extends Artifact {
  /** Nobody released it: a team has said that it runs there. */
  adopted?: boolean;
}

/** What the record knows of one place. */
export interface PlaceKnown {
  endedWell: readonly KnownBuild[];
  /** Services of which nobody released what runs there now. */
  adoptedNow?: readonly string[];
  quarantines?: readonly Quarantine[];
}

/**
 * Whether all of it goes back to builds that were released to the same place and ended well there: only then nobody need agree once
 * more (semantics §7, "Freeze, approvals"). A lower version that never ran there is as unknown as any other. Whatever leaves a
 * doubt asks people: a team's word for what runs or ran there, a build that is banned, and one that cannot be told from others.
 */
export const goesBackToKnown = (
  components: readonly PlannedComponent[],
  { endedWell, adoptedNow = [], quarantines = [] }: PlaceKnown,
): boolean =>
  components.length > 0 &&
  components.every(
    (component) =>
      component.mode === 'rollback' &&
      !adoptedNow.includes(component.service) &&
      !quarantines.some((one) => isQuarantined(one, component)) &&
      isKnown(component, endedWell),
  );

/**
 * A tag can be moved: where any deployment of the version was told a digest or a commit, the name alone proves nothing. So it must
 * be this very build, by all that is known of it.
 */
function isKnown(component: PlannedComponent, endedWell: readonly KnownBuild[]): boolean {
  const { service, version } = component;
  const named = endedWell.filter((one) => one.service === service && one.version === version);
  const mark = [...named, component].some(({ digest }) => digest !== undefined) ? 'digest' : 'commit';
  const isMarked = [...named, component].some((one) => one[mark] !== undefined);
  return named.some(
    (one) =>
      one.adopted !== true && (!isMarked || (one[mark] !== undefined && one[mark] === component[mark])),
  );
}

/** A build that ended well at a place, and how it came there. */
export interface PastArrival extends Artifact {
  /** When it ended; RFC 3339, in UTC. Left out where nobody said: then it says nothing of an order. */
  at?: string;
  /** It went back to the version, or repeated what ran there; left out: it brought it forward. */
  way?: 'back' | 'again';
}

/** One service of a release, and what is known of its place in the last environment. */
export interface PlaceBefore {
  build: Artifact;
  running: { version: string } | undefined;
  /** What ended well there, by a release or a team's word: of this version and of what runs. Other services and versions are passed over. */
  endedWell: readonly PastArrival[];
}

/**
 * Whether all of it goes back where it goes to at last: each to a version below the one that runs there, or, where nobody can order the two, to
 * one that ended well there before what runs now came. One that was never there may as well be new, and so may one that was gone back
 * from. Beside {@link goesBackToKnown}, for there a doubt asks people, while here it must not shut the way out of an incident. So a
 * team's word counts: an operator gives it, under a name that the log keeps.
 */
export const goesBackFor = (places: readonly PlaceBefore[]): boolean =>
  places.length > 0 && places.every(goesBackIn);

function goesBackIn({ build, running, endedWell }: PlaceBefore): boolean {
  const mode = modeOf(build, running);
  if (mode === 'rollback') return true;
  const there = endedWell.filter((one) => one.service === build.service);
  const own = there.filter((one) => one.version === build.version && !areDifferent(one, build));
  if (own.length === 0 || (running && mode === 'deploy')) return false;
  const [asked, now] = [cameAt(own), cameAt(there.filter((one) => one.version === running?.version))];
  return mode !== 'unordered' || asked === undefined || now === undefined || asked < now;
}

/**
 * When a version came forward to a place, the last time: by a release or a team's word, which is logged and counts as said above. What
 * was gone back to or repeated keeps the place in the order that it had before.
 */
function cameAt(arrivals: readonly PastArrival[]): number | undefined {
  const timesOf = (some: readonly PastArrival[]) =>
    some.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]));
  const forward = timesOf(arrivals.filter(({ way }) => way === undefined));
  const all = timesOf(arrivals);
  if (forward.length > 0) return Math.max(...forward);
  return all.length > 0 ? Math.min(...all) : undefined;
}

/** Surely different builds of one version; where one of the two has no such mark, nobody can tell. */
const areDifferent = (a: Artifact, b: Artifact): boolean => {
  if (a.digest !== undefined && b.digest !== undefined) return a.digest !== b.digest;
  if (a.commit === undefined || b.commit === undefined) return false;
  return !isSameCommit(a.commit, b.commit);
};
