import type { ProblemCode } from '../../domain/problem-code.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { unreachable } from '../../domain/gates/approvals/quorum.ts';
import { standInsFor } from '../../domain/gates/approvals/stand-ins.ts';
import { lockKeysOf } from '../../domain/gates/lock/keys.ts';
import {
  heedsReviews,
  reviewInWords,
  reviewRemedy,
  type OwedReview,
} from '../../domain/gates/review/evaluate.ts';
import type { Policy, Service, Stage } from '../../domain/policy/policy.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { goesBackToKnown, type PlaceKnown } from '../../domain/release/goes-back.ts';
import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import type { Contributor } from '../../domain/release/exclusions.ts';
import type { PlannedComponent, ReleasePlan, StagePlan } from '../../domain/release/plan.ts';
import type { Change, Component, ReleaseOrder } from '../../domain/release/release.ts';
import { stagesAhead } from '../../domain/release/first-view.ts';
import { modeOf } from '../../domain/release/mode.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { subjectDigest, subjectOf } from '../../domain/release/subject.ts';
import { deployOrder } from '../../domain/rollout/order.ts';
import { isQuarantined, type Quarantine } from '../../domain/gates/quarantine/evaluate.ts';
import type { Config } from '../../platform/config.ts';
import type { Store } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import { absencesAhead, awayAt, type AbsenceRow } from '../../platform/record/absences.ts';
import { whyNotAloneIn } from '../../platform/record/alone.ts';
import { barredPeople } from '../../platform/record/barred-people.ts';
import { policyByDigest, type StoredPolicy } from '../../platform/record/policies.ts';
import { quietCalendar } from '../../platform/record/calendar/quiet.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { saveChanges } from '../../platform/record/results.ts';
import { owedReviews } from '../../platform/record/reviews.ts';
import { endedWell } from '../../platform/record/gates/upstream.ts';
import { runsAt } from '../../platform/record/running.ts';
import type { Activities } from '../contract.ts';
import { readChanges } from '../sources/changes.ts';
import { commitOfRunning } from '../sources/commit-of-running.ts';
import { resolveSource } from '../sources/resolve.ts';
import { standingQuarantines, type QuarantineRecord } from '../../platform/record/gates/quarantines.ts';
import { standingRegressions } from '../../platform/record/incidents/regressions.ts';
import { commitsRolledBack } from './commits-rolled-back.ts';
import { gatesWithLanes, wayOf, type Way } from './gates-of-plan.ts';

interface PlanDeps {
  store: Pick<Store, 'db'>;
  config: Pick<Config, 'dataDir'>;
  /** Told early: of most releases somebody is asked soon after they are planned. */
  mailExpected?: () => void;
}

/** One component with what Git says about it. */
interface Found {
  component: Component;
  service: Service;
  changes: Change[];
  contributors: Contributor[];
}

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
  const [quarantines, excluded, supersedes, owed, absences, regressions] = await Promise.all([
    standingQuarantines(db),
    barredPeople(db, { requestedBy: order.requestedBy, stored, contributors }),
    supersededBy(deps, order),
    heedsReviews(order) ? owedReviews(db, { services, except: releaseId }) : [],
    absencesAhead(db, new Date().toISOString()),
    order.intent === 'rollback' ? [] : standingRegressions(db, order.components),
    ...found.map((one) =>
      saveChanges(db, { releaseId, service: one.component.service, changes: one.changes }),
    ),
  ]);
  const stages: StagePlan[] = [];
  for (const environment of environments)
    stages.push(await planStage(deps, stored, order, { environment, found, quarantines, owed, excluded }));
  const overdue = overdueReview(owed);
  const lacking = whoLacks(order, stages, absences);
  const alone = order.only && (await whyNotAloneIn(db, policy, aloneOf(order, found), { isResolved: true }));
  const owner = ownerOf(order, found);
  const owners = [...new Set(found.flatMap((one) => one.service.owner ?? []))].sort();
  const met = quarantines.filter((one) => stages.some((stage) => isMet(one, stage)));
  return {
    stages,
    components: found.map((one) => one.component),
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
    ...(regressions.length > 0 ? { regressions } : {}),
    ...(lacking.length > 0
      ? { refused: refusalOf(new GantryError('APPROVAL_UNREACHABLE', { detail: lacking.join(' ') })) }
      : {}),
  };
}

const aloneOf = ({ to }: ReleaseOrder, found: readonly Found[]) => ({
  components: found.map(({ component }) => component),
  ...(to === undefined ? {} : { to }),
});

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

