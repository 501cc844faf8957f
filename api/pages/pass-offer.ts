import { rulesInTheWay } from '../../domain/calendar/in-the-way.ts';
import { classInStage } from '../../domain/release/action-class.ts';
import { nameAmong } from '../../domain/release/names.ts';
import { currentStage, type ReleaseView } from '../../domain/release/release.ts';
import { isShut } from '../../domain/verdict.ts';
import { readCalendarFacts } from '../../platform/record/calendar/facts.ts';
import { budgetLeft } from '../../platform/record/calendar/override-budget.ts';
import { may } from '../auth/access.ts';
import { standingOverrides } from '../../platform/record/calendar/overrides.ts';
import { teamOf, whyNotSecond } from '../give-override.ts';
import type { PageCall } from './page-call.ts';
import type { PassOffer } from './parts/pass-rules.ts';
import { objectOf, whyNotByAccess } from './parts/why-not.ts';

/** What of the calendar keeps a release shut that an override would open, and which overrides wait for a second person. */
export async function passOffer(call: PageCall, view: ReleaseView): Promise<PassOffer> {
  if (view.ended) return { rules: [], able: [], asked: [] };
  const [offer, asked] = await Promise.all([rulesToPass(call, view), askedOverrides(call, view)]);
  return { ...offer, asked };
}

async function askedOverrides(
  { deps, caller, policy, now, nameOf }: PageCall,
  view: ReleaseView,
): Promise<PassOffer['asked']> {
  const standing = await standingOverrides(deps.store.db, { now: now.toISOString(), releaseId: view.id });
  const barred = whyNotByAccess(caller, 'override.second', objectOf(view)) ?? whyNotSecond(caller, policy);
  return standing
    .filter(({ state }) => state === 'unseconded')
    .map(({ id, freezeId, environment, reason, expiresAt, by }) => ({
      ...{ id, freezeId, environment, reason, expiresAt, by: nameOf(by) },
      whyNot:
        barred ?? (by === caller.grant.person ? 'somebody other than who asked has to agree' : undefined),
    }));
}

/** What of the calendar keeps a release shut that an override would open: in its stage of now, before it starts or half way. */
async function rulesToPass(
  { deps, caller, policy, now }: PageCall,
  view: ReleaseView,
): Promise<Omit<PassOffer, 'asked'>> {
  const nothing = { rules: [], able: [] };
  const stage = currentStage(view);
  const held = view.holds.some(({ kind }) => kind === 'freeze');
  const isShutOut = stage?.verdicts.some(
    (row) => (row.gate === 'freeze' || row.gate === 'window') && isShut(row),
  );
  if (!stage || !(held || isShutOut === true)) return nothing;
  const { db } = deps.store;
  const at = now.toISOString();
  const { rules, target, overrides, asked } = await readCalendarFacts(db, {
    environment: stage.environment,
    services: view.components.map(({ service }) => service),
    now: at,
    releaseId: view.id,
  });
  const actionClass = classInStage(view, stage);
  const mayGive = may(caller.grant, 'override.give', objectOf(view)).allowed;
  const budget = mayGive ? await budgetLeft(db, { team: teamOf(caller), now: at }) : undefined;
  // One that waits for a second person is given: another one would say the same, but of somebody who needs none.
  const isAsked = (rule: { id: string; revision: number }): boolean =>
    asked.some(({ freezeId, revision }) => freezeId === rule.id && revision === rule.revision);
  const shut = rulesInTheWay({ rules, target, actionClass, overrides }, at).filter(
    (rule) => !isAsked(rule) || budget?.needsSecond === false,
  );
  // Half way, windows are over: only what holds it is passed.
  const passable = isShutOut === true ? shut : shut.filter(({ kind }) => kind === 'freeze');
  if (passable.length === 0) return nothing;
  const people = policy?.people ?? [];
  return {
    rules: passable,
    budget,
    able: people
      .filter(({ id, access }) => may({ person: id, access }, 'override.give', objectOf(view)).allowed)
      .map(({ id }) => nameAmong(people, id)),
  };
}
