import semver from 'semver';
import type { Dependency } from '../../calendar/model.ts';
import { instantText } from '../../instant-text.ts';
import { formatDuration } from '../../policy/duration.ts';
import { stateWord, type ReleaseState } from '../../release/state.ts';
import { headlineVerdict, type GateRow, type Verdict } from '../../verdict.ts';

/** A release as somebody who waits for it must know it. */
export interface AwaitedRelease {
  id: string;
  title: string;
  state: ReleaseState;
  owner?: string;
  /** How sentences call the owner; left out: by the id. */
  ownerName?: string;
  /** When it is expected to be through there; instant. */
  predictedEnd?: string;
}

/** What is known about one dependency: what runs there, who is on the way, and how the last try ended. */
export interface DependencyFacts {
  dependency: Dependency;
  /** With kind `release`: that release, absent where there is none of that id. */
  release?: AwaitedRelease;
  /** With kind `version`: what runs there now. `verifiedAt`: when its deployment was finished, absent before. `quarantined.by`: a name, or the id of who has none. */
  running?: { version: string; verifiedAt?: string; quarantined?: { by: string; reason: string } };
  /** An open release that brings a version that will do. */
  onTheWay?: AwaitedRelease;
  /** The last one that brought such a version there, or tried to, and has ended; looked at where none runs there now. */
  failed?: AwaitedRelease;
}

/** Whether everything that a release waits for elsewhere is there (semantics §2, "Dependency"). Undefined where it waits for nothing. */
export function evaluateDependencies(all: readonly DependencyFacts[], now: string): GateRow | undefined {
  if (all.length === 0) return undefined;
  const verdicts = all.map((facts) => evaluateDependency(facts, now));
  const gate = 'dependencies';
  const open = verdicts.filter(({ kind }) => kind !== 'allowed');
  const head = headlineVerdict(open);
  if (!head) return { gate, kind: 'allowed', because: verdicts.map(({ because }) => because).join(' ') };
  const because = open.map((verdict) => verdict.because).join(' ');
  if (head.kind !== 'waiting') return { ...head, gate, because };
  // Known only when all of them are: the last one counts.
  const times = open.map((verdict) => (verdict.kind === 'waiting' ? verdict.until : undefined));
  const known = times.filter((until) => until !== undefined);
  const last = known.length === times.length ? known.sort().at(-1) : undefined;
  return { gate, kind: 'waiting', because, ...(last === undefined ? {} : { until: last }) };
}

/** When the last of it is expected: epoch milliseconds, `now` where all is there, Infinity where nobody knows. */
export function readyAt(all: readonly DependencyFacts[], now: string): number {
  const times = all.map((facts) => {
    const verdict = evaluateDependency(facts, now);
    if (verdict.kind === 'allowed') return Date.parse(now);
    return verdict.kind === 'waiting' && verdict.until ? Date.parse(verdict.until) : Infinity;
  });
  return Math.max(Date.parse(now), ...times);
}

/** Whether one of them is there. */
export const evaluateDependency = (facts: DependencyFacts, now: string): Verdict =>
  facts.dependency.kind === 'release'
    ? ofRelease(facts.dependency.releaseId, facts.release)
    : ofVersion(facts.dependency, facts, now);

function ofRelease(id: string, release: AwaitedRelease | undefined): Verdict {
  if (!release)
    return {
      kind: 'denied',
      because: `Waits for release ${id}, which nobody knows.`,
      remedy: 'Drop the dependency, or name a release that exists.',
    };
  if (release.state === 'succeeded') return { kind: 'allowed', because: `${release.title} is released.` };
  const ended = ['rejected', 'expired', 'cancelled', 'superseded', 'aborted', 'failed', 'rolledBack'];
  if (ended.includes(release.state)) return failedVerdict(release);
  return waitingFor(release);
}

