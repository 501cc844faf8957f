import { pause } from '../../platform/pause.ts';

export interface TrafficCounts {
  requests: number;
  errors: number;
  perVersion: Record<string, { requests: number; errors: number }>;
}

interface Crowd {
  url: string;
  requestsPerSecond: number;
  /** Most articles that one of these customers buys. */
  largestCart: number;
}

export interface Traffic {
  counts: () => TrafficCounts;
  /** Ends it and waits for the answers that are still under way. */
  stop: () => Promise<TrafficCounts>;
}

const articles = ['tea', 'mug', 'kettle', 'honey'];

/** Customers of the shop: they look around, fill carts and check out, at an even pace. Counts who answered, and how. */
export function startTraffic(crowds: readonly Crowd[]): Traffic {
  const stopping = new AbortController();
  const counts: TrafficCounts = { requests: 0, errors: 0, perVersion: {} };
  const walks = crowds.map((crowd) => walk(crowd, counts, stopping.signal));
  return {
    counts: () => structuredClone(counts),
    async stop() {
      stopping.abort();
      await Promise.all(walks);
      return structuredClone(counts);
    },
  };
}

async function walk(crowd: Crowd, counts: TrafficCounts, stop: AbortSignal): Promise<void> {
  const underWay = new Set<Promise<void>>();
  while (!stop.aborted) {
    const visit = ask(crowd.url + nextPage(crowd.largestCart), counts).finally(() => underWay.delete(visit));
    underWay.add(visit);
    await pause(1000 / crowd.requestsPerSecond, stop);
  }
  await Promise.all(underWay);
}

/** Four of ten visits end in a checkout, which is where large carts matter. */
function nextPage(largestCart: number): string {
  const dice = Math.random();
  if (dice < 0.3) return '/';
  const size = 1 + Math.floor(Math.random() * largestCart);
  const cart = Array.from({ length: size }, () => articles[Math.floor(Math.random() * articles.length)]).join(
    ',',
  );
  return `${dice < 0.6 ? '/cart' : '/checkout'}?articles=${cart}`;
}

async function ask(url: string, counts: TrafficCounts): Promise<void> {
  const { version, isError } = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return { version: answer.headers.get('x-version') ?? 'none', isError: answer.status >= 500 };
    },
    () => ({ version: 'unreachable', isError: true }),
  );
  const own = (counts.perVersion[version] ??= { requests: 0, errors: 0 });
  for (const counter of [counts, own]) {
    counter.requests += 1;
    if (isError) counter.errors += 1;
  }
}
