/** One way through a network: how much may pass, and what each unit costs. */
export interface Edge {
  from: number;
  to: number;
  room: number;
  cost: number;
}

/** An edge, or its way back: taking a unit back gives its cost back. */
interface Arc {
  from: number;
  to: number;
  left: number;
  cost: number;
  back: number;
  edge?: Edge;
}

/**
 * How much passes each edge where as much as possible goes from source to sink, at the lowest cost of all such flows: one unit after the
 * other on the cheapest way that is left. Whole numbers in, whole numbers out.
 */
export function cheapestFlow(
  edges: readonly Edge[],
  { source, sink, nodes }: { source: number; sink: number; nodes: number },
): ReadonlyMap<Edge, number> {
  const arcs: Arc[] = edges.flatMap((edge, index): Arc[] => [
    { from: edge.from, to: edge.to, left: edge.room, cost: edge.cost, back: 2 * index + 1, edge },
    { from: edge.to, to: edge.from, left: 0, cost: -edge.cost, back: 2 * index },
  ]);
  for (
    let way = cheapestWay(arcs, source, sink, nodes);
    way.length > 0;
    way = cheapestWay(arcs, source, sink, nodes)
  ) {
    for (const arc of way) {
      arc.left -= 1;
      const back = arcs[arc.back];
      if (back) back.left += 1;
    }
  }
  return new Map(arcs.flatMap(({ edge, left }) => (edge ? [[edge, edge.room - left] as const] : [])));
}

/** The cheapest way with room left, by Bellman and Ford, for ways back cost less than nothing; empty where there is none. */
function cheapestWay(arcs: readonly Arc[], source: number, sink: number, nodes: number): Arc[] {
  const cost = Array.from({ length: nodes }, (_, node) => (node === source ? 0 : Infinity));
  const via: (Arc | undefined)[] = Array.from({ length: nodes });
  for (let isBetter = true; isBetter;) {
    isBetter = false;
    for (const arc of arcs) {
      const reached = (cost[arc.from] ?? Infinity) + arc.cost;
      if (arc.left === 0 || reached >= (cost[arc.to] ?? Infinity)) continue;
      cost[arc.to] = reached;
      via[arc.to] = arc;
      isBetter = true;
    }
  }
  const way: Arc[] = [];
  for (let arc = via[sink]; arc; arc = via[arc.from]) way.push(arc);
  return way;
}
