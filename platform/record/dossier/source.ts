import { nameAmong, type NameOf } from '../../../domain/release/names.ts';
import type { ReleaseOrder, ReleaseView } from '../../../domain/release/release.ts';
import type { ExportLine } from '../../audit/format.ts';
import type { Db } from '../../database/open.ts';
import { requestById, type ApprovalRequestRow } from '../approvals.ts';
import { askedBeforeOf, earlierRequest } from '../asked-before.ts';
import type { PlanDifference } from '../../../domain/release/plan-difference.ts';
import type { RehearsalRow } from '../../../activities/contract.ts';
import { rehearsalsOfRelease } from '../gates/rehearsals.ts';
import { waiversOfRelease, type GivenWaiver } from '../gates/waivers.ts';
import { reviewsOfRelease, type ReviewRecord } from '../reviews.ts';
import type { AuditEntry } from '../entry.ts';
import { readOrder } from '../find-releases.ts';
import { policyByDigest, type StoredPolicy } from '../stored-policies.ts';

/** Everything that several sections of a dossier are made of, read once. */
export interface DossierSource {
  db: Db;
  installation: string;
  view: ReleaseView;
  order: ReleaseOrder | undefined;
  /** The policy that the release was asked for under. */
  policy: StoredPolicy | undefined;
  /** All requests of the release, oldest first. */
  requests: readonly ApprovalRequestRow[];
  /** What differs between each request and the one that it is compared with; where nothing does, it has no entry. */
  differences: readonly RequestDifference[];
  waivers: readonly GivenWaiver[];
  reviews: readonly ReviewRecord[];
  rehearsals: readonly RehearsalRow[];
  /** The whole log of the release, oldest first: as it is hashed, and as it reads. */
  lines: readonly DossierLine[];
  entries: readonly AuditEntry[];
}

/** Why a reader is not told it: it tells who was away, or of releases that the reader may not read. */
export type Withheld = 'absences' | 'others';

/** A line of the log; without its text, which its leaf still proves, where that tells what the reader may not know. */
export type DossierLine = Omit<ExportLine, 'body'> & { body?: string; withheld?: Withheld };

/** What people were shown of this request as different from the one in whose place it came, or that was asked before it. */
export interface RequestDifference {
  request: string;
  stage: string;
  previous: string;
  parts: PlanDifference[];
}

/** A part of the dossier: what it says in one sentence, and what it holds. */
export interface DossierSection {
  summary: string;
}

export async function readSource(db: Db, view: ReleaseView): Promise<DossierSource> {
  const { id: installation } = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow();
  const ids = await db
    .selectFrom('approval_requests')
    .select('id')
    .where('release_id', '=', view.id)
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  const requests: ApprovalRequestRow[] = [];
  for (const { id } of ids) {
    const request = await requestById(db, id);
    if (request) requests.push(request);
  }
  const lines = await linesOf(db, view.id);
  const differences: RequestDifference[] = [];
  for (const request of requests) {
    const earlier = await earlierRequest(db, request);
    const parts = (await askedBeforeOf(db, request))?.difference ?? [];
    if (earlier && parts.length > 0)
      differences.push({ request: request.id, stage: request.stage, previous: earlier.before.id, parts });
  }
  return {
    db,
    installation,
    view,
    order: (await readOrder(db, view.id))?.order,
    policy: await policyByDigest(db, view.policyDigest),
    requests,
    differences,
    waivers: await waiversOfRelease(db, view.id),
    reviews: await reviewsOfRelease(db, view.id),
    rehearsals: await rehearsalsOfRelease(db, view.id),
    lines,
    entries: lines.map(({ body }) => JSON.parse(body) as AuditEntry),
  };
}

async function linesOf(db: Db, releaseId: string): Promise<ExportLine[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['seq', 'body', 'leaf', 'hash', 'release_hash'])
    .where('release_id', '=', releaseId)
    .orderBy('release_seq')
    .execute();
  return rows.map(({ release_hash, ...row }) => ({
    ...row,
    ...(release_hash === null ? {} : { releaseHash: release_hash }),
  }));
}

/** How a sentence of a dossier calls people: as the policy has them that the release was asked for under. */
export const namesBy =
  ({ policy }: Pick<DossierSource, 'policy'>): NameOf =>
  (person) =>
    nameAmong(policy?.policy.people ?? [], person);

/** "1 check", "3 checks", "no checks". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count === 0 ? 'no' : count} ${count === 1 ? one : many}`;

/** A sentence that begins with a capital letter. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
