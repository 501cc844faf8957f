import {
  idleDelegate,
  leftAlone,
  remedyForAlone,
  type AbsenceWarning,
} from '../../domain/gates/approvals/left-alone.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { tally } from '../../domain/gates/approvals/quorum.ts';
import { isPastGates } from '../../domain/gates/waiver/revoke.ts';
import type { Absence } from '../../domain/gates/approvals/stand-ins.ts';
import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import {
  releaseTitle,
  type ApprovalView,
  type ReleaseView,
  type StageView,
} from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { requestById } from './approvals.ts';
import { currentPolicy, policyByDigest, type StoredPolicy } from './policies.ts';

/** A warning, and which release it concerns, where it concerns one. */
export interface ReleaseWarning extends AbsenceWarning {
  release?: { id: string; title: string; environment: string };
}

/** More are not worth reading; those of the releases that were asked for first come first. */
const mostWarnings = 20;

/**
 * What somebody who goes away should know: approvals of open releases, asked for or still to be asked for, that nobody could give meanwhile, and
 * a delegate who stands in nowhere. `others` are the absences known already. Whom the authors of a version bar is known only once it asks.
 */
export async function absenceWarnings(
  db: Db,
  { absence, others, now }: { absence: Absence; others: readonly Absence[]; now: string },
): Promise<ReleaseWarning[]> {
  const policy = (await currentPolicy(db))?.policy;
  const idle = policy && idleDelegate(policy, { absence, others });
  const warnings: ReleaseWarning[] = idle ? [idle] : [];
  const policies = new Map<string, StoredPolicy | undefined>();
  for (const view of await openViews(db)) {
    if (!policies.has(view.policyDigest))
      policies.set(view.policyDigest, await policyByDigest(db, view.policyDigest));
    const stored = policies.get(view.policyDigest);
    for (const stage of view.stages) {
      if (warnings.length >= mostWarnings) return warnings;
      const asking = await askingOf(db, stored, view, { stage, now, person: absence.person });
      const because = asking && leftAlone(asking.plan, { absence, others, ...asking });
      if (!because) continue;
      const title = releaseTitle(view.components);
      const { person } = absence;
      warnings.push({
        release: { id: view.id, title, environment: stage.environment },
        because: `${title} → ${stage.environment}: in that time nobody could give its approval. ${because}`,
        remedy: remedyForAlone(asking.plan, { release: nameOf(view), person, isAsked: asking.isAsked }),
      });
    }
  }
  return warnings;
}

/** `shop@1.4.0`, or the id where there are several components. */
const nameOf = ({ id, components: [first, ...others] }: ReleaseView): string =>
  first === undefined || others.length > 0 ? id : `${first.service}@${first.version}`;

async function openViews(db: Db): Promise<ReleaseView[]> {
  const rows = await db
    .selectFrom('releases')
    .select('view')
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return rows.map(({ view }) => view);
}

/** By which rules, and in which time, a stage asks or is going to ask. */
interface Asking {
  plan: Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'approval'>;
  openedAt: string;
  deadline: string;
  isAsked: boolean;
}

/** How the stage asks; undefined where it does not any more, or does not wait for this person. */
async function askingOf(
  db: Db,
  stored: StoredPolicy | undefined,
  view: ReleaseView,
  { stage, now, person }: { stage: StageView; now: string; person: string },
): Promise<Asking | undefined> {
  const { approval } = stage;
  if (isPastGates(stage) || approval?.state === 'approved') return undefined;
  if (approval?.state === 'open') return askingNow(db, approval, { now, person });
  return stored && goingToAsk(stored.policy, view, { environment: stage.environment, now });
}

async function askingNow(
  db: Db,
  approval: ApprovalView,
  { now, person }: { now: string; person: string },
): Promise<Asking | undefined> {
  const request = await requestById(db, approval.requestId);
  if (!request || !isMissing(person, request.plan, approval)) return undefined;
  return { plan: request.plan, openedAt: now, deadline: approval.deadline, isAsked: true };
}

/** Whether a request still waits for this person, among others. */
const isMissing = (person: string, plan: StagePlan, { votes }: ApprovalView): boolean =>
  tally({ ...electorateOf(plan), votes }).who.some(({ candidates }) => candidates.includes(person));

function goingToAsk(
  policy: Policy,
  view: ReleaseView,
  { environment, now }: { environment: string; now: string },
): Asking | undefined {
  const service = policy.services.find(({ id }) => id === view.components[0]?.service);
  const written = policy.pipelines[service?.pipeline ?? '']?.find((one) => one.environment === environment);
  if (!written || view.intent === 'rollback') return undefined;
  const plan = effectiveStage(policy, written, { urgent: view.urgent !== undefined });
  const startsAt = view.schedule?.at;
  const asksAt = startsAt === undefined ? Date.parse(now) : Date.parse(startsAt) - plan.approval.expiresMs;
  return {
    plan: { ...plan, excluded: [] },
    openedAt: new Date(Math.max(Date.parse(now), asksAt)).toISOString(),
    // without a date nobody knows when it asks: any time may be it
    deadline: startsAt ?? '9999-12-31T00:00:00.000Z',
    isAsked: false,
  };
}
