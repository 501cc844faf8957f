import { listOf } from '../../list-of.ts';
import { isInRange } from '../../release/version.ts';
import type { Verdict } from '../../verdict.ts';
import { matchesGlob } from './glob.ts';

/** One way into an environment: what may come from which branches. */
export interface Lane {
  name: string;
  /** Patterns of branches; `*` stands for anything but a slash, `**` for anything. */
  branches: readonly string[];
  /** Range of versions; left out: any. */
  versions?: string;
  /** Pattern of pre-releases that may pass; left out: none. */
  preReleases?: string;
  /** Environments that it leads to; left out: all. */
  to?: readonly string[];
  /** Only releases that cannot wait may take it. */
  urgentOnly?: boolean;
}

export interface VersionFacts {
  service: string;
  version: string;
  environment: string;
  lanes: readonly Lane[];
  /** Branches from which the commit can be reached; absent where nobody could tell. */
  branches?: readonly string[];
  isUrgent: boolean;
}

/**
 * Whether a version may go this way (semantics §3, "Branch, version"): its commit must be reachable from a branch of a lane
 * that leads here, and its number must fit that lane. The range is asked without the pre-release, which is matched apart.
 */
export function evaluateVersion(facts: VersionFacts): Verdict {
  const { service, version, environment, lanes, branches } = facts;
  const title = `${service} ${version}`;
  if (lanes.length === 0) return { kind: 'allowed', because: `${service} has no lanes.` };
  if (branches === undefined)
    return { kind: 'waiting', because: `Cannot tell on which branches the commit of ${title} is.` };
  const reasons = lanes.map((lane) => ({ lane, why: whyNot(lane, facts, branches) }));
  const open = reasons.find(({ why }) => why === undefined);
  if (open) return { kind: 'allowed', because: `${title} comes by the ${open.lane.name} lane.` };
  const near = reasons.find(({ lane }) => branchOf(lane, branches) !== undefined) ?? reasons[0];
  return {
    kind: 'denied',
    because: `${title} may not go to ${environment}: ${near?.why ?? 'no lane leads there'}.`,
    remedy: `Release a version that one of its lanes (${listOf(
      lanes.map(({ name }) => name),
      'or',
    )}) lets through, or change the lanes in gantry.yaml.`,
  };
}

function whyNot(lane: Lane, facts: VersionFacts, branches: readonly string[]): string | undefined {
  const { version, environment } = facts;
  const of = `the ${lane.name} lane`;
  const branch = branchOf(lane, branches);
  if (branch === undefined) return `its commit is on no branch like ${listOf(lane.branches, 'or')} of ${of}`;
  if (lane.to !== undefined && !lane.to.includes(environment))
    return `${of} (${branch}) leads to ${listOf(lane.to, 'and')} only`;
  if (lane.urgentOnly === true && !facts.isUrgent)
    return `${of} (${branch}) is for releases that are marked urgent`;
  const range = lane.versions ?? '*';
  if (isInRange(version, range, lane.preReleases === undefined ? undefined : new RegExp(lane.preReleases)))
    return undefined;
  const pre = lane.preReleases === undefined ? 'no pre-releases' : `pre-releases like ${lane.preReleases}`;
  return `${of} (${branch}) takes ${lane.versions ?? 'all versions'} with ${pre}`;
}

const branchOf = (lane: Lane, branches: readonly string[]): string | undefined =>
  branches.find((branch) => lane.branches.some((pattern) => matchesGlob(branch, pattern)));
