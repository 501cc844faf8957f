import { cheapestFlow, type Edge } from './flow.ts';

/** Places of one kind: how many there are, and who may take one. */
export interface Bench {
  places: number;
  admits: ReadonlySet<string>;
}

/** At most so many of one team sit at once, over all benches. */
export interface Teams {
  atMost: number;
  of: ReadonlyMap<string, string>;
}

/** Who sits where: `occupants[i]` are the people on bench i. `kept` counts those who were to be preferred. */
export interface Seating {
  occupants: string[][];
  seated: number;
  kept: number;
}

/**
 * Seats as many people as possible, each on one place at most, and of all such seatings one that keeps the most of `first`.
 * Neither number depends on the order of people; who sits where does, so hand them over in a fixed order.
 */
export function seat(
  first: readonly string[],
  others: readonly string[],
  benches: readonly Bench[],
  teams?: Teams,
): Seating {
  if (teams) return seatByTeam(first, others, benches, teams);
  // By augmenting paths: whoever has a seat keeps one, so those who come first are never put out by those who follow.
  const occupants = benches.map((): string[] => []);
  const sit = (person: string) => findPlace(person, benches, occupants, new Set());
  const kept = first.filter(sit).length;
  return { occupants, kept, seated: kept + others.filter(sit).length };
}

/** The same where teams have a limit: flow from the teams through their people to the benches. */
function seatByTeam(
  first: readonly string[],
  others: readonly string[],
  benches: readonly Bench[],
  teams: Teams,
): Seating {
  const people = [...first, ...others];
  const names = [...new Set(people.flatMap((person) => teams.of.get(person) ?? []))];
  const teamNode = (name: string) => 2 + names.indexOf(name);
  const personNode = (index: number) => 2 + names.length + index;
  const benchNode = (index: number) => 2 + names.length + people.length + index;
  const [source, sink] = [0, 1];
  const edges: Edge[] = names.map((name) => ({
    from: source,
    to: teamNode(name),
    room: teams.atMost,
    cost: 0,
  }));
  people.forEach((person, index) => {
    const team = teams.of.get(person);
    const cost = index < first.length ? 0 : 1;
    edges.push({
      from: team === undefined ? source : teamNode(team),
      to: personNode(index),
      room: 1,
      cost,
    });
  });
  const seats = people.flatMap((person, index) =>
    benches.flatMap((bench, other) =>
      bench.admits.has(person)
        ? [{ person, bench: other, from: personNode(index), to: benchNode(other), room: 1, cost: 0 }]
        : [],
    ),
  );
  edges.push(...seats);
  edges.push(
    ...benches.map(({ places }, index) => ({ from: benchNode(index), to: sink, room: places, cost: 0 })),
  );
  const used = cheapestFlow(edges, { source, sink, nodes: benchNode(benches.length) });
  const taken = seats.filter((edge) => (used.get(edge) ?? 0) > 0);
  const preferred = new Set(first);
  return {
    occupants: benches.map((_, index) =>
      taken.filter(({ bench }) => bench === index).map(({ person }) => person),
    ),
    seated: taken.length,
    kept: taken.filter(({ person }) => preferred.has(person)).length,
  };
}

/**
 * The benches that cannot all be filled, whoever comes: together they have more places than people admitted to them
 * (Hall's condition fails for exactly these). Empty where `seating` fills every place.
 */
export function shortBenches(seating: Seating, benches: readonly Bench[]): number[] {
  const short = new Set<number>();
  const queue = benches.flatMap((bench, index) =>
    places(seating.occupants, index) < bench.places ? [index] : [],
  );
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    if (short.has(index)) continue;
    short.add(index);
    const admitted = benches[index]?.admits;
    // Whoever could fill the gap sits elsewhere, and leaving that place would only move the gap there.
    seating.occupants.forEach((sitting, other) => {
      if (sitting.some((person) => admitted?.has(person))) queue.push(other);
    });
  }
  return [...short].sort((a, b) => a - b);
}

function findPlace(
  person: string,
  benches: readonly Bench[],
  occupants: string[][],
  tried: Set<number>,
): boolean {
  for (const [index, bench] of benches.entries()) {
    const sitting = occupants[index];
    if (!sitting || tried.has(index) || !bench.admits.has(person)) continue;
    tried.add(index);
    if (sitting.length < bench.places) {
      sitting.push(person);
      return true;
    }
    // Full: somebody may make room by moving to another bench.
    const mover = sitting.findIndex((occupant) => findPlace(occupant, benches, occupants, tried));
    if (mover >= 0) {
      sitting[mover] = person;
      return true;
    }
  }
  return false;
}

const places = (occupants: readonly string[][], index: number): number => occupants[index]?.length ?? 0;
