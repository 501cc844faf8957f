import { news } from './news.ts';

/** Something could not be finished or undone: the release is stuck until a person says how it goes on. */
export const needsPerson = news({
  tag: 'Needs a person',
  act: 'Decide how it goes on',
  then: () => [
    'Nothing more happens by itself. Mend the cause and retry, or say that you have done it by hand, or leave it as it is.',
  ],
  sections: ({ release }) => {
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
    return failed.length > 0 ? [{ kind: 'list', title: 'What failed', items: failed }] : [];
  },
});
