import type { NewEvent } from '../../domain/release/events.ts';
import { inTransaction } from '../../platform/database/open.ts';
import { messageOf } from '../../platform/errors.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { appendEvents } from '../../platform/record/append.ts';
import { settleFailed, settleSent, type DueNotice } from '../../platform/record/notices.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { InstallationNotice, NoticeInput } from '../contract.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { claimGathered, withOthers, type Gathered } from './gather.ts';
import { mailsAtOnce, mayRetry, type Mailer } from './mail.ts';
import { readOccasion, requestOf } from './read-occasion.ts';
import { isOfInstallation, trainMail } from './train-letter.ts';
import { postDue } from './webhooks.ts';
import type { MailUrgency } from './urgency.ts';
import { mailerOf, mailOf, ownerOf, sentEvent, type NoticeDeps, type Sent } from './send.ts';

export interface Outbox {
  /**
   * Says that mail was ordered just now, so that nobody waits for the next round. Mail that nothing hangs on may go `soon`: what
   * was decided a moment ago, such as a deployment, begins before it is written.
   */
  ring: (when?: MailUrgency, mails?: number) => void;
  /** Says that mail is likely to be ordered within a moment. */
  expect: () => void;
  /** Ends after the mails that are under way; what is not out stays for the next process. */
  close: () => Promise<void>;
}

/** How long mail that may go `soon` waits, in milliseconds. */
const soonMs = 200;
/** How often somebody looks for mail that was ordered by another process, or that is to be tried again. */
const roundMs = 1_000;
/** The same for messages to webhooks. */
const webhookRoundMs = 5_000;
/** Sent side by side; of mail as many as there are connections. */
const batch = mailsAtOnce;
const longestPauseMs = 300_000;
/** After this the mail is given up, and the timeline says so. */
const givenUpAfterMs = 36 * 3_600_000;

/**
 * Sends the mail that was ordered with the record, once for each person and occasion (promise P18): tried again with growing
 * pauses, up to five minutes apart, for a day and a half. Any number of workers may do so beside each other.
 */
export function startOutbox(deps: NoticeDeps): Outbox {
  const mailer = mailerOf(deps);
  const outgoing = createOutgoing();
  const deliveries = new Deliveries(deps, mailer);
  /** Ordered, and waiting for a moment. */
  let soon = 0;
  const mail = startRounds(deps, roundMs, async () => {
    soon = 0;
    return deliveries.begin();
  });
  // apart from mail, which must not wait for an address that hangs
  const webhooks = startRounds(
    deps,
    webhookRoundMs,
    async () => (await postDue({ ...deps, outgoing }, batch)) >= batch,
  );
  return {
    ring: (when, mails = 1) => {
      if (when === 'soon') mailer.expect?.((soon += mails));
      mail.ring(when);
      webhooks.ring(when);
    },
    // with it go all that were to go soon
    expect: () => mailer.expect?.(soon + 1),
    close: async () => {
      await Promise.all([deliveries.finish(), mail.close(), webhooks.close()]);
      await deliveries.finish(); // what a round was just claiming
    },
  };
}

/** Does one round after the other, a pause apart, or at once where somebody rings or a round says that there may be more. */
function startRounds(
  { log }: Pick<NoticeDeps, 'log'>,
  pauseMs: number,
  round: () => Promise<boolean>,
): { ring: (when?: MailUrgency) => void; close: () => Promise<void> } {
  const bell = { isRung: false, isClosing: false, wake: (): void => undefined };
  let soon: NodeJS.Timeout | undefined;
  const idle = async (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => bell.wake(), pauseMs);
      bell.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const ring = (): void => {
    clearTimeout(soon);
    soon = undefined;
    bell.isRung = true;
    bell.wake();
  };
  const run = async (): Promise<void> => {
    while (!bell.isClosing) {
      bell.isRung = false;
      const mayBeMore = await round().catch((error: unknown) => {
        // The database is away: asked again in the next round, for as long as it takes.
        log.warn({ because: messageOf(error) }, 'the outbox could not finish a round');
        return false;
      });
      if (!mayBeMore && !wasRung(bell)) await idle();
    }
  };
  const going = run();
  return {
    ring: (when = 'now') => {
      if (when === 'now') ring();
      else soon ??= setTimeout(ring, soonMs);
    },
    close: async () => {
      clearTimeout(soon);
      bell.isClosing = true;
      bell.wake();
      await going;
    },
  };
}

/** Whether somebody came while a round was under way; read through a call, for it changes behind the loop. */
const wasRung = (bell: { isRung: boolean; isClosing: boolean }): boolean => bell.isRung || bell.isClosing;

/** Mails that are under way. One that a slow server keeps waiting holds up none that is ordered meanwhile, until there are ten of them. */
class Deliveries {
  private readonly underWay = new Set<Promise<void>>();
  private isClosing = false;
  private readonly deps: NoticeDeps;
  private readonly mailer: Mailer;

  constructor(deps: NoticeDeps, mailer: Mailer) {
    this.deps = deps;
    this.mailer = mailer;
  }

