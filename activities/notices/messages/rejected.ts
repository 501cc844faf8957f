import { news } from './news.ts';

export const rejected = news({
  tag: 'Rejected',
  then: () => [
    'The release has ended. Nothing of this stage was shipped. Start a new release when the reason is settled.',
  ],
  sections: ({ stage, nameOf }) => {
    const reasons = (stage?.approval?.votes ?? [])
      .filter((vote) => vote.choice === 'reject')
      .map((vote) => `${nameOf(vote.person)}: ${vote.comment ?? 'no reason given'}`);
    return reasons.length > 0 ? [{ kind: 'list', title: 'Reasons', items: reasons }] : [];
  },
});
