import type { CalendarAnswer } from '../domain/calendar/model.ts';
import { isCalendarNews, isDateNews, isHeldByAnother } from '../domain/release/calendar-news.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { hasStarted } from '../domain/release/stage-started.ts';
import { headlineVerdict } from '../domain/verdict.ts';
import { instantText } from '../domain/instant-text.ts';
import type { ReleaseRun } from './run.ts';

interface Change {
  /** Sentences that woke the release. */
  wakes: string[];
  before: CalendarAnswer | undefined;
}

/** What changed, and what that means for this release: one entry, however many changes came at once. */
export function tellOfChange(run: ReleaseRun, stage: StagePlan, { wakes, before }: Change): void {
  const answer = run.stageView(stage).calendar;
  if (!answer) return;
  const isNews =
    isCalendarNews(before, answer) ||
    (isHeldByAnother(before, answer) && run.isMended('tells-what-holds-it-now'));
  if (!isNews && run.isMended('tells-only-what-is-news')) return;
  const isMoved = before?.predicted?.start !== answer.predicted?.start;
  // between steps the calendar expects no start, and nobody waits for one
  const isTold =
    isMoved &&
    !(hasStarted(run.stageView(stage).state) && run.isMended('tells-no-start-of-what-has-started'));
  const moved = isTold ? movedWords(before, answer) : '';
  if (isTold && run.isDated && isDateNews(before, answer, run.view.schedule?.at !== undefined))
    run.notify({
      occasion: `expected/${stage.environment}/${run.view.seq}`,
      kind: 'rescheduled',
      to: run.audience,
      environment: stage.environment,
      sentence: `${wakes.join(' ')}${moved}`,
      facts: { calendar: String(answer.revision) },
    });
  const head = headlineVerdict(answer.verdicts.filter((row) => row.kind !== 'allowed'));
  const now = head ? head.because : 'The calendar lets it go.';
  const was = before?.predicted?.start;
  const start = answer.predicted?.start;
  run.tell('calendar.changed', stage.environment, `${wakes.join(' ')} ${run.title}: ${now}${moved}`, {
    facts: {
      revision: answer.revision,
      zoneData: answer.zoneData,
      ...(was === undefined ? {} : { before: was }),
      ...(start === undefined ? {} : { expected: start }),
    },
  });
}

function movedWords(before: CalendarAnswer | undefined, answer: CalendarAnswer): string {
  const start = answer.predicted?.start;
  const was = before?.predicted?.start;
  const expected = start === undefined ? 'at no time that is known' : instantText(start);
  return ` It is expected to start ${expected}${was === undefined ? '' : ` (before: ${instantText(was)})`}.`;
}
