import { standInsFor, type StandIns } from '../gates/approvals/stand-ins.ts';
import type { StagePlan } from '../release/plan.ts';
import type { Facts } from './facts.schema.ts';

/** The stage with those who are away when people are asked; a delegate stops once the absent one is back. */
export function withAway(
  plan: StagePlan,
  { absences, now }: Facts,
  span: { openedAt: string; deadline: string },
): StagePlan {
  const given = absences.map(({ person, from, until, delegate }) => ({
    person,
    from,
    until,
    ...(delegate === undefined ? {} : { delegate }),
  }));
  const { away, backups } = standInsFor(plan, given, span);
  const back = away.map((one) => (Date.parse(one.until) <= Date.parse(now) ? { ...one, isBack: true } : one));
  return standIn(plan, { away: back, backups });
}

/** The stage once its backup groups may vote under every rule that has one. */
export const withBackups = (plan: StagePlan): StagePlan =>
  standIn(plan, {
    away: plan.standIns?.away ?? [],
    backups: plan.rules.flatMap(({ backup }, index) => (backup ? [index] : [])),
  });

const standIn = (plan: StagePlan, standIns: StandIns): StagePlan =>
  standIns.away.length + standIns.backups.length > 0 ? { ...plan, standIns } : plan;
