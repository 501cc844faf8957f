import type { ReleaseView } from '../../../domain/release/release.ts';
import { failedUndosTold, undoTold } from '../../../domain/rollout/undo-told.ts';
import type { Message } from '../occasion.ts';
import { measuredSections } from './measured.ts';
import { news } from './news.ts';

/** Something could not be finished or undone: the release is stuck until a person says how it goes on. */
export const needsPerson: Message = (occasion) => {
  const { notice, release } = occasion;
  return letter({ ...occasion, notice: { ...notice, sentence: sayWhatFailed(notice.sentence, release) } });
};

const letter = news({
  tag: 'Needs a person',
  act: 'Decide how it goes on',
  then: ({ release }) => [
    release.holds.some(({ doubt }) => doubt)
      ? 'Nothing more happens by itself. Extend its analysis, continue with a reason, or roll it back.'
      : 'Nothing more happens by itself. Mend the cause and retry, or say that you have done it by hand, or leave it as it is.',
  ],
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

/** The workflow names all undos that wait for a person as if each had failed; here those that were not tried are told apart. */
function sayWhatFailed(sentence: string, release: ReleaseView): string {
  const told = failedUndosTold(release);
  return told === undefined ? sentence : sentence.replace(namedAsFailed, () => told);
}

const namedAsFailed =
  /(?<=(?:needs a person|has needed a person for [^:]+): )the undo of .+ failed(?=\.$|, and nobody has acted\.$)/u;
