import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 50;

/**
 * What `look` finds, as soon as it finds something. For what other processes do, which can only be looked at.
 * A `look` that throws has found nothing yet; its error is told when time runs out.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  withinMs = 60_000,
  everyMs = lookEveryMs,
): Promise<NonNullable<Found>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let last: unknown;
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`, { cause: last });
    await pause(everyMs);
  }
}
