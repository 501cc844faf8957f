import type { CalendarAnswer } from '../calendar/model.ts';
import type { GateFacts } from '../gates/index.ts';
import { electorateOf } from '../gates/approvals/electorate.ts';
import type { StandingRows } from '../gates/standing.ts';
import { lockKeysOf } from '../gates/lock/keys.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import type { ApprovalView, CheckView, PostponementView, TaskView } from '../release/release.ts';
import type { Passed } from '../verdict.ts';
import type { Facts } from './facts.schema.ts';
import type { RiskStanding } from './risk-facts.ts';

/** What was worked out of the facts before the gates are asked. */
export interface WorkedOut {
  policy: Policy;
  plan: StagePlan;
  facts: Facts;
  checks: readonly CheckView[];
  approval: ApprovalView | undefined;
  calendar: CalendarAnswer;
  risk: Pick<RiskStanding, 'rows' | 'isByDuty'>;
  standing: StandingRows;
  tasks: readonly TaskView[];
  postponements: readonly PostponementView[];
  passed: Passed | undefined;
}

/** What the gates are told, as the workflow tells them. `granted`: the environment is this release's. */
export function gateFactsOf(workedOut: WorkedOut, granted: boolean): GateFacts {
  const { policy, plan, facts, approval, calendar, checks, risk, standing, tasks, postponements, passed } =
    workedOut;
  const services = plan.components.map(({ service }) => service);
  return {
    checks,
    risk: risk.rows,
    isRiskByDuty: risk.isByDuty,
    approvals: {
      ...electorateOf(plan),
      ...(approval ? { approval } : {}),
      ...(facts.owner === undefined ? {} : { owner: facts.owner }),
    },
    lock: {
      environment: plan.environment,
      keys: plan.exclusive ? ['*'] : lockKeysOf(policy.services, services),
      granted,
      ...(facts.lock?.position === undefined ? {} : { position: facts.lock.position }),
      ...(facts.lock?.holder === undefined ? {} : { holder: facts.lock.holder }),
    },
    calendar,
    standing,
    ...(tasks.length > 0
      ? { tasks: { tasks, environment: plan.environment, candidates: plan.candidates } }
      : {}),
    ...(postponements.length > 0 ? { postponements } : {}),
    ...(passed ? { passed } : {}),
  };
}

/** Each check of the stage for each component: as it was given, else as one that has not run yet. */
export function checkViews(plan: StagePlan, { checks }: Facts): CheckView[] {
  return plan.components.flatMap(({ service }) =>
    plan.checks.map((check): CheckView => {
      const given = checks.findLast(
        (one) => one.id === check.id && (one.service === undefined || one.service === service),
      );
      return {
        id: check.id,
        service,
        outcome: given?.outcome ?? 'pending',
        required: check.required,
        summary: given?.summary ?? given?.outcome ?? 'has not run yet',
        round: given ? 1 : 0,
        ...(check.kind === 'rehearsal'
          ? { how: 'rehearsal' as const }
          : check.sample
            ? { how: 'sampled' as const }
            : {}),
      };
    }),
  );
}
