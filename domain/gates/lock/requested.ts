/**
 * The entry `lock.requested`: who waits for an environment, and behind whom. A token for some services is not told the title of a holder of
 * others: domain/release/without-others.ts knows this sentence.
 * @param o.title the release that waits; `holder`: who has the environment, left out where nobody does
 */
export function requestedWords(o: {
  title: string;
  environment: string;
  holder?: { title: string } | undefined;
}): string {
  const before = o.holder ? `, where ${o.holder.title} is` : '';
  return `${o.title} waits for ${o.environment}${before}.`;
}
