import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { mayVote } from '../../domain/gates/approvals/quorum.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { isTerminal } from '../../domain/release/state.ts';
import type { ReceivedDecision } from '../../platform/record/approvals.ts';
import { may } from '../auth/access.ts';
import { versionToTypeOf, type VersionToType } from './decision-form.ts';
import type { OpenedLink } from './opened-link.ts';

/** What the holder of a link is shown (the table of trust §1.3). Only `open` has a form. */
export type Standing =
  | { kind: 'open'; earlier?: ReceivedDecision }
  | { kind: 'answered'; decision: ReceivedDecision }
  | { kind: 'closedByOthers' }
  | { kind: 'expired' }
  | { kind: 'superseded' }
  | { kind: 'cancelled' }
  | { kind: 'notEligible'; because: string };

export const statusOf: Record<Standing['kind'], number> = {
  open: 200,
  answered: 200,
  closedByOthers: 200,
  expired: 410,
  superseded: 410,
  cancelled: 410,
  notEligible: 403,
};

/** Where the request stands for this person at this instant. */
export function standingOf(link: OpenedLink, now: Date): Standing {
  const { request, release, byThisLink, decisions } = link;
  const standing = decisions.findLast((one) => one.delivery !== 'refused');
  const left = whyGone(link);
  if (left !== undefined) return { kind: 'notEligible', because: left };
  switch (request.state) {
    case 'open':
      break;
    case 'approved':
    case 'rejected':
      return standing ? { kind: 'answered', decision: standing } : { kind: 'closedByOthers' };
    case 'superseded':
      return { kind: 'superseded' };
    case 'withdrawn':
      return stopped(release);
    default:
      return { kind: 'expired' };
  }
  if (isTerminal(release.state)) return stopped(release);
  const because = lostRight(link);
  if (because !== undefined) return { kind: 'notEligible', because };
  const vote = mayVote(electorateOf(request.plan), link.personId);
  if (!vote.ok) return { kind: 'notEligible', because: vote.because };
  if (byThisLink && byThisLink.delivery !== 'refused') return { kind: 'answered', decision: byThisLink };
  // A vote counts if it is received before the deadline, so at that instant the form is gone (semantics §4, A17).
  if (now.getTime() >= Date.parse(request.deadline)) return { kind: 'expired' };
  return standing ? { kind: 'open', earlier: standing } : { kind: 'open' };
}

/** What a request is that ended with its release. */
const stopped = ({ state }: Pick<ReleaseView, 'state'>): Standing => ({
  kind: state === 'superseded' ? 'superseded' : 'cancelled',
});

/** Whoever has left is told nothing more of what became of a request, whatever links they kept. Undefined for who has not. */
export const whyGone = ({ person, personId, nameOf }: OpenedLink): string | undefined =>
  person ? undefined : `${nameOf(personId)} is no longer named in gantry.yaml.`;

/** Why the policy of now lets this person decide nothing, by the rule that holds for their session and tokens, too. */
export function lostRight(link: OpenedLink): string | undefined {
  const { person } = link;
  if (!person) return whyGone(link);
  if (may({ person: person.id, access: person.access }, 'decision.make').allowed) return undefined;
  return `${person.name} does not have the access "approver" in gantry.yaml.`;
}

/** What is typed by hand before a decision by this link counts. */
export const versionToType = ({ request }: Pick<OpenedLink, 'request'>): VersionToType | undefined =>
  versionToTypeOf(request.plan);
