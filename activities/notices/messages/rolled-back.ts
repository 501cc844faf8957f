import type { StageView } from '../../../domain/release/release.ts';
import { whatRunsRows, type Occasion } from '../occasion.ts';
import { news } from './news.ts';

/** Every rollback is told, automatic or by hand: whoever was told "released" is told this in the same thread. */
export const rolledBack = news({
  tag: 'Rolled back',
  now: (occasion) => {
    const again = runsAgain(occasion);
    return again === undefined ? undefined : `rolled back; ${again} runs again`;
  },
  whatRuns: (occasion) => {
    const again = runsAgain(occasion);
    const { environment } = occasion.notice;
    return again === undefined
      ? whatRunsRows(occasion)
      : whatRunsRows(occasion).map((row) =>
          row.label === environment ? { ...row, value: `${again} runs again` } : row,
        );
  },
  then: ({ stage, notice }) => {
    const environment = stage?.environment ?? notice.environment;
    // Environments before it keep the new version: only this one went back.
    const place = (preposition: string): string =>
      environment === undefined ? '' : ` ${preposition} ${environment}`;
    return [
      wasWhole(stage)
        ? `What was announced as released is gone again${place('from')}. The version before it takes the traffic${place('in')}; the table shows what runs where.`
        : `It had not gone all the way, so it was never announced as released. What it brought${place('to')} is taken back; the table shows what runs where.`,
    ];
  },
});

/** What took its place, where a later release took it back: the release that is told about ended well, and knows nothing of that. */
const runsAgain = ({ notice }: Occasion): string | undefined => notice.facts?.['runsAgain'];

/** Whether all traffic or targets of the stage had the new version before it went back. */
const wasWhole = (stage: StageView | undefined): boolean =>
  stage !== undefined &&
  (stage.finishedAt !== undefined ||
    stage.exposedAt !== undefined ||
    (stage.rollout.length > 0 &&
      stage.rollout.every(({ steps }) =>
        steps.every(({ state }) => state === 'done' || state === 'skipped'),
      )));
