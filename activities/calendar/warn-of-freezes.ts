import { noteDueWarnings, tellWarnings } from '../../platform/record/calendar/warnings.ts';
import type { Activities } from '../contract.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { remindOfReviews } from '../reviews/remind-of-reviews.ts';
import type { RecordDeps } from '../record.ts';

/**
 * The activity `warnOfFreezes`: notes what is due, tells all that was noted, and answers when to look again. The workflow that asks it looks at
 * all that comes by itself and belongs to no open release, so reviews of broken glass are reminded of here, too.
 */
export function createWarnOfFreezes({ store, config, mailOrdered }: RecordDeps): Activities['warnOfFreezes'] {
  const domain = mailDomain(config.mailFrom);
  return async ({ now }) => {
    const answer = await noteDueWarnings(store.db, now);
    for (let told = 1; told > 0;) {
      told = await tellWarnings(store.db, { at: now, domain });
      if (told > 0) mailOrdered?.();
    }
    const reviews = await remindOfReviews(store.db, { now, domain });
    if (reviews.count > 0) mailOrdered?.();
    const [nextAt] = [answer.nextAt, reviews.nextAt].filter((at) => at !== undefined).sort();
    return nextAt === undefined ? {} : { nextAt };
  };
}
