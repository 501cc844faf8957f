import { news } from './news.ts';
import { subjectTitle, type Message } from '../occasion.ts';

/** A mail stays one that can be read. */
const mostTold = 20;

const one = news({
  tag: 'New date',
  act: 'Look at the release',
  then: () => ['Nothing is asked of you. Approvals that were given stay as they are.'],
  sections: ({ notice: { others = [] } }) =>
    others.length === 0
      ? []
      : [
          {
            kind: 'list',
            title: 'The same change moves, too',
            items: others.slice(0, mostTold).map(({ title, sentence }) => `${title}: ${sentence}`),
            ...(others.length > mostTold ? { more: `and ${others.length - mostTold} more` } : {}),
          },
        ],
});

/** A date that people plan with is another now, of one release or of all that one change moves; nothing is asked of them. */
export const rescheduled: Message = (occasion) => {
  const letter = one(occasion);
  const count = occasion.notice.others?.length ?? 0;
  return count === 0
    ? letter
    : { ...letter, subject: `[New date] ${subjectTitle(occasion)} and ${count} more` };
};
