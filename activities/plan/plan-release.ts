import type { ProblemCode } from '../../domain/problem-code.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { unreachable } from '../../domain/gates/approvals/quorum.ts';
import { standInsFor } from '../../domain/gates/approvals/stand-ins.ts';
import {
  heedsReviews,
  reviewInWords,
  reviewRemedy,
  type OwedReview,
} from '../../domain/gates/review/evaluate.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { ReleasePlan, StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseOrder } from '../../domain/release/release.ts';
import { stagesAhead } from '../../domain/release/first-view.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { isQuarantined, type Quarantine } from '../../domain/gates/quarantine/evaluate.ts';
import { GantryError } from '../../platform/errors.ts';
import { absencesAhead, awayAt, type AbsenceRow } from '../../platform/record/absences.ts';
import { whyNotAloneIn } from '../../platform/record/alone.ts';
import { barredPeople } from '../../platform/record/barred-people.ts';
import { goesBackThere } from '../../platform/record/goes-back-there.ts';
import { policyByDigest, type StoredPolicy } from '../../platform/record/policies.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { saveChanges } from '../../platform/record/results.ts';
import { owedReviews } from '../../platform/record/reviews.ts';
import type { Activities } from '../contract.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { standingRegressions } from '../../platform/record/incidents/regressions.ts';
import { lookAt, type Found, type PlanDeps } from './look-at-component.ts';
import { planStage } from './plan-stage.ts';

/** The most lines of the change list that travel with the release; the whole list is in the record. */
const topChanges = 10;

/** Problems that pass by themselves: worth another try. All others are an answer. */
const passing: readonly ProblemCode[] = [
  'SOURCE_UNREADABLE',
  'STORAGE_UNAVAILABLE',
  'STORAGE_FULL',
  'DATABASE_UNREACHABLE',
];

/** Finds out what a release means: versions' commits, changes since what runs, stages, and who is barred from voting. */
export function createPlanRelease(deps: PlanDeps): Activities['planRelease'] {
  return async (order) => {
    deps.mailExpected?.();
    const stored = await policyByDigest(deps.store.db, order.policyDigest);
    if (!stored) throw new GantryError('POLICY_NONE');
    try {
      return await makePlan(deps, stored, order);
    } catch (error) {
      if (!(error instanceof GantryError) || passing.includes(error.code)) throw error;
      return refusedPlan(order, stored.policy, error);
    }
  };
}

async function makePlan(deps: PlanDeps, stored: StoredPolicy, order: ReleaseOrder): Promise<ReleasePlan> {
  const { policy } = stored;
  const environments = stagesAhead(order, policy);
  const target = environments.at(-1);
  const found: Found[] = [];
  for (const component of order.components) found.push(await lookAt(deps, stored, order, component, target));
  const { db } = deps.store;
  const { releaseId } = order;
  const changes = found.flatMap((one) => one.changes);
  const services = order.components.map(({ service }) => service);
  const contributors = found.flatMap((one) => one.contributors);
  const built = {
    components: found.map(({ component }) => component),
    intent: order.intent,
    ...(order.to === undefined ? {} : { to: order.to }),
  };
  const isBack = await goesBackThere(db, built, { target });
  // an older worker may share the history of an older release
  const onlyCalledBack = order.intent === 'rollback' && !isBack && (order.workflowVersion ?? 1) >= 6;
  const isReviewHeeded = heedsReviews({ urgent: order.urgent, isBack });
  const [quarantines, excluded, supersedes, owed, absences, regressions] = await Promise.all([
    standingQuarantines(db),
    barredPeople(db, { requestedBy: order.requestedBy, stored, contributors }),
    supersededBy(deps, order),
    isReviewHeeded ? owedReviews(db, { services, except: releaseId }) : [],
    absencesAhead(db, new Date().toISOString()),
    order.intent === 'rollback' && !onlyCalledBack ? [] : standingRegressions(db, order.components),
    ...found.map((one) =>
      saveChanges(db, { releaseId, service: one.component.service, changes: one.changes }),
    ),
  ]);
  const facts = { found, quarantines, owesReview: owed.length > 0, isReviewHeeded, excluded, isBack };
  const stages: StagePlan[] = [];
  for (const environment of environments)
    stages.push(await planStage(deps, stored, order, { ...facts, environment }));
  const overdue = overdueReview(owed);
  const lacking = whoLacks(order, stages, absences);
  const alone = order.only && (await whyNotAloneIn(db, policy, built, { isResolved: true, isBack }));
  const owner = ownerOf(order, found);
  const owners = [...new Set(found.flatMap((one) => one.service.owner ?? []))].sort();
  const met = quarantines.filter((one) => stages.some((stage) => isMet(one, stage)));
  return {
    stages,
    components: built.components,
    changes: {
      count: changes.length,
      breaking: changes.filter((change) => change.kind === 'breaking').length,
      truncated: changes.length > topChanges,
      top: changes.slice(0, topChanges),
    },
    ...(owner ? { owner } : {}),
    onCall: policy.organisation.onCall,
    indexesRisk: true,
    escalation: escalationOf(policy),
    ...(owners.length > 0 ? { owners } : {}),
    ...(supersedes.length > 0 ? { supersedes } : {}),
    ...(overdue ? { refused: refusalOf(overdue) } : {}),
    ...(alone ? { refused: refusalOf(new GantryError('ALONE_REFUSED', alone)) } : {}),
    ...(met.length > 0 ? { quarantines: met } : {}),
    ...(onlyCalledBack ? { onlyCalledBack } : {}),
    ...(regressions.length > 0 ? { regressions } : {}),
    ...(lacking.length > 0
      ? { refused: refusalOf(new GantryError('APPROVAL_UNREACHABLE', { detail: lacking.join(' ') })) }
      : {}),
  };
}

