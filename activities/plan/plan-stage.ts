import { lockKeysOf } from '../../domain/gates/lock/keys.ts';
import type { Policy, Stage } from '../../domain/policy/policy.schema.ts';
import { goesBackToKnown, type PlaceKnown } from '../../domain/release/goes-back.ts';
import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseOrder } from '../../domain/release/release.ts';
import { plannedMode } from '../../domain/release/mode.ts';
import { subjectDigest, subjectOf } from '../../domain/release/subject.ts';
import { deployOrder } from '../../domain/rollout/order.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import type { StoredPolicy } from '../../platform/record/policies.ts';
import { quietCalendar } from '../../platform/record/calendar/quiet.ts';
import { endedWell } from '../../platform/record/gates/upstream.ts';
import { runsAt } from '../../platform/record/running.ts';
import type { QuarantineRecord } from '../../platform/record/gates/quarantines.ts';
import type { Found, PlanDeps } from './look-at-component.ts';
import { gatesWithLanes, wayOf, type Way } from './gates-of-plan.ts';

/** What one stage is planned from; all but the name is the same for each. */
export interface StageFacts {
  environment: string;
  found: readonly Found[];
  quarantines: readonly QuarantineRecord[];
  /** A review of broken glass is owed that may stop it: now, or once it is overdue. */
  owesReview: boolean;
  /** An overdue review of broken glass stops it. */
  isReviewHeeded: boolean;
  excluded: StagePlan['excluded'];
  /** It is called a rollback, and goes back in its last environment by its versions or the record: the intent alone is only a word. */
  isBack: boolean;
}

/** Plans one stage: what its components are there, who is asked, and what stands before it. @throws ENVIRONMENT_UNKNOWN */
export async function planStage(
  deps: PlanDeps,
  stored: StoredPolicy,
  order: ReleaseOrder,
  facts: StageFacts,
): Promise<StagePlan> {
  const { environment, found, owesReview, isReviewHeeded, excluded, isBack } = facts;
  const { policy, baseDir } = stored;
  const settings = stageOf(policy, found, environment);
  const { components, ways, goesBack } = await planComponents(deps, { order, baseDir, ...facts });
  const { risk, ...effective } = effectiveStage(policy, settings, {
    urgent: order.urgent !== undefined,
    goesBack,
    modes: components.map(({ mode }) => mode),
  });
  const unsigned = {
    ...effective,
    ...gatesWithLanes(effective.gates, ways),
    // the way back is never made harder by its risk
    ...(risk && !isBack ? { risk } : {}),
    components: deployOrder(components),
    excluded,
  };
  const commits = found.flatMap((one) => one.changes.map((change) => change.commit));
  const services = components.map(({ service }) => service);
  const isFree = !order.schedule && (order.needs ?? []).length === 0;
  // in time a review may be overdue, and then the calendar's answer is another
  const quiet =
    isFree && !owesReview
      ? await quietCalendar(deps.store.db, { environment, services, now: order.createdAt })
      : undefined;
  return {
    ...unsigned,
    subjectDigest: subjectDigest(subjectOf(unsigned, commits), sha256),
    ...(unsigned.exclusive ? {} : { locks: lockKeysOf(policy.services, services) }),
    ...(quiet ? { quiet } : {}),
    // an older worker may share the history of an older release
    ...(isReviewHeeded && (order.workflowVersion ?? 1) >= 5 ? { heedsReviews: true } : {}),
  };
}

/** What each component would be there: its mode, its way here and its way back. `goesBack`: all of it goes back to what ended well there. */
async function planComponents(
  deps: PlanDeps,
  o: { order: ReleaseOrder; baseDir: string } & Pick<StageFacts, 'environment' | 'found' | 'quarantines'>,
): Promise<{ components: PlannedComponent[]; ways: Way[]; goesBack: boolean }> {
  const { order, environment, found, quarantines } = o;
  const ways: Way[] = [];
  const components: PlannedComponent[] = [];
  const adoptedNow: string[] = [];
  for (const { component, service } of found) {
    const running = await runsAt(deps.store.db, environment, component.service);
    if (running?.how === 'adopted') adoptedNow.push(component.service);
    const place = { service, component, baseDir: o.baseDir, dataDir: deps.config.dataDir };
    const isUrgent = order.urgent !== undefined;
    const way = await wayOf(deps.store.db, place, { environment, isUrgent, running, quarantines });
    ways.push(way);
    components.push({
      ...component,
      mode: plannedMode(component, running),
      ...(running ? { previousVersion: running.version } : {}),
      ...(running?.digest ? { previousDigest: running.digest } : {}),
      dependsOn: service.dependsOn,
      ...way.planned,
    });
  }
  const goesBack =
    order.intent === 'rollback' &&
    (await ranWellBefore(deps, environment, components, { adoptedNow, quarantines }));
  return { components, ways, goesBack };
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

function stageOf(policy: Policy, found: readonly Found[], environment: string): Stage {
  const stage = policy.pipelines[found[0]?.service.pipeline ?? '']?.find(
    (candidate) => candidate.environment === environment,
  );
  if (!stage) throw new GantryError('ENVIRONMENT_UNKNOWN', { environment });
  return stage;
}
