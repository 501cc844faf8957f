import { noteDueWarnings, tellWarnings } from '../../platform/record/calendar/warnings.ts';
import type { Activities } from '../contract.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import type { RecordDeps } from '../record.ts';

/** The activity `warnOfFreezes`: notes what is due, tells all that was noted, and answers when to look again. */
export function createWarnOfFreezes({ store, config, mailOrdered }: RecordDeps): Activities['warnOfFreezes'] {
  const domain = mailDomain(config.mailFrom);
  return async ({ now }) => {
    const answer = await noteDueWarnings(store.db, now);
    for (let told = 1; told > 0;) {
      told = await tellWarnings(store.db, { at: now, domain });
      if (told > 0) mailOrdered?.();
    }
    return answer;
  };
}
