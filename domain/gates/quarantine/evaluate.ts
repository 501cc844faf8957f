import { instantText } from '../../instant-text.ts';
import { asId, type NameOf } from '../../release/names.ts';
import type { Artifact } from '../../release/artifact.ts';
import type { Verdict } from '../../verdict.ts';

/** A build, as far as it is known by more than a name. */
export type KnownBuild = Pick<Artifact, 'digest' | 'commit'>;

/** A ban on one build everywhere, as long as nobody has lifted it. By digest, by service and version, or by both. */
export interface Quarantine {
  id: string;
  digest?: string;
  service?: string;
  version?: string;
  /** What its version was known to be when the ban was set: another name for one of these builds is banned, too. */
  builds?: readonly KnownBuild[];
  by: string;
  reason: string;
  at: string;
  /** Who has agreed to lift it so far; two do it. */
  lifts: readonly { by: string; reason: string; at: string }[];
}

/** `by` of a ban that no person has set, but the policy (`afterRollback`). */
export const automaticBan = 'gantry';

/** So many people lift a quarantine, and one of them is not who set it. */
export const liftsNeeded = 2;

/** Whether a build is meant: by its digest, by its service and version, or because that version is this very build. */
export const isQuarantined = (quarantine: Quarantine, build: Artifact): boolean =>
  isNamed(quarantine, build) || isBuildOf(quarantine, build);

const isNamed = ({ digest, service, version }: Quarantine, build: Artifact): boolean =>
  (digest !== undefined && digest === build.digest) ||
  (service !== undefined && service === build.service && version === build.version);

/** A ban is on a build (semantics §3): a new tag on the same commit is no way around it. Another digest of that commit is another build. */
function isBuildOf({ service, builds = [] }: Quarantine, build: Artifact): boolean {
  if (service !== build.service) return false;
  const ofCommit = builds.filter(({ commit }) => commit !== undefined && commit === build.commit);
  if (build.digest === undefined) return ofCommit.length > 0;
  // Where a digest of the commit is known, that tells it; a deployment that named the commit alone says nothing else.
  return (
    builds.some(({ digest }) => digest === build.digest) ||
    (ofCommit.length > 0 && ofCommit.every(({ digest }) => digest === undefined))
  );
}

/** What is quarantined, as people say it: `shop 1.4.0`, or the digest alone. */
export function quarantinedName({ service, version, digest }: Quarantine): string {
  if (service === undefined) return digest ?? 'nothing';
  return `${service} ${version ?? ''}`.trim();
}

/** A quarantined build goes nowhere (semantics §3): not forward, not back, by nobody's approval, waiver or override. */
export function evaluateQuarantine(
  components: readonly Artifact[],
  quarantines: readonly Quarantine[],
  nameOf: NameOf = asId,
): Verdict {
  const found = quarantines.flatMap((quarantine) => {
    const component = components.find((one) => isQuarantined(quarantine, one));
    return component ? [{ quarantine, component }] : [];
  });
  const [first, ...others] = found;
  if (!first) return { kind: 'allowed', because: 'No build of it is quarantined.' };
  const { quarantine, component } = first;
  const name = `${component.service} ${component.version}`;
  const isOtherName = !isNamed(quarantine, component);
  const what = isOtherName ? `${name} is the same build as ${quarantinedName(quarantine)}, which` : name;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    kind: 'denied',
    because: `${what} is quarantined since ${instantText(quarantine.at)} by ${nameOf(quarantine.by)}: "${quarantine.reason}"${more}.`,
    remedy: `Release another version, or lift it: \`gantry quarantine lift ${quarantine.id} --reason "…"\` by two people${missingWords(quarantine, nameOf)}.`,
  };
}

function missingWords({ lifts, by }: Quarantine, nameOf: NameOf): string {
  const [first] = lifts;
  // who bans by itself, where a policy says so, is nobody who could be one of the two
  if (!first) return by === automaticBan ? '' : `, one of them not ${nameOf(by)}`;
  return first.by === by
    ? `; ${nameOf(by)} has agreed, one other person is missing`
    : `; ${nameOf(first.by)} has agreed, one more is missing`;
}

/** What a person's word for lifting comes to. `refused` says why it does not count. */
export type LiftAnswer =
  | { kind: 'refused'; because: string }
  | { kind: 'agreed'; because: string }
  | { kind: 'lifted'; because: string };

/**
 * Adds one person's word for lifting. Two different people lift it; who set it may be one of them, so the other never is.
 * Saying it twice changes nothing.
 */
export function liftBy(quarantine: Quarantine, person: string, nameOf: NameOf = asId): LiftAnswer {
  const name = quarantinedName(quarantine);
  if (quarantine.lifts.some(({ by }) => by === person))
    return { kind: 'refused', because: `${nameOf(person)} has agreed already; somebody else has to` };
  if (quarantine.lifts.length + 1 < liftsNeeded)
    return {
      kind: 'agreed',
      because: `${nameOf(person)} agrees that ${name} is let out of quarantine; one more person has to.`,
    };
  const people = [...quarantine.lifts.map(({ by }) => by), person].map(nameOf);
  return { kind: 'lifted', because: `${people.join(' and ')} lifted the quarantine of ${name}.` };
}

/** A quarantine as it stands after a change; an older revision never replaces a newer one. */
export interface QuarantineNews {
  quarantine: Quarantine;
  revision: number;
  isLifted: boolean;
}
