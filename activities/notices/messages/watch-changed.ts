import type { Message } from '../occasion.ts';
import { news } from './news.ts';

const words = {
  regressed: {
    tag: 'Regressed',
    after: 'Roll it back by a new release, ship a fix, or accept it and close the incident with the reason.',
  },
  inconclusive: {
    tag: 'Cannot tell',
    after: 'Nothing is undone: nobody can tell any more how it does. See to the metrics, or look yourself.',
  },
  healthy: { tag: 'Healthy again', after: 'Nothing is asked of you.' },
} as const;

/** A released version stands differently from what its people were told last. */
export const watchChanged: Message = (occasion) => {
  const { health, command, because } = occasion.notice.facts ?? {};
  const { tag, after } = words[health === 'inconclusive' || health === 'healthy' ? health : 'regressed'];
  return news({
    tag,
    ...(tag === 'Healthy again' ? {} : { act: 'Look at the release' }),
    then: () => [
      ...(because === undefined ? [] : [because]),
      after,
      ...(command === undefined ? [] : [`The way back: \`${command}\``]),
    ],
  })(occasion);
};
