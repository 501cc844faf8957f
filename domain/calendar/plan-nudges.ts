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

/** Shares of the time that have passed when a step is due. */
const shares = { half: 0.5, backup: 0.75, last: 0.9, manager: 0.9 } as const;

export const deadlineOf = ({ openedAt, spanMs, clock, zone }: Waiting): string =>
  later(openedAt, spanMs, clock, zone);

/** The instant of a step by the clock alone (K1, K4). */
export const stepAt = ({ openedAt, spanMs, clock, zone }: Waiting, step: Nudge['step']): string =>
  later(openedAt, Math.round(spanMs * shares[step]), clock, zone);

/**
 * What happens while a request waits, in order (semantics §9, "Reminders", "Escalation ladder"). Each person is written to outside of
 * their own quiet hours. Backup groups may vote from their step on, even if their mail goes out later; `isBackupAsked` leaves
 * that step out, because they have been asked before.
 */
export function planNudges(
  waiting: Waiting,
  readers: readonly Reader[],
  { isBackupAsked }: { isBackupAsked: boolean },
): Nudge[] {
  const deadline = deadlineOf(waiting);
  const now = waiting.openedAt;
  const moved = (step: Nudge['step'], zone: string) =>
    outsideQuietHours({ at: stepAt(waiting, step), now, deadline, zone });
  const single: Nudge[] = readers.flatMap(({ id, zone, as, manager }): Nudge[] => [
    ...(as === 'asked' || isBackupAsked
      ? [{ at: moved('half', zone), step: 'half' as const, to: [id] }]
      : []),
    ...(as === 'backup' && !isBackupAsked
      ? [{ at: moved('backup', zone), step: 'backup' as const, to: [id] }]
      : []),
    { at: moved('last', zone), step: 'last', to: [id] },
    ...(manager
      ? [{ at: moved('manager', manager.zone), step: 'manager' as const, to: [manager.id], about: [id] }]
      : []),
  ]);
  const opens = single.some(({ step }) => step === 'backup')
    ? [{ at: stepAt(waiting, 'backup'), step: 'backup' as const, to: [] }]
    : [];
  return together([...opens, ...single]);
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
