import { rulesInTheWay } from '../../domain/calendar/in-the-way.ts';
import { actionClassOf } from '../../domain/release/action-class.ts';
import { nameAmong } from '../../domain/release/names.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { isShut } from '../../domain/verdict.ts';
import { readCalendarFacts } from '../../platform/record/calendar/facts.ts';
import { budgetLeft } from '../../platform/record/calendar/override-budget.ts';
import { may } from '../auth/access.ts';
import { teamOf } from '../give-override.ts';
import type { PageCall } from './page-call.ts';
import type { PassOffer } from './parts/pass-rules.ts';
import { objectOf } from './parts/why-not.ts';

const nothing: PassOffer = { rules: [], able: [] };

/** What of the calendar keeps a release shut that an override would open: in its stage of now, before it starts or half way. */
export async function passOffer(
  { deps, caller, policy, now }: PageCall,
  view: ReleaseView,
): Promise<PassOffer> {
  const stage = view.stages.find(({ environment }) => environment === view.stage);
  const held = view.holds.some(({ kind }) => kind === 'freeze');
  const isShutOut = stage?.verdicts.some(
    (row) => (row.gate === 'freeze' || row.gate === 'window') && isShut(row),
  );
  if (view.ended || !stage || !(held || isShutOut === true)) return nothing;
  const { db } = deps.store;
  const at = now.toISOString();
  const { rules, target, overrides, asked } = await readCalendarFacts(db, {
    environment: stage.environment,
    services: view.components.map(({ service }) => service),
    now: at,
    releaseId: view.id,
  });
  const actionClass = actionClassOf({
    modes: [view.intent],
    ...(view.urgent === undefined ? {} : { urgent: view.urgent }),
    isAutomatic: view.train !== undefined,
  });
  // One that waits for a second person is given: another one would say the same.
  const isAsked = (rule: { id: string; revision: number }): boolean =>
    asked.some(({ freezeId, revision }) => freezeId === rule.id && revision === rule.revision);
  const shut = rulesInTheWay({ rules, target, actionClass, overrides }, at).filter((rule) => !isAsked(rule));
  // Half way, windows are over: only what holds it is passed.
  const passable = isShutOut === true ? shut : shut.filter(({ kind }) => kind === 'freeze');
  if (passable.length === 0) return nothing;
  const people = policy?.people ?? [];
  const mayGive = may(caller.grant, 'override.give', objectOf(view)).allowed;
  return {
    rules: passable,
    budget: mayGive ? await budgetLeft(db, { team: teamOf(caller), now: at }) : undefined,
    able: people
      .filter(({ id, access }) => may({ person: id, access }, 'override.give', objectOf(view)).allowed)
      .map(({ id }) => nameAmong(people, id)),
  };
}