/** When and to whom a stuck release is told further, where its policy says nothing else: after half an hour. */
function escalationOf({ organisation, people }: Policy): NonNullable<ReleasePlan['escalation']> {
  const managers = organisation.onCall.flatMap((id) => people.find((one) => one.id === id)?.manager ?? []);
  return { afterMs: durationMs(organisation.escalateAfter ?? '30m'), to: [...new Set(managers)].sort() };
}

/** The releases whose place the order takes, as they are now; what has ended meanwhile needs nobody in its place. */
async function supersededBy(
  { store }: PlanDeps,
  order: ReleaseOrder,
): Promise<NonNullable<ReleasePlan['supersedes']>> {
  const views = await Promise.all((order.supersedes ?? []).map((id) => readRelease(store.db, id)));
  return views.flatMap((view) =>
    !view || isTerminal(view.state)
      ? []
      : [
          {
            id: view.id,
            workflowId: view.workflowId,
            title: releaseTitle(view.components),
            tasks: view.tasks ?? [],
            requests: view.stages.flatMap(({ environment, approval }) =>
              approval ? [{ environment, requestId: approval.requestId }] : [],
            ),
          },
        ],
  );
}

/** A break-glass that nobody reviewed in time shuts the service for planned releases (semantics §4). */
function overdueReview(owed: readonly OwedReview[]): GantryError | undefined {
  const review = owed.find(({ dueAt }) => Date.parse(dueAt) <= Date.now());
  return (
    review && new GantryError('REVIEW_OVERDUE', { detail: reviewInWords(review), fix: reviewRemedy(review) })
  );
}

/**
 * Stages whose approval nobody could complete, with the reason. Whoever is away counts as missing where the absence lasts over all the
 * time that the request can be open: not before earlier stages have soaked, nor longer than its deadline before a planned start.
 */
function whoLacks(order: ReleaseOrder, stages: readonly StagePlan[], ahead: readonly AbsenceRow[]): string[] {
  let earliest = Date.now();
  const lacking: string[] = [];
  for (const stage of stages) {
    const { expiresMs } = stage.approval;
    const start = order.schedule?.at === undefined ? earliest : Date.parse(order.schedule.at);
    const openedAt = new Date(Math.max(earliest, start - expiresMs)).toISOString();
    const deadline = new Date(Date.parse(openedAt) + expiresMs).toISOString();
    const standIns = standInsFor(stage, awayAt(ahead, openedAt), { openedAt, deadline });
    const why = unreachable({ ...electorateOf(stage), standIns });
    if (why !== undefined) lacking.push(`${stage.environment}: ${why}`);
    earliest += stage.soakMs;
  }
  return lacking;
}

/** Whether a ban is about what a stage brings, or about what it would go back to. */
const isMet = (quarantine: Quarantine, { components }: StagePlan): boolean =>
  components.some(
    (one) =>
      isQuarantined(quarantine, one) ||
      (one.previousVersion !== undefined &&
        isQuarantined(quarantine, {
          service: one.service,
          version: one.previousVersion,
          ...(one.previousDigest === undefined ? {} : { digest: one.previousDigest }),
        })),
  );

/** Whoever asked owns it; where a program asked, the owner of the service does. */
function ownerOf(order: ReleaseOrder, found: readonly Found[]): string | undefined {
  const { requestedBy } = order;
  if (requestedBy.kind === 'person') return requestedBy.id;
  return found.find((one) => one.service.owner !== undefined)?.service.owner ?? requestedBy.person;
}

function refusedPlan(order: ReleaseOrder, policy: Policy, error: GantryError): ReleasePlan {
  return {
    stages: [],
    components: order.components,
    changes: { count: 0, breaking: 0, truncated: false, top: [] },
    onCall: policy.organisation.onCall,
    ...(order.requestedBy.kind === 'person' ? { owner: order.requestedBy.id } : {}),
    refused: refusalOf(error),
  };
}

const refusalOf = (error: GantryError): NonNullable<ReleasePlan['refused']> => ({
  code: error.code,
  because: error.problem.detail,
  remedy: error.problem.remedy,
});
