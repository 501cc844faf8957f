import type { Person, Policy } from '../../domain/policy/policy.schema.ts';
import type { AskedBefore } from '../../domain/release/asked-before.ts';
import type { ApprovalView, ReleaseView, StageView } from '../../domain/release/release.ts';
import {
  linkForLog,
  personHash,
  readLink,
  type LinkContent,
  type LinkPurpose,
} from '../../platform/links.ts';
import { inZone } from '../../platform/local-sentence.ts';
import {
  decisionsOf,
  linkByJti,
  requestById,
  type ApprovalRequestRow,
  type ReceivedDecision,
} from '../../platform/record/approvals.ts';
import { askedBeforeOf } from '../../platform/record/asked-before.ts';
import { askedBeside, type AskedBeside } from '../../platform/record/asked-beside.ts';
import { movedSince, type MovedSince } from '../../platform/record/moved-since.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { replacementOf } from '../../platform/record/replaced-requests.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { successorOf, type Successor } from '../../platform/record/successor.ts';
import { zoneOf } from '../auth/people.ts';
import type { ApiDeps } from '../deps.ts';

/** Everything behind one authentic link. */
export interface OpenedLink {
  token: string;
  jti: string;
  request: ApprovalRequestRow;
  /** Where people were asked before: why again, and what has changed since. */
  askedBefore?: AskedBefore;
  /** What has come to run there since people were asked. */
  moved: MovedSince[];
  /** What is left there, and how the release gets there. */
  beside: AskedBeside;
  /** Only of a superseded request or release: the newest request that came in its place, where one did. */
  replacement?: ApprovalRequestRow;
  /** Only of a superseded release: the one that took its place, where that is known. */
  successor?: Successor;
  release: ReleaseView;
  stage?: StageView;
  approval?: ApprovalView;
  /** Id of the person whom the link was mailed to. */
  personId: string;
  /** That person, if gantry.yaml still names them. */
  person?: Person;
  zone: string;
  nameOf: (person: string) => string;
  /** Decisions of this person on this request, oldest first. */
  decisions: ReceivedDecision[];
  /** The latest one that came through this very link. */
  byThisLink?: ReceivedDecision;
}

/** Where a decision through a link comes from: the key that makes it count once. */
export const linkSource = (jti: string): string => `link:${jti}`;

/** Undefined for a token that we did not sign: that is found out without a look at the database. */
export async function openLink(
  deps: ApiDeps,
  purpose: LinkPurpose,
  token: string,
): Promise<OpenedLink | undefined> {
  const content = readLink(deps.secrets, purpose, token);
  if (!content) return undefined;
  const { db } = deps.store;
  const [rows, stored] = await Promise.all([rowsOf(deps, purpose, content), currentPolicy(db)]);
  if (!rows) {
    // Signed by us and yet not in the record: the database was restored to an earlier day, or a link was revoked.
    deps.log.info({ link: linkForLog(content.jti) }, 'an authentic link is not in the record');
    return undefined;
  }
  const { link, request } = rows;
  const reader = readerOf(stored?.policy, request, link.person);
  const release = inZone(rows.release, reader.zone);
  const decisions = (await decisionsOf(db, request.id)).filter((one) => one.person === link.person);
  const isSuperseded = release.state === 'superseded';
  const [before, moved, beside, replacement, successor] = await Promise.all([
    askedBeforeOf(db, request),
    movedSince(db, request),
    askedBeside(db, request),
    isSuperseded || request.state === 'superseded' ? replacementOf(db, request) : undefined,
    isSuperseded ? successorOf(db, release) : undefined,
  ]);
  const byThisLink = decisions.findLast((one) => one.source === linkSource(content.jti));
  return {
    token,
    jti: content.jti,
    request,
    ...(before ? { askedBefore: before } : {}),
    moved,
    beside,
    ...(replacement ? { replacement } : {}),
    ...(successor ? { successor } : {}),
    release,
    ...askedIn(release, request),
    personId: link.person,
    ...reader,
    decisions,
    ...(byThisLink ? { byThisLink } : {}),
  };
}

/** The rows behind a link, where each agrees with what the token says. */
async function rowsOf({ store: { db } }: ApiDeps, purpose: LinkPurpose, content: LinkContent) {
  const [link, request] = await Promise.all([linkByJti(db, content.jti), requestById(db, content.requestId)]);
  if (!link || !request || link.requestId !== request.id || link.purpose !== purpose) return undefined;
  if (personHash(link.person) !== content.personHash) return undefined;
  const release = await readRelease(db, request.releaseId);
  return release && { link, request, release };
}

function askedIn(release: ReleaseView, request: ApprovalRequestRow): Pick<OpenedLink, 'stage' | 'approval'> {
  const stage = release.stages.find((one) => one.environment === request.stage);
  if (!stage) return {};
  return stage.approval?.requestId === request.id ? { stage, approval: stage.approval } : { stage };
}

function readerOf(
  policy: Policy | undefined,
  request: ApprovalRequestRow,
  id: string,
): Pick<OpenedLink, 'person' | 'zone' | 'nameOf'> {
  const person = policy?.people.find((one) => one.id === id);
  const names = new Map(
    [...request.plan.candidates, ...(policy?.people ?? [])].map((one) => [one.id, one.name]),
  );
  return {
    ...(person ? { person } : {}),
    zone: zoneOf(policy, person),
    nameOf: (one) => names.get(one) ?? one,
  };
}
