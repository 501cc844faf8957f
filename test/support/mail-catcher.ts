import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../platform/free-ports.ts';

/** A mail as a mailbox shows it. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  messageId: string;
}

/** A mail server of a test's own, which keeps what it gets in memory and can be away for a while. */
export interface MailCatcher {
  url: string;
  mails: readonly Mail[];
  /** Refuses connections until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function catchMail(): Promise<MailCatcher> {
  const mails: Mail[] = [];
  const port = await freePort();
  let server = await listen(mails, port);
  const goAway = async () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    goAway,
    async comeBack() {
      server = await listen(mails, port);
    },
  };
}

async function listen(mails: Mail[], port: number): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      simpleParser(stream).then(({ subject = '', text = '', messageId = '' }) => {
        for (const { address } of session.envelope.rcptTo)
          mails.push({ to: address, subject, text, messageId });
        done();
      }, done);
    },
  });
  server.on('error', () => undefined); // a client that was killed in the middle of a mail
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
