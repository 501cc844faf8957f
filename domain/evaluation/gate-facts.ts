import type { CalendarAnswer } from '../calendar/model.ts';
import type { GateFacts } from '../gates/index.ts';
import { electorateOf } from '../gates/approvals/electorate.ts';
import { lockKeysOf } from '../gates/lock/keys.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { StagePlan } from '../release/plan.ts';
import type { ApprovalView, CheckView } from '../release/release.ts';
import type { Facts } from './facts.schema.ts';

/** What was worked out of the facts before the gates are asked. */
export interface WorkedOut {
  policy: Policy;
  plan: StagePlan;
  facts: Facts;
  approval: ApprovalView | undefined;
  calendar: CalendarAnswer;
}

/** What the gates are told, as the workflow tells them. `granted`: the environment is this release's. */
export function gateFactsOf(
  { policy, plan, facts, approval, calendar }: WorkedOut,
  granted: boolean,
): GateFacts {
  const services = plan.components.map(({ service }) => service);
  return {
    checks: checkViews(plan, facts),
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
  };
}

/** Each check of the stage for each component: as it was given, else as one that has not run yet. */
function checkViews(plan: StagePlan, { checks }: Facts): CheckView[] {
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
      };
    }),
  );
}
