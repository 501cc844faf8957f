import { news } from './news.ts';

/** Somebody ended a waiver that this reader had given, before its time. */
export const waiverTakenBack = news({
  tag: 'Waiver taken back',
  act: 'Look at the release',
  then: ({ notice }) =>
    notice.facts?.['isPassed'] === 'true'
      ? [
          `${notice.environment ?? 'Its stage'} had passed its gates before, so what has started there goes on.`,
          'Should it come to wait at its gates again, the check counts as failed there.',
        ]
      : [
          `The check counts as failed again: ${notice.environment ?? 'its stage'} does not start before it passes, or somebody waives it anew.`,
          'Whoever had approved under the waiver is asked again.',
        ],
});
