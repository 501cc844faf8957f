import { releaseTitle } from '../../domain/release/release.ts';
import type { Db } from '../../platform/database/open.ts';
import { claimGroup, claimNotices } from '../../platform/record/claim-notices.ts';
import { groupOf } from '../../platform/record/notice-groups.ts';
import type { DueNotice } from '../../platform/record/notices.ts';

/** One mail to one person: what it opens with, and what goes with it because it has the same cause. */
export interface Gathered {
  first: DueNotice;
  others: DueNotice[];
}

/**
 * Begins attempts at what is due. What one change of the calendar says to one person of many releases comes as one mail; the
 * release that stands first in it is the same in each attempt.
 */
export async function claimGathered(db: Db, limit: number): Promise<Gathered[]> {
  const due = await claimNotices(db, limit);
  const groups = new Map<string, DueNotice[]>();
  for (const one of due) {
    const group = groupOf(one.occasion) ?? one.key;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const claimed = due.map(({ key }) => key);
  return Promise.all(
    [...groups.values()].map(async (members) => {
      const [one] = members;
      if (!one) throw new Error('a group has members');
      const rest = await claimGroup(db, one, claimed);
      const [first = one, ...others] = [...members, ...rest].sort((a, b) => (a.key < b.key ? -1 : 1));
      return { first, others };
    }),
  );
}

/** The notice with what goes with it, as the message wants it. */
export function withOthers({ first, others }: Gathered): DueNotice['occasion'] {
  const notice = first.occasion;
  if (others.length === 0 || !('releaseId' in notice)) return notice;
  return {
    ...notice,
    others: others.flatMap(({ occasion, release }) =>
      'releaseId' in occasion && release
        ? [
            {
              releaseId: occasion.releaseId,
              title: releaseTitle(release.components),
              sentence: occasion.sentence,
            },
          ]
        : [],
    ),
  };
}
