import type { GateRow } from '../verdict.ts';
import type { ActionClass, Reservation } from './model.ts';

type Claim = Pick<Reservation, 'start' | 'end' | 'overlap'>;

/** Two spans of the same place are in conflict unless both say that they may overlap (semantics §2, "Reservation"). */
export const isConflict = (a: Claim, b: Claim): boolean =>
  Date.parse(a.start) < Date.parse(b.end) &&
  Date.parse(b.start) < Date.parse(a.end) &&
  !(a.overlap && b.overlap);

/** Whether a reservation is about any of these services: one without services is about the whole environment. */
export const concerns = (reservation: Pick<Reservation, 'services'>, services: readonly string[]): boolean =>
  reservation.services.length === 0 ||
  services.length === 0 ||
  reservation.services.some((service) => services.includes(service));

/** Person ids that hold a reservation: the person who made it, where it is not a release's. */
const holderOf = ({ owner }: Reservation): string[] =>
  owner.startsWith('person:') ? [owner.slice('person:'.length)] : [];

/** The row of a deployment that would run beside reservations of others from `start`, epoch milliseconds (semantics §2). */
export function reservationRow(o: {
  foreign: readonly Reservation[];
  actionClass: ActionClass;
  start: number;
  p90Ms: number;
  say: (ms: number) => string;
}): GateRow[] {
  const gate = 'reservation';
  const end = o.start + o.p90Ms;
  const other = [...o.foreign]
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
    .find((one) => Date.parse(one.start) < end && o.start < Date.parse(one.end));
  if (!other) return [];
  const until = Date.parse(other.end);
  const who = `${other.title} has ${other.environment} from ${o.say(Date.parse(other.start))} to ${o.say(until)}`;
  if (o.actionClass === 'rollback' || o.actionClass === 'automaticRollback')
    return [{ gate, kind: 'allowed', because: `Goes back although ${who}; its holder is told.` }];
  if (o.actionClass === 'hotfix')
    return [
      {
        gate,
        kind: 'needsPeople',
        because: `${who}: ask the holder to give way.`,
        who: [{ rule: 'holder', candidates: holderOf(other), seats: 1 }],
      },
    ];
  return [{ gate, kind: 'waiting', because: `${who}.`, until: other.end }];
}
