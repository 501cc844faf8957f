import type { ReleaseView } from '../../../domain/release/release.ts';
import { endsByItself } from '../../../domain/release/why-shut.ts';
import { waysToEnd } from '../../../domain/rollout/shut-way-back.ts';
import { undoTold } from '../../../domain/rollout/undo-told.ts';
import { measuredSections } from './measured.ts';
import { news } from './news.ts';

/** Something could not be finished or undone: the release is stuck, or held, until a person says how it goes on. */
export const needsPerson = news({
  tag: 'Needs a person',
  act: 'Decide how it goes on',
  then: ({ release }) => nothingBy(release),
  sections: (occasion) => {
    const { release } = occasion;
    const waiting = release.stages.flatMap(({ environment, rollout }) =>
      rollout.flatMap((one) => {
        const told = undoTold(one, rollout);
        return told === undefined ? [] : [`${one.service} in ${environment}: ${told}`];
      }),
    );
    return [
      ...(waiting.length > 0
        ? [{ kind: 'list' as const, title: 'What has not gone back', items: waiting }]
        : []),
      ...measuredSections(occasion),
    ];
  },
});

/** That nothing comes by silence, where that is so, and what can be done where it is stuck or in doubt; of other holds the sentence itself says that. */
function nothingBy(release: ReleaseView): string[] {
  const byItself = 'Nothing more happens by itself.';
  if (release.state === 'stuck')
    return [
      `${byItself} Mend the cause and retry, or say that you have done it by hand, or leave it as it is.`,
    ];
  const { holds } = release;
  if (holds.length === 0 || holds.some((hold) => hold.until !== undefined || endsByItself(hold))) return [];
  return holds.some(({ doubt }) => doubt)
    ? [`${byItself} Extend its analysis, continue with a reason, or ${waysToEnd(release)[0]}.`]
    : [byItself];
}