  /** Begins with what is due now; answers whether more may wait. */
  async begin(): Promise<boolean> {
    if (this.underWay.size >= batch) await Promise.race(this.underWay);
    if (this.isClosing) return false;
    const free = batch - this.underWay.size;
    const due = await claimGathered(this.deps.store.db, free);
    for (const one of due) this.follow(deliver(this.deps, this.mailer, one));
    return due.reduce((sum, { others }) => sum + 1 + others.length, 0) >= free;
  }

  /** Begins no more, and returns when none is under way any more. */
  async finish(): Promise<void> {
    this.isClosing = true;
    await Promise.all(this.underWay);
  }

  private follow(delivery: Promise<void>): void {
    const followed = delivery
      .catch((error: unknown) => {
        // The database is away: what was sent is sent again with the same Message-ID, once it is back.
        this.deps.log.warn(
          { because: messageOf(error) },
          'the outbox could not write down what became of a mail',
        );
      })
      .finally(() => this.underWay.delete(followed));
    this.underWay.add(followed);
  }
}

async function deliver(deps: NoticeDeps, mailer: Mailer, gathered: Gathered): Promise<void> {
  const { first, others } = gathered;
  const sent = await tryToSend(deps, mailer, { ...first, occasion: withOthers(gathered) });
  for (const told of [first, ...others]) await settle(deps, told, sent);
}

/** Everything that is due now, once. */
export async function sendDue(deps: NoticeDeps, mailer: Mailer): Promise<void> {
  const deliveries = new Deliveries(deps, mailer);
  await deliveries.begin();
  await deliveries.finish();
}

/** `name`: of the reader, where they are still in the policy. */
type Tried = Sent & { name?: string };

async function tryToSend(deps: NoticeDeps, mailer: Mailer, due: DueNotice): Promise<Tried> {
  const { db } = deps.store;
  const notice = due.occasion;
  try {
    const { release } = due;
    const [stored, request] = await Promise.all([
      currentPolicy(db),
      requestOf(db, 'requestId' in notice ? notice : {}),
    ]);
    if (!stored) return { state: 'retry', because: 'no policy is in the record' };
    const { policy } = stored;
    const reader = policy.people.find((person) => person.id === notice.to[0]);
    // Whoever has left gantry.yaml gets no more mail, also about releases that began before.
    if (!reader) return { state: 'failed', because: 'is no longer in gantry.yaml' };
    const domain = mailDomain(deps.config.mailFrom);
    if (isOfInstallation(notice)) {
      const zone = reader.zone ?? policy.organisation.zone;
      const mail = trainMail(notice, { reader, zone, publicUrl: deps.config.publicUrl, domain });
      await mailer.send({ ...mail, messageId: due.messageId });
      return { state: 'sent', name: reader.name };
    }
    if (!release) return { state: 'retry', because: 'its release is not in the record' };
    const sources = { ...deps, publicUrl: deps.config.publicUrl, policy, release };
    const occasionFor = await readOccasion(sources, notice, request);
    const mail = mailOf(await occasionFor(reader), ownerOf(policy, release), domain);
    await mailer.send({ ...mail, messageId: due.messageId });
    return { state: 'sent', name: reader.name };
  } catch (error) {
    const because = messageOf(error);
    const { occasion, to } = notice;
    deps.log.warn({ key: due.key, occasion, to, because }, 'a mail was not sent');
    return { state: mayRetry(error) ? 'retry' : 'failed', because };
  }
}

/** A crash before this sends the mail again, with the same Message-ID: SMTP cannot promise better (trust §7). */
async function settle(deps: NoticeDeps, due: DueNotice, sent: Tried): Promise<void> {
  const { occasion: notice, key } = due;
  const person = notice.to[0] ?? '';
  const releaseId = 'releaseId' in notice ? notice.releaseId : null;
  await inTransaction(deps.store.db, async (trx) => {
    if (sent.state === 'sent') {
      await settleSent(trx, [key]);
      await appendEvents(trx, releaseId, [
        sentEvent({ notice, reader: { id: person, name: sent.name ?? person } }, key),
      ]);
      return;
    }
    const isLate = Date.now() - Date.parse(due.createdAt) > givenUpAfterMs;
    const isOver = sent.state === 'failed' || isLate;
    await settleFailed(trx, key, sent.because, isOver ? undefined : pauseAfter(due.tries));
    if (isOver) await appendEvents(trx, releaseId, [failedEvent(notice, person, key, sent.because)]);
  });
}

/** One second, two, four … at most five minutes. */
const pauseAfter = (tries: number): number => Math.min(1_000 * 2 ** Math.min(tries - 1, 20), longestPauseMs);

const failedEvent = (
  notice: NoticeInput | InstallationNotice,
  person: string,
  key: string,
  because: string,
): NewEvent => ({
  key: `notice/${key}/failed`,
  at: new Date().toISOString(),
  actor: { id: 'gantry', kind: 'system' },
  action: 'notice.failed',
  object: person,
  sentence: `A mail to ${person} could not be sent: ${because}`,
  facts: { kind: notice.kind, occasion: notice.occasion },
});
