import { measuredSections } from './measured.ts';
import { news } from './news.ts';

/** Something could not be finished or undone: the release is stuck until a person says how it goes on. */
export const needsPerson = news({
  tag: 'Needs a person',
  act: 'Decide how it goes on',
  then: ({ release }) => [
    release.holds.some(({ doubt }) => doubt)
      ? 'Nothing more happens by itself. Extend its analysis, continue with a reason, or roll it back.'
      : 'Nothing more happens by itself. Mend the cause and retry, or say that you have done it by hand, or leave it as it is.',
  ],
  sections: (occasion) => {
    const { release } = occasion;
    const failed = release.stages.flatMap((stage) =>
      stage.rollout
        .filter(
          (rollout) =>
            rollout.compensation?.state === 'failed' || rollout.compensation?.state === 'needsPeople',
        )
        .map(
          (rollout) => `${rollout.service} in ${stage.environment}: ${rollout.compensation?.because ?? ''}`,
        ),
    );
    return [
      ...(failed.length > 0 ? [{ kind: 'list' as const, title: 'What failed', items: failed }] : []),
      ...measuredSections(occasion),
    ];
  },
});
