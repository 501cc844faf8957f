import {
  condition,
  defineSignal,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { instantText } from '../domain/instant-text.ts';
import { calendarTouchedSignal } from './contract-calendar-watch.ts';
import { record } from './proxies.ts';

/** Looks in one run before it starts afresh: far below the engine's limits. */
const looksPerRun = 200;
/** It looks at least this often, should nobody have said that something changed. */
const lookAgainMs = 3_600_000;
/** Several changes at once are one look. */
const settleMs = 1_000;

/** Warns the owners of releases of a freeze that meets them: when it is made or changed, and 7 d, 24 h and 2 h before (semantics §1.5). */
export async function calendarWatch(): Promise<void> {
  let isTouched = false;
  setHandler(
    defineSignal(calendarTouchedSignal),
    () => {
      isTouched = true;
    },
    { description: 'The calendar, or what releases expect of it, has changed: looks whom to warn' },
  );
  for (let looks = 0; looks < looksPerRun && !workflowInfo().continueAsNewSuggested; looks += 1) {
    isTouched = false;
    const { nextAt } = await record.warnOfFreezes({ now: new Date(Date.now()).toISOString() });
    setCurrentDetails(
      nextAt === undefined ? 'No warning is due that is known.' : `Next warning: ${instantText(nextAt)}.`,
    );
    const untilNext = nextAt === undefined ? lookAgainMs : Date.parse(nextAt) - Date.now();
    const wait = Math.min(lookAgainMs, Math.max(settleMs, untilNext));
    if (await condition(() => isTouched, wait, { summary: 'the next warning before a freeze' }))
      await condition(() => false, settleMs, { summary: 'more changes may follow' });
  }
  await makeContinueAsNewFunc<typeof calendarWatch>({})();
}
