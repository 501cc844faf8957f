import { expect, test } from '@jest/globals';
import type { CalendarAnswer } from '../domain/calendar/model.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ReleaseRun } from './run.ts';
import { tellOfChange } from './tell-of-calendar.ts';

const predicted = { start: '2026-11-28T10:00:00.000Z', end: '2026-11-28T11:00:00.000Z' };
const answer = { verdicts: [], despite: [], revision: 1, zoneData: '2026a' } as unknown as CalendarAnswer;

/** What is told, and how many mails go out, when a freeze is made and the calendar expects no start any more. */
function told(state: string): { sentences: string[]; mails: number } {
  const sentences: string[] = [];
  let mails = 0;
  const run = {
    title: 'shop 1.4.0',
    ...{ isDated: true, audience: ['ben'], view: { seq: 1 } },
    stageView: () => ({ state, calendar: answer }),
    isMended: () => true,
    notify: () => (mails += 1),
    tell: (_action: string, _object: string, sentence: string) => sentences.push(sentence),
  } as unknown as ReleaseRun;
  const stage = { environment: 'production' } as unknown as StagePlan;
  tellOfChange(run, stage, { wakes: ['Freeze lunch was made.'], before: { ...answer, predicted } });
  return { sentences, mails };
}

test('what has started is not said to start at no time that is known, and nobody gets a mail of that', () => {
  const now = 'Freeze lunch was made. shop 1.4.0: The calendar lets it go.';
  expect(told('deploying')).toEqual({ sentences: [now], mails: 0 });
  expect(told('gating')).toEqual({
    sentences: [`${now} It is expected to start at no time that is known (before: Sat 28 Nov 10:00 UTC).`],
    mails: 1,
  });
});
