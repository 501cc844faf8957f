import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Store } from './database/open.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import { keepMail } from './record/mailbox.ts';

/** The local mailbox of embedded mode: an SMTP server on loopback that keeps what it gets and sends nothing on. */
export interface Inbox {
  /** `smtp://127.0.0.1:<port>` */
  smtpUrl: string;
  close(): Promise<void>;
}

/** Largest mail that is taken, in bytes; ours stay under 60 kB a part. */
const largest = 1024 * 1024;

/** Opens the mailbox. A mail is acknowledged when its row is committed. `port` 0 means: any free one. */
export async function openInbox({
  store,
  log,
  port = 0,
}: {
  store: Store;
  log: Logger;
  port?: number;
}): Promise<Inbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largest,
    onData(stream, session, done) {
      keep(store, stream, session).then(
        () => done(),
        (error: unknown) => {
          log.warn({ because: messageOf(error) }, 'a mail could not be kept');
          done(error instanceof Error ? error : new Error('The mail could not be kept.'));
        },
      );
    },
  });
  server.on('error', (error) => log.warn({ because: error.message }, 'the local mailbox had a problem'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const { port: bound } = server.server.address() as AddressInfo;
  return {
    smtpUrl: `smtp://127.0.0.1:${bound}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function keep(store: Store, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  // The stream goes on to its end after the limit, so that the client hears the refusal.
  if (stream.sizeExceeded)
    throw Object.assign(new Error('The mail is larger than 1 MiB.'), { responseCode: 552 });
  const raw = Buffer.concat(chunks);
  const parsed = await simpleParser(raw, {
    skipImageLinks: true,
    skipTextToHtml: true,
    skipHtmlToText: true,
  });
  const mail = {
    messageId: parsed.messageId,
    sender: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    raw: raw.toString('utf8'),
  };
  for (const recipient of session.envelope.rcptTo)
    await keepMail(store.db, { ...mail, recipient: recipient.address });
}