function waitingFor(release: AwaitedRelease, more = ''): Verdict {
  const owner = release.owner === undefined ? '' : ` (${release.owner})`;
  const when = release.predictedEnd === undefined ? '' : `, expected ${instantText(release.predictedEnd)}`;
  return {
    kind: 'waiting',
    because: `Waits for ${release.title}${owner}, which is ${stateWord(release.state)}${more}${when}.`,
    ...(release.predictedEnd === undefined ? {} : { until: release.predictedEnd }),
  };
}

const failedVerdict = (release: AwaitedRelease): Verdict => ({
  kind: 'denied',
  because: `${release.title} was needed and ${pastWord(release.state)}${askOwner(release)}.`,
  remedy: 'Release it again, or drop the dependency.',
});

/** It was there, and something else took its place: waiting would be for something that nobody has promised. */
const goneVerdict = (
  { service, environment }: Extract<Dependency, { kind: 'version' }>,
  release: AwaitedRelease,
  running: DependencyFacts['running'],
): Verdict => ({
  kind: 'denied',
  because: `${release.title} was needed and runs in ${environment} no more: ${running ? `${service} ${running.version} does` : 'nothing does'}${askOwner(release)}.`,
  remedy: 'Release it again, or drop the dependency.',
});

const askOwner = ({ owner, ownerName = owner }: AwaitedRelease): string =>
  ownerName === undefined ? '' : `; ask ${ownerName}`;

/** `failed`, `expired`; `was rolled back`: what became of it, as people say it. */
const pastWord = (state: ReleaseState): string =>
  state === 'failed' || state === 'expired' ? stateWord(state) : `was ${stateWord(state)}`;

function ofVersion(
  wanted: Extract<Dependency, { kind: 'version' }>,
  facts: DependencyFacts,
  now: string,
): Verdict {
  const name = `${wanted.service} ≥ ${wanted.atLeast} in ${wanted.environment}`;
  if (semver.valid(wanted.atLeast) === null)
    return {
      kind: 'waiting',
      because: `Cannot tell: "${wanted.atLeast}" of ${wanted.service} is not a version. Drop the dependency.`,
    };
  const { running, onTheWay, failed } = facts;
  const does = (version: string): boolean => !!semver.valid(version) && semver.gte(version, wanted.atLeast);
  if (running && does(running.version)) return ofRunning(wanted, name, { ...facts, running }, now);
  if (onTheWay) return waitingFor(onTheWay);
  if (failed)
    return failed.state === 'succeeded' ? goneVerdict(wanted, failed, running) : failedVerdict(failed);
  return {
    kind: 'waiting',
    because: `Waits for ${name}${running ? `, where ${running.version} runs` : ''}: nobody has released it yet.`,
  };
}

/** A version that will do is there; whether it has proven itself as long as was asked for. */
function ofRunning(
  wanted: Extract<Dependency, { kind: 'version' }>,
  name: string,
  { running, onTheWay }: DependencyFacts & { running: NonNullable<DependencyFacts['running']> },
  now: string,
): Verdict {
  if (running.quarantined)
    return {
      kind: 'denied',
      because: `${wanted.service} ${running.version}, which runs in ${wanted.environment}, is quarantined by ${running.quarantined.by}: "${running.quarantined.reason}".`,
      remedy: 'Release a mended version there, or drop the dependency.',
    };
  const has: Verdict = {
    kind: 'allowed',
    because: `${wanted.service} ${running.version} runs in ${wanted.environment}.`,
  };
  if (wanted.state === 'deployed') return has;
  const { verifiedAt } = running;
  if (verifiedAt === undefined) {
    if (onTheWay) return waitingFor(onTheWay, ' and not yet proven');
    return { kind: 'waiting', because: `Waits until ${name} is verified.` };
  }
  if (wanted.state === 'verified') return has;
  const soaked = Date.parse(verifiedAt) + (wanted.soakMs ?? 0);
  if (soaked <= Date.parse(now)) return has;
  return {
    kind: 'waiting',
    because: `Waits until ${name} has stood for ${formatDuration(wanted.soakMs ?? 0)}, ${instantText(new Date(soaked).toISOString())}.`,
    until: new Date(soaked).toISOString(),
  };
}
