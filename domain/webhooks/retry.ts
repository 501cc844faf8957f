const seconds = (count: number): number => count * 1000;
const minutes = (count: number): number => seconds(60 * count);
const hours = (count: number): number => minutes(60 * count);

/** Pauses after each failed try, in milliseconds: over 75 hours in all (trust §5.2, Standard Webhooks). */
const pauses = [
  seconds(5),
  minutes(5),
  minutes(30),
  hours(2),
  hours(5),
  hours(10),
  hours(14),
  hours(20),
  hours(24),
] as const;

/** The answer of a receiver, as far as the next try hangs on it. */
export interface Received {
  /** HTTP status; left out where no answer came. */
  status?: number;
  /** Of the header Retry-After, in seconds. */
  retryAfterSeconds?: number;
}

/** What becomes of a message after a try. `gone`: the address wants no more messages at all. */
export type AfterTry =
  { kind: 'sent' } | { kind: 'gone' } | { kind: 'retry'; inMs: number } | { kind: 'given up' };

/** What follows on try number `tries`, from 1. A receiver may ask for a longer pause, not for one of more than a day. */
export function afterTry({ status, retryAfterSeconds }: Received, tries: number): AfterTry {
  if (status !== undefined && status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 410) return { kind: 'gone' };
  const pause = pauses[tries - 1];
  if (pause === undefined) return { kind: 'given up' };
  const asked = Math.min(seconds(retryAfterSeconds ?? 0), hours(24));
  return { kind: 'retry', inMs: Math.max(pause, asked) };
}
