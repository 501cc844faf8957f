import { ifYouDoNothing } from '../../../domain/release/stage-words.ts';
import { news } from './news.ts';

/** Tells a manager that somebody of theirs lets a request run out. */
export const approvalWaits = news({
  tag: 'Waits for approval',
  act: 'Look at the release',
  then: ({ request, stage, nameOf, notice }) => [
    `Talk to ${notice.facts?.['silent']?.split(', ').map(nameOf).join(', ') ?? 'them'}: the mail with the link is theirs alone, and nobody can decide with it in their place.`,
    ...(request
      ? [
          ifYouDoNothing(request.plan, { isSecondRound: stage?.approval?.escalatedAt !== undefined }).replace(
            'If you do nothing',
            'If nobody decides',
          ),
        ]
      : []),
  ],
});
