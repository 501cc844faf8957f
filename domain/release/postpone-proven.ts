import { suffices, type Assurance } from '../gates/approvals/assurance.ts';
import { formatDuration } from '../policy/duration.ts';
import { approverMayMs, longestDelay, mayPostpone, type Standing } from './postpone.ts';
import type { Authority, PostponementView } from './release.ts';

/** What there is to do where the mailed link alone proves too little for a delay. */
const remedy =
  'For more than that sign in and use the release page, or use `gantry release postpone`; a link postpones for longer where the stage asks for `link+code` or more.';

interface Asked {
  until: string;
  now: string;
  /** Every delay of this release, those that were lifted too. */
  earlier: readonly PostponementView[];
  /** How sure Gantry is of who it is. */
  proven: Assurance;
}

/**
 * {@link mayPostpone} for whoever is known by a mailed link: one that proves nothing but that somebody holds the mail delays no
 * further than an ordinary approver may, once by up to 24 h, whatever else this person is to the release. A forwarded mail of a
 * release manager would else stop a release for years (docs/gates/postponed.md).
 */
export function mayPostponeProven(
  who: Standing,
  { proven, ...asked }: Asked,
): ReturnType<typeof mayPostpone> {
  const answer = mayPostpone(who, asked);
  if (!answer.ok || !isWeak(answer.as, proven)) return answer;
  const length = Date.parse(asked.until) - Date.parse(asked.now);
  const because =
    length > approverMayMs
      ? `By the link in your mail alone you may postpone it by 24 h at most, and this is ${formatDuration(length)}. ${remedy}`
      : usedUp(who, asked.earlier);
  return because === undefined ? answer : { ok: false, because };
}

/** {@link longestDelay}, no longer than {@link mayPostponeProven} allows. */
export function longestDelayProven(
  who: Standing,
  { proven, ...asked }: Omit<Asked, 'until'>,
): ReturnType<typeof longestDelay> {
  const most = longestDelay(who, asked);
  if (!most.ok || !isWeak(most.as, proven)) return most;
  const because = usedUp(who, asked.earlier);
  if (because !== undefined) return { ok: false, because };
  const end = new Date(Date.parse(asked.now) + approverMayMs).toISOString();
  return { ok: true, as: most.as, until: most.until !== undefined && most.until < end ? most.until : end };
}

/** What an approver may give is the same at every level; whatever is more must be proven better. */
const isWeak = (as: Authority, proven: Assurance): boolean =>
  as !== 'approver' && !suffices(proven, 'link+code');

const usedUp = ({ person }: Standing, earlier: readonly PostponementView[]): string | undefined =>
  earlier.some(({ by }) => by === person)
    ? `You have postponed it already, and by the link in your mail alone you may do so once. ${remedy}`
    : undefined;
