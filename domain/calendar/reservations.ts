import type { GateRow } from '../verdict.ts';
import type { ActionClass, Reservation } from './model.ts';

type Claim = Pick<Reservation, 'start' | 'end' | 'overlap'>;

/** A reservation with the person who made it, where that is known. */
export type Held = Reservation & { createdBy?: string };

/** Two spans of the same place are in conflict unless both say that they may overlap (semantics §2, "Reservation"). */
const isConflict = (a: Claim, b: Claim): boolean =>
  Date.parse(a.start) < Date.parse(b.end) &&
  Date.parse(b.start) < Date.parse(a.end) &&
  !(a.overlap && b.overlap);

/** Whether a reservation is about any of these services: one without services is about the whole environment. */
const concerns = (reservation: Pick<Reservation, 'services'>, services: readonly string[]): boolean =>
  reservation.services.length === 0 ||
  services.length === 0 ||
  reservation.services.some((service) => services.includes(service));

/** Reservations of others that keep a wanted one out of its place in its time, in the order in which they begin. */
export const inTheWay = <R extends Reservation>(
  wanted: Omit<Reservation, 'id' | 'title'>,
  reserved: readonly R[],
): R[] =>
  reserved
    .filter(
      (one) =>
        one.environment === wanted.environment &&
        one.owner !== wanted.owner &&
        concerns(one, wanted.services) &&
        isConflict(one, wanted),
    )
    .sort(byStart);

const byStart = (a: Reservation, b: Reservation): number => Date.parse(a.start) - Date.parse(b.start);

/** Person ids that can let go of a reservation: who holds it, or who made it for a release. */
export const holdersOf = ({ owner, createdBy }: Pick<Held, 'owner' | 'createdBy'>): string[] => {
  if (owner.startsWith('person:')) return [owner.slice('person:'.length)];
  return createdBy === undefined ? [] : [createdBy];
};

/** Reservations of others that a deployment from `start` on would run into, earliest first. */
export const reservationsMet = <One extends Held>(
  foreign: readonly One[],
  { start, p90Ms }: { start: number; p90Ms: number },
): One[] =>
  foreign.filter((one) => Date.parse(one.start) < start + p90Ms && start < Date.parse(one.end)).sort(byStart);

/** The row of a deployment that would run beside reservations of others from `start`, epoch milliseconds (semantics §2). */
export function reservationRow(o: {
  foreign: readonly Held[];
  actionClass: ActionClass;
  start: number;
  p90Ms: number;
  say: (ms: number) => string;
}): GateRow[] {
  const gate = 'reservation';
  const met = reservationsMet(o.foreign, o);
  const [other] = met;
  if (!other) return [];
  const who = `${other.title} has ${other.environment} from ${o.say(Date.parse(other.start))} to ${o.say(Date.parse(other.end))}`;
  if (o.actionClass === 'rollback' || o.actionClass === 'automaticRollback')
    return [{ gate, kind: 'allowed', because: `Goes back although ${who}.` }];
  // All of them have to give way, and the last one to end is what is waited for: asking earlier would only wait again.
  const more = met.length > 1 ? `, and ${met.length - 1} more after it` : '';
  if (o.actionClass === 'hotfix')
    return [
      {
        gate,
        kind: 'needsPeople',
        because: `${who}${more}: ask the holder to give way.`,
        who: met.map((one) => ({ rule: 'holder', candidates: holdersOf(one), seats: 1 })),
      },
    ];
  const until = met.map((one) => one.end).reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
  return [{ gate, kind: 'waiting', because: `${who}${more}.`, until }];
}
