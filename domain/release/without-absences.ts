/** Said in place of who is away, until when and who stands in, to whoever may not know of absences. */
export const somebodyIsAway = 'Somebody is away. Who that is, a token for some services is not told.';

/**
 * A copy of what is told of a release, as JSON, without who is away: neither in the facts of entries and requests nor in the sentences that the
 * release has said. Whoever says a new sentence about absences adds it here. Applied twice it changes nothing more.
 */
export function withoutAbsences<T>(told: T): T {
  const text = JSON.stringify(told) as string | undefined;
  return text === undefined ? told : (JSON.parse(text, untold) as T);
}

function untold(key: string, value: unknown): unknown {
  if (typeof value === 'string') return untoldText(value);
  if (key === 'standIns' && typeof value === 'object' && value !== null) return { ...value, away: [] };
  if (key === 'insteadOf' && Array.isArray(value)) return value.flatMap(rulesAlone);
  return value;
}

/** In whose place somebody voted falls away; under which rules, which is why the vote counts, stays. */
const rulesAlone = (one: unknown): { rules: unknown }[] =>
  typeof one === 'object' && one !== null && 'rules' in one ? [{ rules: one.rules }] : [];

/** To the end of the text: a name may hold anything that would end a sentence. */
const said: readonly (readonly [RegExp, string])[] = [
  // of an approval that was asked for, and of a reminder of a task
  [/\. Away: .+$/s, `. ${somebodyIsAway}`],
  // of a quorum that nobody can complete
  [/; away: .+\(until \d{4}-\d{2}-\d{2}\).*$/s, `. ${somebodyIsAway}`],
  // of a request to those who have come back
  [/^Back, and asked for (.+) again: .+$/s, 'Somebody who was away is asked for $1 again.'],
];

function untoldText(text: string): string {
  return said.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);
}
