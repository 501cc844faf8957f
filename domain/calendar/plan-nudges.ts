import type { Nudge } from '../gates/approvals/ladder.ts';
import { outsideQuietHours } from './quiet-hours.ts';
import { type Clock, later } from './working-time.ts';

/** A person who may be reminded. `asked` by a rule itself, or only as its backup. */
export interface Reader {
  id: string;
  zone: string;
  as: 'asked' | 'backup';
  manager?: { id: string; zone: string };
}

/** The time that people have, and by which clock it is counted; `zone` is that of the organisation. */
export interface Waiting {
  openedAt: string;
  spanMs: number;
  clock: Clock;
  zone: string;
}

/** What is moved to within this time after the request was opened says only what the request has just said. */
const freshMs = 3_600_000;

/** Shares of the time that have passed when a step is due. */
const shares = { half: 0.5, backup: 0.75, last: 0.9, manager: 0.9 } as const;

export const deadlineOf = ({ openedAt, spanMs, clock, zone }: Waiting): string =>
  later(openedAt, spanMs, clock, zone);

/** The instant of a step by the clock alone (K1, K4). */
export const stepAt = ({ openedAt, spanMs, clock, zone }: Waiting, step: Nudge['step']): string =>
  later(openedAt, Math.round(spanMs * shares[step]), clock, zone);

/**
 * What happens while a request waits, in order (semantics §9, "Reminders", "Escalation ladder"). Each person is written to outside of
 * their own quiet hours, or where these leave no time for it, not at all (`isWorthSaying`). Backup groups may vote from their step on, even if their mail goes out later; `isBackupAsked` leaves
 * that step out, because they have been asked before.
 */
export function planNudges(
  waiting: Waiting,
  readers: readonly Reader[],
  { isBackupAsked }: { isBackupAsked: boolean },
): Nudge[] {
  const deadline = deadlineOf(waiting);
  const isLate = ({ as }: Reader) => as === 'backup' && !isBackupAsked;
  const nudge = (step: Nudge['step'], zone: string, whom: Pick<Nudge, 'to' | 'about'>): Nudge[] => {
    const due = stepAt(waiting, step);
    const moved = outsideQuietHours({ at: due, deadline, zone });
    // The request has told a backup group nothing: where quiet hours leave no time, the mail goes with the right to vote.
    const isBeforeAll = step === 'backup' && Date.parse(moved) < Date.parse(waiting.openedAt);
    const at = isBeforeAll ? due : moved;
    return at === due || isWorthSaying({ step, due, at, openedAt: waiting.openedAt })
      ? [{ at, step, ...whom }]
      : [];
  };
  const single = readers.flatMap((reader): Nudge[] => {
    const { id, zone, manager } = reader;
    return [
      ...nudge(isLate(reader) ? 'backup' : 'half', zone, { to: [id] }),
      ...nudge('last', zone, { to: [id] }),
      ...(manager ? nudge('manager', manager.zone, { to: [manager.id], about: [id] }) : []),
    ];
  });
  const opens = readers.some(isLate)
    ? [{ at: stepAt(waiting, 'backup'), step: 'backup' as const, to: [] }]
    : [];
  return together([...opens, ...single]);
}

/**
 * Whether a step that quiet hours have moved is still worth a mail. The request itself has just said what a reminder would say before or
 * soon after it, but not to a backup group; and a manager who is told early hears of silence while there is none.
 */
function isWorthSaying(o: { step: Nudge['step']; due: string; at: string; openedAt: string }): boolean {
  const [at, openedAt] = [Date.parse(o.at), Date.parse(o.openedAt)];
  if (o.step === 'manager' && at < Date.parse(o.due)) return false;
  return o.step === 'backup' || at - openedAt > freshMs;
}

/** Those of one step at one instant as one; managers each for themselves, for each is told of other people. */
function together(nudges: readonly Nudge[]): Nudge[] {
  const byKey = new Map<string, Nudge>();
  for (const nudge of nudges) {
    const key = [nudge.at, nudge.step, ...(nudge.step === 'manager' ? nudge.to : [])].join(' ');
    const known = byKey.get(key);
    byKey.set(key, {
      ...nudge,
      to: [...new Set([...(known?.to ?? []), ...nudge.to])],
      ...(nudge.about ? { about: [...(known?.about ?? []), ...nudge.about] } : {}),
    });
  }
  return [...byKey.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
