import type { Person } from '../../domain/policy/policy.schema.ts';
import { localSentence } from '../../platform/local-sentence.ts';
import { showInstant } from '../../platform/instants.ts';
import { messageIdOf, noticeKey } from '../../platform/record/notices.ts';
import type { InstallationNotice } from '../contract.ts';
import type { Letter } from './letter.ts';
import { letterHtml } from './letter-html.ts';
import { letterText } from './letter-text.ts';
import type { Mail } from './mail.ts';

const tags = { leftBehind: 'Left behind', trainMissing: 'Train waits for you' } as const;

/** Whether a notice is about no release, but about the installation or one of its trains. */
export const isOfInstallation = (notice: { kind: string }): notice is InstallationNotice =>
  Object.hasOwn(tags, notice.kind);

/** The mail of a train: to its captain where it cannot leave, to whoever owns what it left behind. */
export function trainMail(
  notice: InstallationNotice,
  o: { reader: Person; zone: string; publicUrl: string; domain: string },
): Mail {
  const letter = trainLetter(notice, o);
  return {
    to: { name: o.reader.name, address: o.reader.email },
    subject: letter.subject,
    text: letterText(letter),
    html: letterHtml(letter),
    messageId: messageIdOf(noticeKey(notice, o.reader.id), o.domain),
    threadId: `train-${notice.facts.train}@${o.domain}`,
  };
}

/** The letter before it is rendered. */
export function trainLetter(
  { kind, sentence: recorded, facts }: InstallationNotice,
  { zone, publicUrl }: { zone: string; publicUrl: string },
): Letter {
  const { train, departsAt, service, next, isOver, remedy } = facts;
  const sentence = localSentence(recorded, { zone, now: new Date(), withUtc: true });
  const isMissing = kind === 'trainMissing';
  return {
    subject: `[${isOver === undefined ? tags[kind] : 'Train could not leave'}] train ${train}${service === undefined ? '' : `, ${service}`}`,
    preheader: sentence,
    opening: [sentence, whatNow({ train, isMissing, isOver, remedy })],
    sections: [
      {
        kind: 'facts',
        rows: [
          { label: 'Train', value: train },
          { label: 'Departure', value: showInstant(departsAt, zone) },
          ...(next === undefined ? [] : [{ label: 'Next departure', value: showInstant(next, zone) }]),
        ],
      },
    ],
    links: [{ sentence: 'The calendar with its departures:', url: `${publicUrl}/calendar` }],
    closing: [
      isMissing
        ? 'You get this as captain of the train. People and trains are set in gantry.yaml.'
        : 'You get this because you answer for this service. People and services are set in gantry.yaml.',
    ],
  };
}

function whatNow(o: {
  train: string;
  isMissing: boolean;
  isOver: string | undefined;
  remedy: string | undefined;
}): string {
  if (o.isOver !== undefined)
    return 'Nothing of this departure has left, and nothing will: the next one takes along what is ready then and may leave. What cannot wait can be released on its own.';
  if (o.isMissing)
    return `Say how it goes on: gantry train leave ${o.train}, gantry train delay ${o.train} --to TIME, or gantry train skip ${o.train}, each with --reason.`;
  if (o.remedy !== undefined)
    return 'Once that is done, it rides with the next departure. If it cannot wait, release it on its own.';
  return 'Nothing is asked of you: it rides with the next departure, once it is ready before boarding ends. If it cannot wait, release it on its own.';
}
