import { createTransport } from 'nodemailer';
import { GantryError } from './errors.ts';
import { addressIn, isOneAddress } from './mail-domain.ts';
import { serverAt, wholeLimit, type MailLimits } from './mail-limits.ts';
import { mailServerWords } from './mail-server-words.ts';
import { oneLine } from './plain-text.ts';

/** A mail that holds nothing but a code: sent at once, by whoever was asked for it, and kept nowhere. */
export interface CodeMail {
  to: { name: string; address: string };
  /** What is decided: `shop 1.4.0 → production`. */
  title: string;
  code: string;
  /** Until when it is good, in the reader's words. */
  until: string;
  /** Without angle brackets. */
  messageId: string;
}

export type SendCode = (mail: CodeMail) => Promise<void>;

const usual: MailLimits = { connectMs: 10_000, silenceMs: 10_000, wholeMs: 20_000 };

/** Sends over the server of `smtpUrl`. @throws MAIL_FAILED when that has not taken it; then nothing was sent. */
export function codeMailer({
  smtpUrl,
  from,
  limits = usual,
}: {
  smtpUrl: string;
  from: string;
  limits?: MailLimits;
}): SendCode {
  return async ({ to, title, code, until, messageId }) => {
    if (!isOneAddress(to.address))
      throw new GantryError('MAIL_FAILED', { detail: 'the address in gantry.yaml is not exactly one' });
    const transport = createTransport(serverAt(smtpUrl, limits));
    try {
      await transport.sendMail({
        ...wholeLimit(limits),
        from,
        to: { name: oneLine(to.name, 120), address: to.address },
        envelope: { from: addressIn(from), to: [to.address] },
        subject: oneLine(`[Code] ${title}`, 120),
        text: codeText({ title, code, until }),
        messageId: `<${messageId}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (cause) {
      throw new GantryError('MAIL_FAILED', { detail: mailServerWords(cause, smtpUrl, [code]) }, { cause });
    } finally {
      transport.close();
    }
  };
}

/** Nothing in it can be clicked: whoever has only this mail can decide nothing. */
export const codeText = ({ title, code, until }: Pick<CodeMail, 'title' | 'code' | 'until'>): string =>
  `${code} is your code for the decision on

${oneLine(title, 200)}

Type it on the page that your approval link has opened. It is good until
${until}, once, and for that link only.

If you have not asked for it, somebody else has opened your link: do not
hand the code to anybody, and tell whoever asked for the release.
`;
