/** Who waits for whom, by id. */
export type Waits = ReadonlyMap<string, readonly string[]>;

/** The shortest way from `first` over those it waits for back to itself, both ends named; undefined where there is none. */
export function waitingCycle(first: string, waits: Waits): string[] | undefined {
  const cameFrom = new Map<string, string>();
  let front = [first];
  while (front.length > 0) {
    const next: string[] = [];
    for (const here of front) {
      for (const other of waits.get(here) ?? []) {
        if (other === first) return wayTo(here, first, cameFrom);
        if (cameFrom.has(other)) continue;
        cameFrom.set(other, here);
        next.push(other);
      }
    }
    front = next;
  }
  return undefined;
}

function wayTo(last: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [first];
  for (let here: string | undefined = last; here !== undefined && here !== first; here = cameFrom.get(here))
    way.unshift(here);
  return [first, ...way];
}
