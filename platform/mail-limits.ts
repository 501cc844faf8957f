/** How long a mail server is waited for, in milliseconds. */
export interface MailLimits {
  /** For the connection, and for the greeting. */
  connectMs: number;
  /** Without a byte from it. */
  silenceMs: number;
  /** For one mail in all: a server that drips its answer is never silent. */
  wholeMs: number;
}

/**
 * What every way to send a mail has in common: the server of `smtpUrl`, asked no longer than `limits`, and nothing that a mail
 * names is fetched for it.
 */
export const serverAt = (smtpUrl: string, { connectMs, silenceMs }: MailLimits) => ({
  url: smtpUrl,
  connectionTimeout: connectMs,
  greetingTimeout: connectMs,
  dnsTimeout: connectMs,
  socketTimeout: silenceMs,
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** Goes into a mail: when it is over, the connection that has the mail is closed, and no other. */
export const wholeLimit = ({ wholeMs }: MailLimits): { signal: AbortSignal } => ({
  signal: AbortSignal.timeout(wholeMs),
});
