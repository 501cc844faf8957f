import type { Schedule } from '../domain/calendar/model.ts';
import type { Actor, ReleaseView } from '../domain/release/release.ts';
import { admitDates } from '../platform/record/admit.ts';
import { keepReservation, refuseReserved } from '../platform/record/calendar/keep-reservation.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { noteOnStart, plannedStartOf } from './planned-start.ts';

/**
 * Gives a release another start, and moves what it has reserved as well: others are to see the new time, and get the old one.
 * `give` sends the command; nothing is sent where the time cannot be had. Answers the release after it, and what there is to
 * say of its start. @throws START_PASSED, RESERVATION_CONFLICT, and what the command throws
 */
export async function moveStart(
  deps: ApiDeps,
  o: { by: Actor; view: ReleaseView; schedule: Schedule; give: () => Promise<ReleaseView> },
): Promise<{ after: ReleaseView; note?: string }> {
  const { view, schedule } = o;
  const { db } = deps.store;
  const at = nowOf(deps).toISOString();
  await admitDates(db, { schedule }, at);
  const planned = plannedStartOf(view, schedule);
  if (planned) await refuseReserved(db, planned, at);
  const after = await o.give();
  if (planned) await keepReservation(db, planned, { by: o.by, at, mode: 'queue' });
  const note = await noteOnStart(deps, after, schedule);
  return { after, ...(note === undefined ? {} : { note }) };
}
