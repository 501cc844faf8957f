import { instantText } from '../instant-text.ts';
import { releaseTitle, type ReleaseView, type StallView } from './release.ts';
import { isTerminal, stateWord } from './state.ts';

/** How the tries of a workflow end: its code fails, or no worker answers in time. */
export type StallCause = 'fails' | 'hangs';

const reasons: Record<StallCause, string> = {
  fails:
    'the code of its workflow fails at every try, which is a defect or a worker of a version that does not fit',
  hangs: 'no worker answers for its workflow in time, again and again',
};

/** What mends it, and what holds until then. */
export const stallRemedy =
  'The log of the workers says what fails. Start workers of a version without the defect: it then goes on by itself where it stands. Until then nothing of it moves and no command reaches it.';

export const stallBecause = (cause: StallCause): string => reasons[cause];

/** `shop 1.4.0 needs a person: …`, for log, mail and headline alike. */
export const stallSentence = (title: string, because: string): string =>
  `${title} needs a person: ${because}.`;

/** The view as everybody sees it: the workflow's last word is true no more while it stands still. */
export function withStall(view: ReleaseView, stall: StallView | null | undefined): ReleaseView {
  if (!stall || isTerminal(view.state)) return view;
  const { since, because } = stall;
  const headline = `${stallSentence(releaseTitle(view.components), because)} It has stood still since ${instantText(since)}; before that: ${view.headline}`;
  return { ...view, headline, stalled: { since, because } };
}

/** The word for where a release is: one that stands still is stuck, whatever its workflow said last. */
export const wordOf = ({ state, stalled }: Pick<ReleaseView, 'state' | 'stalled'>): string =>
  stateWord(stalled ? 'stuck' : state);
