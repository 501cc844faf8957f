/** How long a mail server is waited for, in milliseconds. */
export interface MailLimits {
  /** For the connection, and for the greeting. */
  connectMs: number;
  /** Without a byte from it. */
  silenceMs: number;
  /** For one mail in all: a server that drips its answer is never silent. */
  wholeMs: number;
}

/** The limits as the mail library names them. */
export const timeouts = ({ connectMs, silenceMs }: MailLimits) => ({
  connectionTimeout: connectMs,
  greetingTimeout: connectMs,
  dnsTimeout: connectMs,
  socketTimeout: silenceMs,
});

/** What `work` comes to; after the limit it is given up and `end` ends it. */
export async function withinLimit<T>(work: Promise<T>, ms: number, end: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      end();
      reject(new Error(`it has not taken the mail within ${ms / 1000} s`));
    }, ms);
  });
  work.catch(() => undefined); // should it fail after the limit, that is known already
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