async function lookAt(
  deps: PlanDeps,
  stored: StoredPolicy,
  order: ReleaseOrder,
  component: Component,
  target: string | undefined,
): Promise<Found> {
  const { db } = deps.store;
  const { dataDir } = deps.config;
  const service = stored.policy.services.find((candidate) => candidate.id === component.service);
  if (!service) throw new GantryError('SERVICE_UNKNOWN', { service: component.service });
  const { source } = service;
  if (!source) return { component, service, changes: [], contributors: [] };
  const { mirror, commit } = await resolveSource({ source, component, baseDir: stored.baseDir, dataDir });
  const running = target === undefined ? undefined : await runsAt(db, target, component.service);
  const from = running && (await commitOfRunning(mirror, running, source.tag));
  const { changes, people } = await readChanges({
    mirror,
    ...(from === undefined ? {} : { from }),
    to: commit,
    mode: order.intent,
    ...(target === undefined
      ? {}
      : { shippedBefore: await commitsRolledBack(db, target, component.service) }),
  });
  return { component: { ...component, commit }, service, changes, contributors: people };
}

/** What one stage is planned from; all but the name is the same for each. */
interface StageFacts {
  environment: string;
  found: readonly Found[];
  quarantines: readonly QuarantineRecord[];
  owed: readonly OwedReview[];
  excluded: StagePlan['excluded'];
}

async function planStage(
  deps: PlanDeps,
  stored: StoredPolicy,
  order: ReleaseOrder,
  { environment, found, quarantines, owed, excluded }: StageFacts,
): Promise<StagePlan> {
  const { policy, baseDir } = stored;
  const ways: Way[] = [];
  const settings = stageOf(policy, found, environment);
  const components: PlannedComponent[] = [];
  const adoptedNow: string[] = [];
  for (const { component, service } of found) {
    const running = await runsAt(deps.store.db, environment, component.service);
    if (running?.how === 'adopted') adoptedNow.push(component.service);
    const mode = modeOf(component, running);
    const place = { service, component, baseDir, dataDir: deps.config.dataDir };
    const isUrgent = order.urgent !== undefined;
    const way = await wayOf(deps.store.db, place, { environment, isUrgent, running, quarantines });
    ways.push(way);
    components.push({
      ...component,
      mode: mode === 'redeploy' || mode === 'rollback' ? mode : 'deploy',
      ...(running ? { previousVersion: running.version } : {}),
      ...(running?.digest ? { previousDigest: running.digest } : {}),
      dependsOn: service.dependsOn,
      ...way.planned,
    });
  }
  const goesBack =
    order.intent === 'rollback' &&
    (await ranWellBefore(deps, environment, components, { adoptedNow, quarantines }));
  const { risk, ...effective } = effectiveStage(policy, settings, {
    urgent: order.urgent !== undefined,
    goesBack,
    modes: components.map(({ mode }) => mode),
  });
  const unsigned = {
    ...effective,
    ...gatesWithLanes(effective.gates, ways),
    // the way back is never made harder by its risk
    ...(risk && order.intent !== 'rollback' ? { risk } : {}),
    components: deployOrder(components),
    excluded,
  };
  const commits = found.flatMap((one) => one.changes.map((change) => change.commit));
  const services = components.map(({ service }) => service);
  const isFree = !order.schedule && (order.needs ?? []).length === 0;
  // in time a review may be overdue, and then the calendar's answer is another
  const quiet =
    isFree && owed.length === 0
      ? await quietCalendar(deps.store.db, { environment, services, now: order.createdAt })
      : undefined;
  return {
    ...unsigned,
    subjectDigest: subjectDigest(subjectOf(unsigned, commits), sha256),
    ...(unsigned.exclusive ? {} : { locks: lockKeysOf(policy.services, services) }),
    ...(quiet ? { quiet } : {}),
    // an older worker may share the history of an older release
    ...(heedsReviews(order) && (order.workflowVersion ?? 1) >= 5 ? { heedsReviews: true } : {}),
  };
}

/** Whether the record knows that all of it goes back to what ended well there. */
async function ranWellBefore(
  { store }: PlanDeps,
  environment: string,
  components: readonly PlannedComponent[],
  known: Omit<PlaceKnown, 'endedWell'>,
): Promise<boolean> {
  const past = await Promise.all(components.map(({ service }) => endedWell(store.db, environment, service)));
  return goesBackToKnown(components, { ...known, endedWell: past.flat() });
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

function stageOf(policy: Policy, found: readonly Found[], environment: string): Stage {
  const stage = policy.pipelines[found[0]?.service.pipeline ?? '']?.find(
    (candidate) => candidate.environment === environment,
  );
  if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
  return stage;
}

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
