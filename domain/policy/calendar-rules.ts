import type { CalendarRule, CalendarScope } from '../calendar/model.ts';
import type { TrainDefinition } from '../trains/model.ts';
import { ruleOf, type CalendarInput } from './calendar.schema.ts';
import type { Policy } from './policy.schema.ts';

/** Where a window or freeze stands in gantry.yaml, what it is about there, and the name it has or gets. */
export interface CalendarEntry<Entry = CalendarInput> {
  kind: CalendarRule['kind'];
  id: string;
  entry: Entry;
  scope: CalendarScope;
  path: (string | number)[];
}

type Owner<Entry> = {
  id?: string | undefined;
  windows?: readonly Entry[] | undefined;
  freezes?: readonly Entry[] | undefined;
};

/** The parts of a policy in which windows and freezes stand. */
export interface CalendarPlaces<Entry> extends Owner<Entry> {
  environments: readonly Owner<Entry>[];
  services: readonly Owner<Entry>[];
}

type Named = { id?: string | undefined; scope?: Partial<CalendarScope> | undefined };

/**
 * Every window and freeze of a policy. What stands under an environment or a service is about that one; its own scope
 * narrows it further. A window without a name gets one from its place: `production-window-1`.
 */
export function calendarEntries<Entry extends Named>(places: CalendarPlaces<Entry>): CalendarEntry<Entry>[] {
  return [
    ...entriesOf({ windows: places.windows, freezes: places.freezes }, [], {}),
    ...places.environments.flatMap((owner, index) =>
      entriesOf(owner, ['environments', index], owner.id === undefined ? {} : { environments: [owner.id] }),
    ),
    ...places.services.flatMap((owner, index) =>
      entriesOf(owner, ['services', index], owner.id === undefined ? {} : { services: [owner.id] }),
    ),
  ];
}

function entriesOf<Entry extends Named>(
  owner: Owner<Entry>,
  path: (string | number)[],
  about: Partial<CalendarScope>,
): CalendarEntry<Entry>[] {
  const place = owner.id === undefined ? '' : `${owner.id}-`;
  return (['window', 'freeze'] as const).flatMap((kind) =>
    (owner[`${kind}s`] ?? []).map((entry, index) => ({
      kind,
      id: entry.id ?? `${place}${kind}-${index + 1}`,
      entry,
      scope: { services: [], environments: [], labels: [], ...entry.scope, ...about },
      path: [...path, `${kind}s`, index],
    })),
  );
}

/** The windows and freezes of a policy as rules, in the order of the file. Revisions are given by the record. */
export const rulesOfPolicy = (policy: Policy): CalendarRule[] =>
  calendarEntries<CalendarInput>(policy).map(({ kind, id, entry, scope }) =>
    ruleOf(
      { ...entry, scope },
      { kind, id, zone: policy.organisation.zone, scope, origin: 'policy', revision: 1 },
    ),
  );

/** The trains of a policy, with what they leave out filled in. */
export const trainsOfPolicy = (policy: Policy): TrainDefinition[] =>
  (policy.trains ?? []).map(({ departure, services, name, ...train }) => ({
    ...train,
    ...(name === undefined ? {} : { name }),
    departure: { ...departure, zone: departure.zone ?? policy.organisation.zone },
    services: services.map((one) => (typeof one === 'string' ? { service: one, required: false } : one)),
  }));
