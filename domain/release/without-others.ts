/** Said in place of the title of a release that a token for some services may not read. */
export const anotherRelease = 'a release that this token may not read';

/**
 * A copy of what is told of a release, as JSON, without the titles of others in the sentences of the lock (who holds an environment, who has taken
 * a place in its queue) and of reviews (whose glass was broken). A title stays where all its services are among these. Whoever says a new sentence with the title of a release
 * that this one has nothing to do with adds it here. Applied twice it changes nothing more.
 */
export function withoutOthers<T>(told: T, services: readonly string[]): T {
  const text = JSON.stringify(told) as string | undefined;
  if (text === undefined) return told;
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? untold(value, services) : value,
  ) as T;
}

/** `shop 1.4.0, cart 2.0.1`, as `releaseTitle` writes it. */
const title = String.raw`[^\s"]+ [^\s"]+(?:, [^\s"]+ [^\s"]+)*`;

/** Each begins at words of ours, so that a text of any length is read once: nobody who writes a long one keeps the server busy. */
const said: readonly RegExp[] = [
  // the gate `lock` (domain/gates/lock/evaluate.ts), and with it the headline
  new RegExp(String.raw`(?<=Waits for )${title}(?= on \S+, there since )`, 'g'),
  // the entry `lock.requested` (domain/gates/lock/requested.ts)
  new RegExp(String.raw`(?<= waits for \S+, where )${title}(?= is\.)`, 'g'),
  // a queue in which the newest wins (domain/gates/lock/newest.ts)
  new RegExp(String.raw`(?<=^|[.:] )${title}(?= is newer and waits for the same: it takes its place)`, 'g'),
  // a review that nobody has done (domain/gates/review/evaluate.ts)
  new RegExp(String.raw`(?<= broke the glass for )${title}(?= in \S+ \()`, 'g'),
];

function untold(text: string, services: readonly string[]): string {
  return said.reduce(
    (left, pattern) => left.replace(pattern, (found) => (isTold(found, services) ? found : anotherRelease)),
    text,
  );
}

/** A title of these services alone, or the end of what was said in place of one. */
const isTold = (found: string, services: readonly string[]): boolean =>
  anotherRelease.endsWith(found) ||
  found.split(', ').every((one) => services.includes(one.split(' ')[0] ?? ''));
