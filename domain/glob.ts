interface State {
  /** Characters that lead on. */
  steps: { on: (sign: string) => boolean; to: number }[];
  /** Where one is as well without a character. */
  also: number[];
}

/** Braces within braces beyond this depth mean themselves. */
const deepest = 20;
const any = (): boolean => true;
const notSlash = (sign: string): boolean => sign !== '/';

/**
 * Tells whether whole texts match a pattern: `*` and `?` stand for anything but a slash, `**` for anything at all, `**` with a slash also for no
 * folder; with `braces`, `{a,b}` for one of these. All ways are followed side by side, so that the time grows with text times pattern whatever
 * stands in them: an expression that goes back and tries again is brought to a standstill by a few stars.
 */
export function globMatcher(
  pattern: string,
  { braces = false }: { braces?: boolean } = {},
): (text: string) => boolean {
  const { states, end } = compiled(pattern.match(/\*\*\/|\*\*|[^]/gu) ?? [], braces);
  let known = new Map<string, Place>();
  const placeOf = (from: readonly number[]): Place => {
    const here = closure(states, from);
    const key = here.join();
    const place = known.get(key) ?? { here, isEnd: here.includes(end), next: new Map() };
    known.set(key, place);
    return place;
  };
  const start = placeOf([0]);
  return (text) => {
    if (known.size > mostRemembered) {
      known = new Map();
      start.next.clear();
    }
    let place = start;
    for (const sign of text) {
      if (place.here.length === 0) return false;
      let next = place.next.get(sign);
      if (!next) {
        next = placeOf(place.here.flatMap((at) => ledOn(states[at], sign)));
        place.next.set(sign, next);
      }
      place = next;
    }
    return place.isEnd;
  };
}

/** All states that some beginnings of texts lead to at once; where each character leads on is found once. */
interface Place {
  here: readonly number[];
  isEnd: boolean;
  next: Map<string, Place>;
}

const mostRemembered = 1_000;

const ledOn = (state: State | undefined, sign: string): number[] =>
  (state?.steps ?? []).filter(({ on }) => on(sign)).map(({ to }) => to);

/** These states and all that one is in as well, each once. */
function closure(states: readonly State[], from: readonly number[]): number[] {
  const found = new Set<number>();
  const left = [...from];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    left.push(...(states[at]?.also ?? []));
  }
  return [...found].sort((a, b) => a - b);
}

function compiled(parts: readonly string[], braces: boolean): { states: State[]; end: number } {
  const states: State[] = [];
  const fresh = (): number => states.push({ steps: [], also: [] }) - 1;
  const also = (from: number, to: number): void => void states[from]?.also.push(to);
  const step = (from: number, on: (sign: string) => boolean, to: number): number => {
    states[from]?.steps.push({ on, to });
    return to;
  };
  const loop = (from: number, on: (sign: string) => boolean): number => {
    const round = fresh();
    also(from, round);
    return step(round, on, round);
  };
  let next = 0;
  /** Reads on to the end of the pattern, or of the branch, from one state to another. */
  const read = (from: number, depth: number): number => {
    let at = from;
    for (; next < parts.length; next += 1) {
      const part = parts[next] ?? '';
      if (depth > 0 && (part === ',' || part === '}')) return at;
      if (part === '{' && braces && depth < deepest) at = branches(at, depth);
      else if (part === '**/') {
        const after = step(loop(at, any), (sign) => sign === '/', fresh());
        also(at, after);
        at = after;
      } else if (part === '**') at = loop(at, any);
      else if (part === '*') at = loop(at, notSlash);
      else if (part === '?') at = step(at, notSlash, fresh());
      else at = step(at, (sign) => sign === part, fresh());
    }
    return at;
  };
  /** From an opening brace to where its closing one stands, or the end. */
  const branches = (from: number, depth: number): number => {
    const to = fresh();
    do {
      next += 1;
      const begin = fresh();
      also(from, begin);
      also(read(begin, depth + 1), to);
    } while (parts[next] === ',');
    return to;
  };
  const end = read(fresh(), 0);
  return { states, end };
}
