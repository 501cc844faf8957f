import { alreadySo, nothingCameOfIt } from '../already-so.ts';
import { instantText } from '../instant-text.ts';
import type { NameOf } from '../release/names.ts';

/** What somebody wants of a train. */
export interface Wanted {
  name: 'skip' | 'delay' | 'hold' | 'resume' | 'leave';
  /** With `delay`: instant of the new departure. */
  until?: string | undefined;
  /** Why, where that was said. */
  reason?: string | undefined;
  /** Number of the departure that is meant. */
  departure?: number | undefined;
}

/** How a train stands; instants are RFC 3339. */
export interface Standing {
  train: string;
  hold?: { by: string; reason: string; at: string } | undefined;
  next?: { number: number; departsAt: string } | undefined;
  /** Numbers of departures that were skipped. */
  skipped: readonly number[];
}

/**
 * Why there is nothing to do, where the train stands already as is wanted: a command that was sent before may have been done although nobody
 * heard of it, and is not done twice. Undefined where it is to be told.
 */
export function doneAlready(
  { name, until, departure, reason }: Wanted,
  { train, hold, next, skipped }: Standing,
  nameOf: NameOf,
): string | undefined {
  switch (name) {
    case 'hold':
      return (
        hold &&
        `${alreadySo('held', [hold], nameOf, `Train ${train}`)} ${nothingCameOfIt(hold, { given: reason })}`
      );
    case 'resume':
      return hold || !next ? undefined : `Train ${train} is not held: departure ${next.number} is next.`;
    case 'delay':
      return next && until !== undefined && Date.parse(until) === Date.parse(next.departsAt)
        ? `Departure ${next.number} of train ${train} leaves ${instantText(next.departsAt)} already.`
        : undefined;
    case 'skip':
      return departure !== undefined && departure !== next?.number && skipped.includes(departure)
        ? `Departure ${departure} of train ${train} is skipped already.`
        : undefined;
    case 'leave':
      return undefined;
  }
}
