/** Places of one kind: how many there are, and who may take one. */
export interface Bench {
  places: number;
  admits: ReadonlySet<string>;
}

/** Who sits where: `occupants[i]` are the people on bench i. */
export interface Seating {
  occupants: string[][];
  seated: number;
}

/**
 * Seats as many people as possible, each on one place at most: a maximum bipartite matching by augmenting paths.
 * The number seated does not depend on the order of `people`; who sits where does, so hand them over in a fixed order.
 */
export function seat(people: readonly string[], benches: readonly Bench[]): Seating {
  const occupants = benches.map((): string[] => []);
  let seated = 0;
  for (const person of people) {
    if (findPlace(person, benches, occupants, new Set())) seated += 1;
  }
  return { occupants, seated };
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
