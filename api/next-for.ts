import { listOf } from '../domain/list-of.ts';
import { nameAmong } from '../domain/release/names.ts';
import type { Explanation } from '../domain/release/explain.ts';
import type { Policy } from '../domain/policy/policy.schema.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { may, type ActionObject } from './auth/access.ts';
import type { Caller } from './auth/caller.ts';

/**
 * The explanation as this reader has it: where they may not do what is offered, the next step says so and names who may, so that
 * nobody is sent into a refusal.
 */
export function explanationFor(
  explanation: Explanation,
  o: { caller: Caller; view: ReleaseView; policy: Policy | undefined },
): Explanation {
  const { next } = explanation;
  const action = next?.action;
  if (!next || !action) return explanation;
  const people = o.policy?.people ?? [];
  const object: ActionObject = {
    services: o.view.components.map(({ service }) => service),
    requestedBy: o.view.requestedBy.person ?? o.view.requestedBy.id,
  };
  const asked = action === 'decision.make' ? askedFor(explanation) : undefined;
  const isAsked = (person: string): boolean => asked === undefined || asked.has(person);
  if (may(o.caller.grant, action, object).allowed && isAsked(o.caller.grant.person)) return explanation;
  const able = people.filter(
    ({ id, access }) => may({ person: id, access }, action, object).allowed && isAsked(id),
  );
  const names = able.map(({ id }) => nameAmong(people, id));
  const whoCan =
    names.length > 0
      ? `You may not do this; ${listOf(names, 'or')} may:`
      : 'Nobody in gantry.yaml may do this now; an administrator can change that. It would be:';
  return { ...explanation, next: { ...next, whoCan } };
}

/** Who is asked for a vote now: not who could override a freeze, or is asked about an analysis. */
const askedFor = ({ verdicts }: Explanation): Set<string> =>
  new Set(
    verdicts
      .filter(({ gate }) => gate === 'approvals' || gate === 'risk')
      .flatMap((row) => (row.kind === 'needsPeople' ? row.who : []))
      .flatMap(({ candidates }) => candidates),
  );
