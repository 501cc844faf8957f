import type { AnalysisReport } from '../../domain/analysis/report.ts';
import type { Person, Policy } from '../../domain/policy/policy.schema.ts';
import type { LeftPart } from '../../domain/rollout/live-in-part.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Store } from '../../platform/database/open.ts';
import { signLink } from '../../platform/links.ts';
import { analysesOf } from '../../platform/record/analysis.ts';
import { inZone, shownSentence } from '../../platform/local-sentence.ts';
import { ensureLinks, requestById, type ApprovalRequestRow } from '../../platform/record/approvals.ts';
import { askedBeside, besideWords } from '../../platform/record/asked-beside.ts';
import { leftOf } from '../../platform/record/left-in-place.ts';
import { askedBeforeOf } from '../../platform/record/asked-before.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { NoticeInput } from '../contract.ts';
import type { ApprovalFacts, Occasion } from './occasion.ts';

interface Sources {
  store: Store;
  secrets: Secrets;
  /** Where our pages are, without a slash at the end. */
  publicUrl: string;
  policy: Policy;
  release: ReleaseView;
}

/** The request that a notice is about; undefined where it is about none. */
export const requestOf = async (
  db: Store['db'],
  { requestId }: { requestId?: string },
): Promise<ApprovalRequestRow | undefined> =>
  requestId === undefined ? undefined : requestById(db, requestId);

/** Reads what a notice is about, once for all its readers; `asked` is its request, where it was read before. */
export async function readOccasion(
  sources: Sources,
  notice: NoticeInput,
  asked?: ApprovalRequestRow,
): Promise<(reader: Person) => Promise<Occasion>> {
  const { policy, release, store, publicUrl } = sources;
  const row = asked ?? (await requestOf(store.db, notice));
  const request = row && (await approvalFacts(sources, notice, row));
  const environment = notice.environment ?? row?.stage ?? release.stage;
  const stage = release.stages.find((candidate) => candidate.environment === environment);
  const analyses = await analysesToTell(sources, notice);
  const left = await leftToTell(sources, notice);
  const names = new Map(policy.people.map((person) => [person.id, person.name]));
  return async (reader) => ({
    ...inZoneOf(reader, sources, notice),
    ...(stage ? { stage } : {}),
    ...(request ? { request } : {}),
    ...(analyses.length > 0 ? { analyses } : {}),
    ...(left.length > 0 ? { left } : {}),
    reader,
    nameOf: (person) => names.get(person) ?? person,
    releasePage: `${publicUrl}/releases/${release.id}`,
    ...(request ? await linkOf(sources, notice, request, reader) : {}),
  });
}

const asks = ({ kind }: NoticeInput): boolean => kind === 'approvalRequest' || kind === 'reminder';

async function approvalFacts(
  { store }: Sources,
  notice: NoticeInput,
  row: ApprovalRequestRow,
): Promise<ApprovalFacts> {
  // only a mail that asks shows what was asked before, and what is beside it
  const [before, besides] = asks(notice)
    ? await Promise.all([askedBeforeOf(store.db, row), askedBeside(store.db, row)])
    : [];
  const beside = besides ? besideWords(besides, row.stage) : [];
  return {
    id: row.id,
    plan: row.plan,
    subjectDigest: row.subjectDigest,
    deadline: row.deadline,
    ...(before ? { askedBefore: before } : {}),
    ...(beside.length > 0 ? { beside } : {}),
  };
}

/** Sentences of the record are in UTC, the same for everybody; whoever reads them has a zone. */
function inZoneOf(
  reader: Person,
  { policy, release }: Sources,
  notice: NoticeInput,
): Pick<Occasion, 'notice' | 'release' | 'zone'> {
  const zone = reader.zone ?? policy.organisation.zone;
  const local = (sentence: string): string => shownSentence(sentence, release.updatedAt, zone);
  const { sentence, others } = notice;
  return {
    notice: {
      ...notice,
      sentence: local(sentence),
      ...(others ? { others: others.map((one) => ({ ...one, sentence: local(one.sentence) })) } : {}),
    },
    release: inZone(release, zone),
    zone,
  };
}

/** Whoever is called because an analysis holds the release sees what was measured. */
const analysesToTell = async (
  { store, release }: Sources,
  { kind }: NoticeInput,
): Promise<AnalysisReport[]> => {
  const isHeldByAnalysis =
    (kind === 'held' || kind === 'needsPerson') && release.holds.some((hold) => hold.kind === 'analysis');
  return isHeldByAnalysis ? analysesOf(store.db, release, new Date().toISOString()) : [];
};

/** What a release has left is told with its end. */
const leftToTell = async ({ store, release }: Sources, { kind }: NoticeInput): Promise<LeftPart[]> =>
  kind === 'ended' ? leftOf(store.db, release) : [];

/** The link that this mail carries: to decide, or to take one's own vote back. Nobody gets a link to another's vote. */
async function linkOf(
  sources: Sources,
  notice: NoticeInput,
  request: ApprovalFacts,
  reader: Person,
): Promise<Pick<Occasion, 'reviewLink' | 'withdrawLink'>> {
  if (asks(notice)) return { reviewLink: await link(sources, notice, request, reader, 'approval') };
  if (notice.kind === 'confirmation' && notice.facts?.['person'] === reader.id) {
    return { withdrawLink: await link(sources, notice, request, reader, 'withdraw') };
  }
  return {};
}

async function link(
  { store, secrets, publicUrl }: Sources,
  notice: NoticeInput,
  request: ApprovalFacts,
  reader: Person,
  purpose: 'approval' | 'withdraw',
): Promise<string> {
  const [made] = await ensureLinks(store.db, {
    requestId: request.id,
    people: [reader.id],
    occasion: notice.occasion,
    purpose,
  });
  if (!made) throw new Error(`no link was made for ${reader.id} on request ${request.id}`);
  const token = signLink(secrets, {
    purpose,
    jti: made.jti,
    requestId: request.id,
    person: reader.id,
    expiresAt: request.deadline,
  });
  return `${publicUrl}/${purpose === 'approval' ? 'a' : 'w'}/${token}`;
}
