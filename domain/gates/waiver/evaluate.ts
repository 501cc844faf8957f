import { listOf } from '../../list-of.ts';
import { instantText } from '../../instant-text.ts';
import { asId, type NameOf } from '../../release/names.ts';
import { buildName, type Artifact } from '../../release/artifact.ts';
import type { Revocation } from './revoke.ts';

/** An expiring exception to one failed check of one component in one stage. */
export interface Waiver {
  id: string;
  check: string;
  service: string;
  environment: string;
  /** Of the build that it is for ({@link buildName}): another build has none. */
  build: string;
  by: string;
  reason: string;
  at: string;
  expiresAt: string;
  /** Ended it before its time; from then on it counts for nothing. */
  revoked?: Revocation;
}

/** The longest that a waiver may last. */
export const longestWaiverMs = 7 * 24 * 3_600_000;
const shortestReason = 10;

/** What no waiver passes, whoever gives it (semantics §3). */
const neverWaived: readonly string[] = [
  'provenance',
  'digest',
  'promotion',
  'quarantine',
  'rollback plan',
  'rehearsal',
];

/** Whether it counts at `now` for this build: half-open, so at its very end it does not. */
export const isWaiverLive = (waiver: Waiver, build: Artifact, now: string): boolean =>
  waiver.revoked === undefined &&
  waiver.build === buildName(build) &&
  Date.parse(now) < Date.parse(waiver.expiresAt);

/** How a check that failed and is waived reads everywhere. */
export const waivedWords = ({ by, expiresAt, reason }: Waiver, nameOf: NameOf = asId): string =>
  `failed, waived by ${nameOf(by)} until ${instantText(expiresAt)}: "${reason}"`;

/** Who gives a waiver, or takes one back. */
export interface Granter {
  by: string;
  /** Their name; left out: the id says it all. */
  name?: string;
  /** Names of those who hold the role and are not barred. */
  others?: readonly string[];
  /** Role that its holders waive with. */
  role: string;
  /** Roles of who asks; absent where the policy does not know that person. */
  roles?: readonly string[];
  /** Why who asks is barred in this stage; absent where nothing bars. */
  excluded?: string;
}

/** What is asked for, and what it is asked of. */
export interface WaiverOrder extends Granter {
  check: string;
  /** Kind of the check, where it is known: a rehearsal is part of the rollback plan. */
  kind?: string;
  outcome: string;
  reason: string;
  at: string;
  expiresAt: string;
}

/** Why this person has no say in waivers of the stage: one sentence; undefined where there is a say. */
export function whyNotGranter({
  by,
  name = by,
  others,
  role,
  roles = [],
  excluded,
}: Granter): string | undefined {
  const ask =
    others === undefined
      ? `Ask somebody else with the role ${role}.`
      : others.length > 0
        ? `Ask ${listOf(others, 'or')}.`
        : `Nobody else has the role ${role}.`;
  if (!roles.includes(role))
    return `${name} does not have the role ${role}, which waiving a check takes. ${ask}`;
  if (excluded !== undefined) return `${name} may not waive a check of this release: ${excluded}. ${ask}`;
  return undefined;
}

/** Why a reason is none; undefined where it says something. */
export const whyTooShort = (reason: string): string | undefined =>
  reason.trim().length < shortestReason
    ? `The reason has ${reason.trim().length} characters, and needs ${shortestReason}.`
    : undefined;

/** Why a waiver may not be given: one sentence with what to do instead; undefined where it may. */
export function whyNotWaivable(order: WaiverOrder): string | undefined {
  const { check, kind, outcome, reason, at, expiresAt } = order;
  if (neverWaived.includes(check) || (kind !== undefined && neverWaived.includes(kind)))
    return `${check} can never be waived: mend it, or release another version.`;
  if (outcome !== 'failed' && outcome !== 'error' && outcome !== 'inconclusive')
    return `Check ${check} has not failed, so there is nothing to waive.`;
  const whyNot = whyNotGranter(order) ?? whyTooShort(reason);
  if (whyNot !== undefined) return whyNot;
  const lastsMs = Date.parse(expiresAt) - Date.parse(at);
  if (!(lastsMs > 0)) return 'The waiver would be over already.';
  if (lastsMs > longestWaiverMs) return 'A waiver ends within 7 days; give it an earlier end.';
  return undefined;
}

/**
 * Why somebody may not waive what is waived already: it is another person's word, and two would have to be taken back. Undefined for
 * one's own, which stays as it is.
 */
export function whyNotWaivedAgain(
  inForce: readonly Waiver[],
  by: string,
  nameOf: NameOf = asId,
): string | undefined {
  const other = inForce.find((waiver) => waiver.by !== by);
  return (
    other &&
    `Check ${other.check} is waived by ${nameOf(other.by)} until ${instantText(other.expiresAt)} already. To change that, take it back first, then waive anew.`
  );
}
