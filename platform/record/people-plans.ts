import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { requestById } from './approvals.ts';
import { barredPeople } from './barred-people.ts';
import { policyByDigest } from './policies.ts';

/** What of a stage's plan says who may do what. */
export type PeoplePlan = Pick<
  StagePlan,
  'rules' | 'candidates' | 'excluded' | 'approval' | 'standIns' | 'breakGlass' | 'gates' | 'checks'
>;

/**
 * Who may do what in the stages of a release, by environment: the policy that it follows and, where people were asked, what they were
 * asked under. The plan itself is the workflow's, which judges last. Empty where that policy is not in the record.
 */
export async function peoplePlansOf(db: Db, view: ReleaseView): Promise<ReadonlyMap<string, PeoplePlan>> {
  const stored = await policyByDigest(db, view.policyDigest);
  const service = stored?.policy.services.find(({ id }) => id === view.components[0]?.service);
  const written = (service && stored?.policy.pipelines[service.pipeline]) ?? [];
  const plans = new Map<string, PeoplePlan>();
  // Authors are known once people were asked; until then what is certain: who asked for it, and who edited the policy.
  const { requestedBy } = view;
  const excluded = stored ? await barredPeople(db, { requestedBy, stored, contributors: [] }) : [];
  for (const { environment, approval } of view.stages) {
    const stage = written.find((one) => one.environment === environment);
    if (!stored || !stage) continue;
    const effective = effectiveStage(stored.policy, stage, { urgent: view.urgent !== undefined });
    const asked = approval && (await requestById(db, approval.requestId))?.plan;
    const plan = { ...effective, excluded };
    plans.set(environment, asked ? { ...plan, ...foundWhenAsked(asked, approval.state === 'open') } : plan);
  }
  return plans;
}

const foundWhenAsked = ({ excluded, rules, standIns }: StagePlan, isOpen: boolean): Partial<PeoplePlan> => ({
  excluded,
  ...(isOpen ? { rules } : {}),
  ...(standIns ? { standIns } : {}),
});
