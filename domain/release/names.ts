import type { Candidate } from './plan.ts';
import type { ReleaseView } from './release.ts';

/** How people are called, by id. */
export type Names = Readonly<Record<string, string>>;

/** How a sentence calls a person. */
export type NameOf = (person: string) => string;

/** What a name is where nobody knows another: the id. */
export const asId: NameOf = (person) => person;

/** How people are called by these names; whoever has none keeps the id. */
export const namedIn =
  (names: Names | undefined): NameOf =>
  (person) =>
    (names !== undefined && Object.hasOwn(names, person) ? names[person] : undefined) ?? person;

/** Of several ids in one text, as a broken glass has them: `ana, ben`. */
export const namesOfAll = (people: string, nameOf: NameOf): string =>
  people.split(', ').map(nameOf).join(', ');

/** The name of a person as gantry.yaml has it; two of one name are told apart by their ids. */
export function nameAmong(candidates: readonly Pick<Candidate, 'id' | 'name'>[], person: string): string {
  const name = candidates.find(({ id }) => id === person)?.name;
  if (name === undefined) return person;
  return candidates.some((other) => other.name === name && other.id !== person)
    ? `${name} (${person})`
    : name;
}

/** Ids of everybody whom a release mentions: who asked, owns, holds, decides, works, waives or has ended it. */
function mentioned(view: ReleaseView): string[] {
  const of = (...people: (string | undefined)[]): string[] => people.filter((one) => one !== undefined);
  return [
    ...of(view.requestedBy.person ?? view.requestedBy.id, view.owner, view.ended?.by),
    ...view.holds.map(({ by }) => by),
    ...(view.postponements ?? []).flatMap(({ by, lifted }) => of(by, lifted?.by)),
    ...(view.tasks ?? []).flatMap(({ owner, askedBy, acceptedBy, by }) => of(owner, askedBy, acceptedBy, by)),
    ...(view.milestones ?? []).flatMap(({ owner }) => of(owner)),
    ...(view.quarantines ?? []).flatMap(({ by, lifts }) => [by, ...lifts.map((lift) => lift.by)]),
    ...view.stages.flatMap(({ approval, checks, glass }) => [
      ...(approval?.votes ?? []).map(({ person }) => person),
      ...(approval?.asked ?? []),
      ...(approval?.excluded ?? []).map(({ person }) => person),
      ...checks.flatMap(({ waiver }) => of(waiver?.by)),
      ...(glass?.breaks ?? []).map(({ person }) => person),
    ]),
  ];
}

/** Names of these people, by id, as far as they are known; undefined where none is. */
export function namesOf(
  people: readonly (string | undefined)[],
  candidates: readonly Pick<Candidate, 'id' | 'name'>[],
): Names | undefined {
  const known = [...new Set(people)].flatMap((person) => {
    const name = person === undefined ? undefined : nameAmong(candidates, person);
    return name === undefined || name === person ? [] : [[person, name] as const];
  });
  return known.length === 0 ? undefined : (Object.fromEntries(known) as Names);
}

/** Names of those whom a release mentions, as far as they are known; undefined where none is. */
export function namesIn(
  view: ReleaseView,
  candidates: readonly Pick<Candidate, 'id' | 'name'>[],
): Names | undefined {
  const known = namesOf(mentioned(view), candidates);
  return known === undefined ? view.names : { ...view.names, ...known };
}
