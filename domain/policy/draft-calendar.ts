import type { CalendarRule } from '../calendar/model.ts';
import { field, items, list, named, strings, text, type Located } from './draft-fields.ts';
import type { PolicyPath } from './problem.ts';

/** A window or freeze by its names. `within` is the environment or service under which it stands. */
export interface DraftRule {
  kind: CalendarRule['kind'];
  /** Its own name, or the one that its place gives it. */
  id: string;
  isNamed: boolean;
  within?: 'environments' | 'services';
  owner?: string;
  services: Located<string>[];
  environments: Located<string>[];
  labels: Located<string>[];
  path: PolicyPath;
}

export interface DraftTrain {
  id?: string;
  captain?: string;
  to?: string;
  services: Located<string>[];
  departure: { rrule?: string; start?: string; zone?: string };
  path: PolicyPath;
}

/** As much of the calendar of a policy as can be read. */
export interface DraftCalendar {
  rules: DraftRule[];
  /** Labels that services and environments carry. */
  labels: Located<string>[];
  trains: DraftTrain[];
}

export function readDraftCalendar(value: unknown): DraftCalendar {
  const owners = (['environments', 'services'] as const).flatMap((within) =>
    items(value, [within]).map((owner) => ({ within, ...owner })),
  );
  return {
    rules: [
      ...rulesIn({ value, path: [] }),
      ...owners.flatMap(({ within, ...owner }) => rulesIn(owner, within)),
    ],
    labels: owners.flatMap((owner) => strings(owner.value, owner.path, 'labels')),
    trains: items(value, ['trains']).map(readTrain),
  };
}

function rulesIn({ value, path }: Located<unknown>, within?: DraftRule['within']): DraftRule[] {
  const { id: owner } = named('id', value);
  const place = within === undefined || owner === undefined ? '' : `${owner}-`;
  return (['window', 'freeze'] as const).flatMap((kind) =>
    list(field(value, `${kind}s`), [...path, `${kind}s`]).map((rule, index) =>
      readRule(rule, { kind, id: `${place}${kind}-${index + 1}`, ...(within ? { within } : {}) }),
    ),
  );
}

function readRule(
  { value, path }: Located<unknown>,
  place: Pick<DraftRule, 'kind' | 'id' | 'within'>,
): DraftRule {
  const { id } = named('id', value);
  const scope = field(value, 'scope');
  const inScope = (name: string): Located<string>[] => strings(scope, [...path, 'scope'], name);
  return {
    ...place,
    ...(id === undefined ? { isNamed: false } : { id, isNamed: true }),
    ...named('owner', value),
    services: inScope('services'),
    environments: inScope('environments'),
    labels: inScope('labels'),
    path,
  };
}

function readTrain({ value, path }: Located<unknown>): DraftTrain {
  const departure = field(value, 'departure');
  return {
    ...named('id', value),
    ...named('captain', value),
    ...named('to', value),
    services: list(field(value, 'services'), [...path, 'services']).flatMap(({ value: one, path: place }) =>
      typeof one === 'string' ? [{ value: one, path: place }] : text(one, place, 'service'),
    ),
    departure: {
      ...named('rrule', departure),
      ...named('start', departure),
      ...named('zone', departure),
    },
    path,
  };
}
