import { budgetOf } from '../../domain/calendar/override-budget.ts';
import { isWaiverLive } from '../../domain/gates/waiver/evaluate.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { nameAmong, namedIn } from '../../domain/release/names.ts';
import { ownerOf } from '../../domain/risk/duty-rules.ts';
import type { Fact, Measures } from '../../domain/risk/model.ts';
import { budgetLeft } from '../../platform/record/calendar/override-budget.ts';
import { liveOverrides } from '../../platform/record/calendar/overrides.ts';
import { waiverBudgetOf, waiversOfRelease } from '../../platform/record/gates/waivers.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

/** Waivers and overrides in force for this build of the release there, and whether the owners have given more than their budgets. */
export const exceptionsOf = (question: RiskQuestion): Promise<Fact<Measures['waivers']>> =>
  factOf('The record', async () => {
    const { db, now, releaseId, stage, policy, service, component } = question;
    const overrides =
      releaseId === undefined
        ? []
        : await liveOverrides(db, { now, releaseId, environment: stage.environment });
    const waivers = (releaseId === undefined ? [] : await waiversOfRelease(db, releaseId)).filter(
      (one) =>
        one.environment === stage.environment &&
        one.service === service.id &&
        isWaiverLive(one, component, now),
    );
    const nameOf = (person: string): string => nameAmong(policy.people, person);
    const owner = ownerOf(policy, service);
    const team = owner && budgetOf(owner);
    const budget = team === undefined ? undefined : await budgetLeft(db, { team, now });
    const waived = team === undefined ? undefined : await waiverBudgetOf(db, team, now);
    const isOverridden = budget !== undefined && budget.spent > budget.size;
    return measured(
      {
        live: overrides.length + waivers.length,
        isOverBudget: isOverridden || waived?.isOver === true,
      },
      [
        ...overrides.map(({ freezeId, by, reason }) => `override of ${freezeId} by ${nameOf(by)}: ${reason}`),
        ...waivers.map(({ check, by, reason }) => `waiver of ${check} by ${nameOf(by)}: ${reason}`),
        ...(isOverridden ? [budget.because] : []),
        ...(waived?.isOver === true ? [waived.because] : []),
      ],
    );
  });

/** The soak is shortened where somebody may start the stage without it: the glass of this release was broken there. */
export const soakOf = (question: RiskQuestion): Promise<Fact<Measures['soak']>> =>
  factOf('The record', async () => {
    const { db, stage, releaseId } = question;
    const asked = stage.gates?.soak;
    if (!asked || durationMs(asked.atLeast) === 0)
      return { kind: 'notApplicable' as const, because: 'No soak is asked for before this stage.' };
    const view = releaseId === undefined ? undefined : await readRelease(db, releaseId);
    const glass = view?.stages.find(({ environment }) => environment === stage.environment)?.glass;
    return measured(
      { isShortened: glass !== undefined },
      (glass?.breaks ?? []).map(
        ({ person, incident }) => `${namedIn(view?.names)(person)} broke the glass for ${incident}`,
      ),
    );
  });
