import { news } from './news.ts';
import { subjectTitle, type Message } from '../occasion.ts';

/** A mail stays one that can be read. */
const mostTold = 20;

/** News of one release, or of all that have the same cause: those are listed under `together`, and counted in the subject. */
export function gatheredNews({
  together,
  ...o
}: Omit<Parameters<typeof news>[0], 'sections' | 'tag'> & { tag: string; together: string }): Message {
  const one = news({
    ...o,
    sections: ({ notice: { others = [] } }) =>
      others.length === 0
        ? []
        : [
            {
              kind: 'list',
              title: together,
              items: others.slice(0, mostTold).map(({ title, sentence }) => `${title}: ${sentence}`),
              ...(others.length > mostTold ? { more: `and ${others.length - mostTold} more` } : {}),
            },
          ],
  });
  return (occasion) => {
    const letter = one(occasion);
    const count = occasion.notice.others?.length ?? 0;
    return count === 0
      ? letter
      : { ...letter, subject: `[${o.tag}] ${subjectTitle(occasion)} and ${count} more` };
  };
}
