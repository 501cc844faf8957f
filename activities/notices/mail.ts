import { createTransport, type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import { addressIn, isOneAddress } from '../../platform/mail-domain.ts';
import { GantryError } from '../../platform/errors.ts';
import { serverAt, wholeLimit, type MailLimits } from '../../platform/mail-limits.ts';
import { mailServerWords } from '../../platform/mail-server-words.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { openedEarly } from './opened-early.ts';

/** One person with a mailbox. The address comes from gantry.yaml, never from a commit or a request (trust §5.2). */
export interface Recipient {
  name: string;
  address: string;
}

export interface Mail {
  to: Recipient;
  replyTo?: Recipient;
  subject: string;
  text: string;
  html: string;
  /** Same for a repeated send, so that a mailbox can tell it is one mail. Without angle brackets. */
  messageId: string;
  /** Message id that all mails of one release refer to, so that they form a thread. */
  threadId: string;
}

export interface Mailer {
  /**
   * Hands the mail to the server and resolves when that has accepted it.
   * @throws MAIL_FAILED; retryable unless the server has refused this mail for good.
   */
  send(mail: Mail): Promise<void>;
  /** Says that so many mails are likely to come within a moment. */
  expect?(mails: number): void;
}

/** How long a connection is kept for the next mail. Several go out within a second, and a server may greet slower than it takes one. */
const keepMs = 1_000;

/** Connections to the mail server; a mail beyond them would wait within its own time limit. */
export const mailsAtOnce = 10;

const usual: MailLimits = { connectMs: 10_000, silenceMs: 30_000, wholeMs: 60_000 };

/** Sends over the server of `smtpUrl`, from one fixed address. */
export function smtpMailer({
  smtpUrl,
  from,
  limits = usual,
}: {
  smtpUrl: string;
  from: string;
  limits?: MailLimits;
}): Mailer {
  const early = openedEarly();
  const { post, underWay } = keptBriefly({
    ...serverAt(smtpUrl, limits),
    getSocket: early.getSocket,
    pool: true,
    maxConnections: mailsAtOnce,
    maxRequeues: 1, // a kept connection may have died; a second loss is for the next attempt
  });
  return {
    expect: (mails) => early.open(mails, underWay()),
    async send(mail) {
      const to = onlyRecipient(mail.to);
      try {
        await post({
          ...wholeLimit(limits),
          from,
          to: { name: oneLine(mail.to.name, 120), address: to },
          ...(mail.replyTo
            ? { replyTo: { name: oneLine(mail.replyTo.name, 120), address: onlyRecipient(mail.replyTo) } }
            : {}),
          // Given apart from the header: what the server is told is exactly this one address.
          envelope: { from: addressIn(from), to: [to] },
          subject: oneLine(mail.subject, 120),
          text: mail.text,
          html: mail.html,
          messageId: `<${mail.messageId}>`,
          inReplyTo: `<${mail.threadId}>`,
          references: [`<${mail.threadId}>`],
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
      } catch (error) {
        throw new GantryError(
          'MAIL_FAILED',
          { person: mail.to.name, detail: mailServerWords(error, smtpUrl) },
          { cause: error },
        );
      }
    },
  };
}

/** Opens a pool with the first mail and closes it when none has gone out for a while, so that nothing keeps a process alive. */
function keptBriefly(options: SMTPPool.Options): {
  post: (mail: SMTPPool.MailOptions) => Promise<void>;
  /** Mails that are being sent. */
  underWay: () => number;
} {
  let pool: Transporter<SMTPPool.SentMessageInfo> | undefined;
  let underWay = 0;
  let closing: NodeJS.Timeout | undefined;
  const close = (): void => {
    pool?.close();
    pool = undefined;
  };
  const post = async (mail: SMTPPool.MailOptions): Promise<void> => {
    clearTimeout(closing);
    pool ??= createTransport(options);
    underWay += 1;
    try {
      await pool.sendMail(mail);
    } finally {
      underWay -= 1;
      if (underWay === 0) closing = setTimeout(close, keepMs).unref();
    }
  };
  return { post, underWay: () => underWay };
}

/** What the server was doing when it said no to whoever comes, not to one mail: that may be mended while the mail waits. */
const beforeAnyMail = new Set(['CONN', 'EHLO', 'HELO', 'STARTTLS', 'AUTH']);

/** Whether trying again can help: not when the server has refused this very mail for good (5xx). */
export function mayRetry(error: unknown): boolean {
  const cause = error instanceof GantryError ? error.cause : error;
  const { responseCode, command, code } = (cause ?? {}) as Record<string, unknown>;
  if (typeof responseCode !== 'number' || responseCode < 500) return true;
  return code === 'EAUTH' || (typeof command === 'string' && beforeAnyMail.has(command.split(' ')[0] ?? ''));
}

/**
 * The single envelope address. Lists, groups and line breaks would reach more mailboxes than one (trust §5.2).
 * @throws MAIL_FAILED for anything that is not exactly one address
 */
export function onlyRecipient({ address }: Recipient): string {
  if (isOneAddress(address)) return address;
  throw new GantryError('MAIL_FAILED', {
    detail: `"${oneLine(address, 80)}" is not exactly one mail address`,
  });
}
