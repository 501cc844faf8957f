import { showInstant } from '../../../platform/instants.ts';
import { conditionInWords } from '../../../platform/condition-words.ts';
import type { Row } from '../letter.ts';
import { quorumInWords } from '../quorum-words.ts';
import { releaseLink, subjectTitle, type Message, type Occasion } from '../occasion.ts';

const ways: Record<string, string> = {
  api: 'the API, the command line or a signed-in page',
  signal: 'a signal in Temporal, which proves nobody’s identity',
};

/** By which way it came, to the one who voted or to somebody else. */
const wayInWords = (via: string, isOwn: boolean): string =>
  via === 'link' ? `the link mailed to ${isOwn ? 'you' : 'them'}` : (ways[via] ?? via);

/** Tells the voter and the owner what was counted: how a misused or forwarded link is noticed (trust §1.6). */
export const confirmation: Message = (occasion) => {
  const { notice, reader, nameOf } = occasion;
  const person = notice.facts?.['person'] ?? '';
  const word = notice.facts?.['choice'] === 'reject' ? 'rejected' : 'approved';
  const own = person === reader.id;
  const who = own ? 'You' : nameOf(person);
  return {
    subject: `[Decided] ${who} ${word} ${subjectTitle(occasion)}`,
    preheader: `Counted. ${occasion.release.headline}`,
    opening: [
      `${who} ${word} ${subjectTitle(occasion)}. The decision is counted.`,
      own
        ? 'If this was not you, take it back at once with the link below and tell the owner of the release: somebody else has used your link.'
        : `If you doubt that this was ${nameOf(person)}, ask them, or stop the release on its page.`,
    ],
    ...(occasion.withdrawLink === undefined
      ? {}
      : {
          button: {
            label: 'Take it back',
            introduction: 'Works while the request is open (this link acts as you, do not forward it):',
            url: occasion.withdrawLink,
          },
        }),
    sections: [{ kind: 'facts', rows: rows(occasion, person) }],
    links: [releaseLink(occasion)],
    closing: [
      own
        ? 'You get this because a decision was made in your name.'
        : 'You get this as owner of this release.',
      `Release ${occasion.release.id}.`,
    ],
  };
};

function rows(occasion: Occasion, person: string): Row[] {
  const { stage, request, zone, nameOf, release } = occasion;
  const closesAt = stage?.approval?.closesAt;
  return [
    ...voteRows(occasion, person),
    ...(request
      ? [{ label: 'Approvals', value: quorumInWords(request.plan, stage?.approval, zone, nameOf) }]
      : []),
    ...(closesAt === undefined ? [] : [{ label: 'Final', value: showInstant(closesAt, zone) }]),
    { label: 'Now', value: release.headline, isTold: true },
    ...(request ? [{ label: 'Subject', value: request.subjectDigest }] : []),
  ];
}

/** When, by which way and with which words the vote was given. */
function voteRows({ notice, reader, stage, zone, nameOf }: Occasion, person: string): Row[] {
  const vote = stage?.approval?.votes.find((candidate) => candidate.person === person);
  const via = notice.facts?.['via'] ?? vote?.via;
  return [
    ...(vote ? [{ label: 'When', value: showInstant(vote.at, zone) }] : []),
    ...(via === undefined ? [] : [{ label: 'By', value: wayInWords(via, person === reader.id) }]),
    ...(vote?.comment === undefined ? [] : [{ label: 'Comment', value: vote.comment }]),
    ...(vote?.conditions ?? []).map((condition) => ({
      label: 'Condition',
      value: conditionInWords(condition, { zone, nameOf }),
    })),
  ];
}
