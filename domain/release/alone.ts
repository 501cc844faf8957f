import { listOf } from '../list-of.ts';
import { isSameCommit, type Artifact } from './artifact.ts';
import type { Intent } from './state.ts';
import { compareVersions } from './version.ts';

/** A deployment that has ended, as far as it says what was proven where. */
export interface EndedBuild extends Artifact {
  environment: string;
  /** When it ended; RFC 3339, in UTC. */
  at: string;
  /** Whether it ended well; else it failed or was taken back. */
  isGood: boolean;
  /** Nobody released it: a team has said that it runs there. */
  adopted?: boolean;
  /** It went back to the version, or repeated what ran there; left out: it brought it forward. */
  way?: 'back' | 'again';
  /** The version that ran there before it; left out where nobody knows. */
  previous?: string;
}

export interface AloneFacts {
  /** The environment that the release is to go to alone. */
  environment: string;
  /** The stage before it in the pipeline; left out where it is the first. */
  before?: string;
  /**
   * Deployments of the asked services to either, in any order: those of the asked versions that have ended well, have failed, or were taken
   * back; of any version, those that went back and have ended well.
   */
  ended: readonly EndedBuild[];
  intent: Intent;
  /** Services whose commits are still to be looked up: of those a build without a digest is taken by its name, and judged again with its commit. */
  unresolved?: readonly string[];
  /** Services without a source: nobody can name a commit of theirs, so what the record has of one is not asked for. */
  sourceless?: readonly string[];
}

/**
 * Whether a release may go to its last environment alone, without the stages before it: only with builds that were deployed well there, or
 * in the stage right before, so that nothing is skipped which they have not passed. In each of the two the newest that is known of the version
 * counts: neither a build whose name was given to another one since, nor one that went wrong since, is proven by its past; nor, where it is to go
 * forward, one that a release has gone back from since. An attempt to go back to it that failed says nothing against it. A team's word
 * (`gantry adopt`) counts for the place that it is about and proves nothing of another. All gates of the stage itself hold as ever.
 * @returns undefined where it may; else why not, one service after the other, and what to do instead
 */
export function whyNotAlone(
  components: readonly Artifact[],
  facts: AloneFacts,
): { because: string; remedy: string } | undefined {
  const { environment, before } = facts;
  if (before === undefined) return undefined; // no stage is before it
  const lacking = components.flatMap((one) => {
    const standing = standingOf(one, facts);
    return standing === 'proven' ? [] : [{ name: `${one.service} ${one.version}`, standing }];
  });
  if (lacking.length === 0) return undefined;
  const because = lacking.map(({ name, standing }) => {
    switch (standing) {
      case 'unknown':
        return `${name} was deployed well neither there nor in ${before}, the stage before`;
      case 'wentWrong':
        return `${name} failed or was taken back when it was deployed last, there or in ${before}`;
      case 'goneBackFrom':
        return `a release has gone back from ${name}, or past it, since it was deployed, there or in ${before}`;
      case 'another':
        return `${name} was another build there and in ${before}`;
      case 'unnamed':
        return `by its name alone nobody can tell whether ${name} is the build that was deployed there`;
    }
  });
  const isUnnamed = lacking.every(({ standing }) => standing === 'unnamed');
  return {
    because: listOf(because, 'and'),
    remedy: isUnnamed
      ? 'Name the build with its digest, or let it pass the stages before, too: leave out `--alone` (API: `alone`).'
      : `Let it pass the stages before, too: leave out \`--alone\` (API: \`alone\`), and with \`--intent rollback\` also \`--remediates\`. Where it ran in ${environment} before Gantry did, record that first with \`gantry adopt\`.`,
  };
}

type Standing = 'proven' | 'wentWrong' | 'goneBackFrom' | 'another' | 'unnamed' | 'unknown';

/** Of two environments that say different things, the one that says more decides. */
const strongestFirst: readonly Standing[] = [
  'proven',
  'unnamed',
  'wentWrong',
  'goneBackFrom',
  'another',
  'unknown',
];

function standingOf(component: Artifact, facts: AloneFacts): Standing {
  const { environment, before } = facts;
  const told = [standingIn(environment, component, facts)];
  if (before !== undefined) told.push(standingIn(before, component, facts));
  return strongestFirst.find((standing) => told.includes(standing)) ?? 'unknown';
}

/** What the newest deployment there says of which it is certain that it was this build, or that it was another one. */
function standingIn(place: string, component: Artifact, facts: AloneFacts): Standing {
  const { environment, ended, unresolved = [], sourceless = [] } = facts;
  const isUnresolved = unresolved.includes(component.service);
  const hasSource = !sourceless.includes(component.service);
  const newestFirst = ended
    .filter((one) => one.service === component.service && one.version === component.version)
    .filter((one) => one.environment === place && (place === environment || one.adopted !== true))
    // what failed on its way back, or at repeating what ran there, says nothing against the build
    .filter((one) => one.isGood || one.way === undefined)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  let standing: Standing = 'unknown';
  for (const one of newestFirst) {
    const said = sameness(component, one, { isUnresolved, hasSource });
    if (said === 'another') {
      // what went wrong with another build says nothing of this one
      if (one.isGood) return standing === 'unknown' ? 'another' : standing;
    } else if (one.isGood && said === 'unsure') standing = 'unnamed';
    else if (one.isGood)
      return facts.intent === 'deploy' && isGoneBackFrom(one, ended) ? 'goneBackFrom' : 'proven';
    // by its commit it may turn out to have been another build: that is seen when it is planned
    else if (said === 'byName') standing = standing === 'unknown' ? 'wentWrong' : standing;
    else return standing === 'unknown' ? 'wentWrong' : standing;
  }
  return standing;
}

/** Whether what ended well there once was gone back from by a release since, or past it: it does not go forward as if it were proven. */
export const isGoneBackFrom = (
  one: Pick<EndedBuild, 'environment' | 'service' | 'version' | 'at'>,
  ended: readonly EndedBuild[],
): boolean =>
  ended.some(
    ({ way, isGood, environment, service, version, previous, at }) =>
      way === 'back' &&
      isGood &&
      environment === one.environment &&
      service === one.service &&
      at > one.at &&
      version !== one.version &&
      (previous === one.version || (compareVersions(version, one.version) ?? 0) < 0),
  );

/** By digest where both have one, else by commit, the short form of one as well as all of it; by name only where nothing else can be said of either. `byName`: its commit is still to be looked up. */
function sameness(
  a: Artifact,
  b: EndedBuild,
  { isUnresolved, hasSource }: { isUnresolved: boolean; hasSource: boolean },
): 'same' | 'byName' | 'another' | 'unsure' {
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest ? 'same' : 'another';
  if (a.digest !== undefined) return 'unsure'; // what was deployed may have been another build of the same commit
  if (a.commit !== undefined && b.commit !== undefined)
    return isSameCommit(a.commit, b.commit) ? 'same' : 'another';
  if (isUnresolved) return 'byName';
  // a team has said that this version runs there, and no more; Gantry knows no other
  if (b.adopted === true && b.digest === undefined && b.commit === undefined) return 'same';
  const isMarked = b.digest !== undefined || (hasSource && (a.commit ?? b.commit) !== undefined);
  return isMarked ? 'unsure' : 'same';
}

/** The stage right before an environment in its pipeline; undefined for the first, and for one that is not in it. */
export function stageBefore(environments: readonly string[], environment: string): string | undefined {
  const index = environments.indexOf(environment);
  return index > 0 ? environments[index - 1] : undefined;
}
