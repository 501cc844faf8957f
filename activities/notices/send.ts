import { ApplicationFailure } from '@temporalio/common';
import type { Person, Policy } from '../../domain/policy/policy.schema.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Store } from '../../platform/database/open.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { appendEvents } from '../../platform/record/append.ts';
import {
  beginNotice,
  messageIdOf,
  noticeFailed,
  noticeKey,
  noticeSent,
} from '../../platform/record/notices.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { inTransaction } from '../../platform/database/open.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Activities, InstallationNotice, NoticeInput } from '../contract.ts';
import { letterHtml } from './letter-html.ts';
import { letterText } from './letter-text.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { mayRetry, smtpMailer, type Mail, type Mailer } from './mail.ts';
import { messages } from './messages/index.ts';
import type { Occasion } from './occasion.ts';
import { readOccasion } from './read-occasion.ts';

export interface NoticeDeps {
  store: Store;
  secrets: Secrets;
  log: Logger;
  config: { publicUrl: string; smtpUrl?: string; mailFrom: string };
  /** For tests; else the server of `smtpUrl`. */
  mailer?: Mailer;
}

export type Sent =
  { state: 'sent' } | { state: 'failed'; because: string } | { state: 'retry'; because: string };

/**
 * Activity `sendNotices`, for releases of the first workflow version (docs/adr/0011): one mail to each person, once. Those who have it already are skipped, so a repeated attempt only
 * reaches the others. A server that cannot be reached fails the attempt (retryable), after everybody has been tried.
 */
export function createSendNotices(deps: NoticeDeps): Activities['sendNotices'] {
  const mailer = mailerOf(deps);
  return async (notice) => {
    const release = await readRelease(deps.store.db, notice.releaseId);
    if (!release)
      throw ApplicationFailure.retryable(
        `Release ${notice.releaseId} is not in the record yet.`,
        'MAIL_FAILED',
      );
    const policy = (await currentPolicy(deps.store.db))?.policy;
    if (!policy)
      throw ApplicationFailure.retryable('No policy is in force, so no address is known.', 'MAIL_FAILED');
    const occasionFor = await readOccasion(
      { ...deps, publicUrl: deps.config.publicUrl, policy, release },
      notice,
    );
    const answers = new Map<string, Sent>();
    for (const id of new Set(notice.to)) {
      const reader = policy.people.find((person) => person.id === id);
      // Whoever has left gantry.yaml gets no more mail, also about releases that began before.
      answers.set(
        id,
        reader
          ? await sendOnce(
              deps,
              mailer,
              { recorded: notice, occasion: await occasionFor(reader) },
              ownerOf(policy, release),
            )
          : { state: 'failed', because: 'is no longer in gantry.yaml' },
      );
    }
    return conclude(answers);
  };
}

function conclude(answers: ReadonlyMap<string, Sent>): Awaited<ReturnType<Activities['sendNotices']>> {
  const again = [...answers].flatMap(([person, answer]) =>
    answer.state === 'retry' ? [{ person, because: answer.because }] : [],
  );
  if (again.length > 0) {
    throw ApplicationFailure.retryable(
      `No mail to ${again.map(({ person }) => person).join(', ')}: ${again[0]?.because ?? ''}`,
      'MAIL_FAILED',
    );
  }
  const failed = [...answers].flatMap(([person, answer]) =>
    answer.state === 'failed' ? [{ person, because: answer.because }] : [],
  );
  return { sent: answers.size - failed.length, failed };
}

async function sendOnce(
  deps: NoticeDeps,
  mailer: Mailer,
  /** The notice as it was ordered, and as this reader is told of it. */
  { recorded, occasion }: { recorded: NoticeInput; occasion: Occasion },
  owner: Person | undefined,
): Promise<Sent> {
  const { notice, reader } = occasion;
  const { db } = deps.store;
  const key = noticeKey(notice, reader.id);
  const mail = mailOf(occasion, owner, mailDomain(deps.config.mailFrom));
  const begun = await beginNotice(db, {
    key,
    releaseId: notice.releaseId,
    ...(notice.requestId === undefined ? {} : { requestId: notice.requestId }),
    person: reader.id,
    kind: notice.kind,
    messageId: mail.messageId,
  });
  if (begun === 'alreadySent') return { state: 'sent' };
  try {
    await mailer.send(mail);
  } catch (error) {
    const because = messageOf(error);
    deps.log.warn(
      { releaseId: notice.releaseId, occasion: notice.occasion, person: reader.id, because },
      'a mail was not sent',
    );
    await noticeFailed(db, key, because);
    return { state: mayRetry(error) ? 'retry' : 'failed', because };
  }
  // A crash just here sends the mail again, with the same Message-ID: SMTP cannot promise better (trust §7).
  await inTransaction(db, async (trx) => {
    await noticeSent(trx, key);
    await appendEvents(trx, notice.releaseId, [sentEvent({ notice: recorded, reader }, key)]);
  });
  return { state: 'sent' };
}

export function mailOf(occasion: Occasion, owner: Person | undefined, domain: string): Mail {
  const { notice, reader } = occasion;
  const letter = messages[notice.kind](occasion);
  return {
    to: { name: reader.name, address: reader.email },
    ...(owner ? { replyTo: { name: owner.name, address: owner.email } } : {}),
    subject: letter.subject,
    text: letterText(letter),
    html: letterHtml(letter),
    messageId: messageIdOf(noticeKey(notice, reader.id), domain),
    threadId: `${notice.releaseId}@${domain}`,
  };
}

export const sentEvent = (
  { notice, reader }: { notice: NoticeInput | InstallationNotice; reader: Pick<Person, 'id' | 'name'> },
  key: string,
): NewEvent => ({
  key: `notice/${key}`,
  at: new Date().toISOString(),
  actor: { id: 'gantry', kind: 'system' },
  action: 'notice.sent',
  object: reader.id,
  sentence: `${reader.name} was told by mail: ${notice.sentence}`,
  facts: { kind: notice.kind, occasion: notice.occasion },
});

/** Answers to our mail go to a person: the owner, else whoever asked for the release. */
export function ownerOf(policy: Policy, release: ReleaseView): Person | undefined {
  const id = release.owner ?? release.requestedBy.person ?? release.requestedBy.id;
  return policy.people.find((person) => person.id === id);
}

export function mailerOf({ config, mailer }: NoticeDeps): Mailer {
  if (mailer) return mailer;
  if (config.smtpUrl !== undefined) return smtpMailer({ smtpUrl: config.smtpUrl, from: config.mailFrom });
  return {
    send() {
      throw ApplicationFailure.retryable('No mail server is configured: set SMTP_URL.', 'MAIL_FAILED');
    },
  };
}
