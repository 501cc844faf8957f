import { isQuarantined, type Quarantine } from '../gates/quarantine/evaluate.ts';
import { isGoneBackFrom, type EndedBuild } from '../release/alone.ts';
import { compareVersions, isSameButPreRelease } from '../release/version.ts';
import { candidateOf, type Ready } from './candidate.ts';

/** What the record has of a service in the stage before the one that a train goes to. */
export interface Proven {
  /** That stage; left out: there is none, and nothing is ready. */
  before?: string;
  ready: readonly Ready[];
  /** Deployments there and where the train goes: of the ready versions, and all that went back. */
  ended: readonly EndedBuild[];
}

/**
 * Versions that may ride in the place of one that may not, newest first, each as it was ready last: like the target of a rollback (semantics
 * §7) they ended well, here in time and after the one that runs there. Never one of the same name as what they stand in for, nor one of which
 * nobody can tell whether it came before what runs: a train never takes a service back.
 */
export function substitutes(
  ready: readonly Ready[],
  { cutoffAt, running, instead }: { cutoffAt: string; running: string | undefined; instead: string },
): Ready[] {
  const since = Math.max(
    ...ready.filter(({ version }) => version === running).map(({ readyAt }) => Date.parse(readyAt)),
  );
  const isNews = ({ version, readyAt }: Ready): boolean => {
    if (running === undefined) return true;
    const order = compareVersions(version, running);
    return order === undefined ? Number.isFinite(since) && Date.parse(readyAt) > since : order > 0;
  };
  const isInTime = ({ readyAt }: Ready): boolean => Date.parse(readyAt) < Date.parse(cutoffAt);
  const found: Ready[] = [];
  let left = ready.filter((one) => isInTime(one) && isNews(one) && !isSame(one.version, instead));
  for (let next = candidateOf(left, cutoffAt); next; next = candidateOf(left, cutoffAt)) {
    const { version } = next;
    found.push(next);
    left = left.filter((one) => one.version !== version);
  }
  return found;
}

/**
 * Why a version does not ride in the place of another one, as the end of a sentence; undefined where it may. Whatever is not sure is a reason:
 * nobody has chosen this version, so it has to be beyond doubt.
 */
export function whyNoSubstitute(
  one: Ready,
  proven: Proven & { to: string; bans: readonly Quarantine[] },
): string | undefined {
  const { ready, bans, to, ended, before = '' } = proven;
  const isBanned = (build: Ready): boolean => bans.some((ban) => isQuarantined(ban, build));
  // of what has a banned build no other one rides: which of the two is deployed by that name is not sure
  const banned = [
    ...ready.filter(isBanned).map(({ version }) => version),
    ...bans.flatMap(({ service, version }) =>
      service === one.service && version !== undefined ? [version] : [],
    ),
  ];
  if (isBanned(one) || banned.some((version) => isSame(version, one.version)))
    return 'it is quarantined, or another build of that version is';
  const whole = banned.find((version) => isSameButPreRelease(version, one.version));
  if (whole !== undefined)
    return `${whole}, which is quarantined, is the same version but for its pre-release`;
  const met = bans.filter((ban) => ban.service === one.service || ready.some((o) => isQuarantined(ban, o)));
  const isKnown = one.digest !== undefined || one.commit !== undefined;
  if (!isKnown && met.some(({ digest, builds = [] }) => digest !== undefined || builds.length > 0))
    return 'by its name alone nobody can tell whether it is the build that is quarantined';
  if (isGoneBack(one, proven)) return `a release has gone back from it, or past it, in ${before} since`;
  const there = ended.filter(
    ({ environment, version, isGood }) => environment === to && version === one.version && isGood,
  );
  if (there.some((deployment) => isGoneBackFrom(deployment, ended)))
    return `a release has gone back from it, or past it, in ${to}`;
  const older = ended.find(
    ({ environment, adopted, at, version }) =>
      environment === before &&
      adopted === true &&
      at > one.readyAt &&
      (compareVersions(version, one.version) ?? 0) < 0,
  );
  if (older) return `since then somebody has recorded that ${older.version} runs in ${before}`;
  return undefined;
}

/** Whether a release has gone back from what was ready in the stage before, or past it, since. */
export const isGoneBack = ({ service, version, readyAt: at }: Ready, { before, ended }: Proven): boolean =>
  before !== undefined && isGoneBackFrom({ environment: before, service, version, at }, ended);

/** Why a version that was ready is not any more, as a sentence; of one that is aboard what was ready last by its name counts. */
export function whyGoneBack(
  { version, readyAt }: { version: string; readyAt?: string },
  proven: Proven,
): string | undefined {
  const named = proven.ready.filter((one) => one.version === version);
  const last = named
    .filter((one) => readyAt === undefined || one.readyAt === readyAt)
    .reduce<Ready | undefined>(
      (known, one) => (known && known.readyAt > one.readyAt ? known : one),
      undefined,
    );
  if (!last || !isGoneBack(last, proven)) return undefined;
  return `A release has gone back from ${last.service} ${version}, or past it, in ${proven.before ?? ''} since it was ready.`;
}

/** The same version, by name or but for its build metadata. */
const isSame = (a: string, b: string): boolean => compareVersions(a, b) === 0;
