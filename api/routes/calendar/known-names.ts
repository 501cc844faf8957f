import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { suggestion } from '../../../domain/policy/problem.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import type { FieldProblem } from '../../../domain/problem-code.ts';
import { GantryError } from '../../../platform/errors.ts';

/**
 * Refuses a rule that names what the policy does not have: with a typing mistake in its scope a freeze would silently not
 * be there. @throws CALENDAR_RULE_INVALID with every such name
 */
export function requireKnownNames(
  policy: Policy | undefined,
  { id, scope, owner }: Partial<Pick<CalendarRule, 'id' | 'owner'>> & Pick<CalendarRule, 'scope'>,
): void {
  const services = policy?.services ?? [];
  const environments = policy?.environments ?? [];
  const labels = [...services, ...environments].flatMap((one) => one.labels ?? []);
  const errors = [
    ...unknown('service', '/scope/services', scope.services, ids(services)),
    ...unknown('environment', '/scope/environments', scope.environments, ids(environments)),
    ...unknown('label', '/scope/labels', scope.labels, labels),
    ...(owner === undefined ? [] : unknown('person', '/owner', [owner], ids(policy?.people ?? []))),
  ];
  if (errors.length === 0) return;
  const detail = errors
    .map((one) => `${one.detail} ${one.remedy}`)
    .join(' ')
    .replace(/\.$/, '');
  throw new GantryError(
    'CALENDAR_RULE_INVALID',
    { ...(id === undefined ? {} : { rule: id }), detail },
    { errors },
  );
}

const ids = (named: readonly { id: string }[]): string[] => named.map(({ id }) => id);

const unknown = (
  what: string,
  pointer: string,
  names: readonly string[],
  known: readonly string[],
): FieldProblem[] =>
  names
    .map((name, index) => ({ name, pointer: what === 'person' ? pointer : `${pointer}/${index}` }))
    .filter(({ name }) => !known.includes(name))
    .map(({ name, ...place }) => ({
      ...place,
      code: 'NAME_UNKNOWN',
      detail: what === 'label' ? `Nothing carries the label "${name}".` : `There is no ${what} "${name}".`,
      remedy: suggestion(name, known, `Add the ${what} to gantry.yaml first.`),
    }));
