import { connectionWords } from './connection-words.ts';
import { messageOf } from './errors.ts';
import { createMask } from './mask.ts';
import { oneLine } from './plain-text.ts';

const LONGEST = 300;
/** A word as long as this is a key, a link's token or somebody's payload; what servers explain is in shorter ones. */
const KEY = /[A-Za-z0-9_\-+/=]{24,}/g;

/**
 * Why a mail was not taken, in one short line. A server may repeat what it was told, so the password of `smtpUrl`, `hidden`
 * texts and whatever looks like a key or a link are left out.
 */
export function mailServerWords(error: unknown, smtpUrl: string, hidden: readonly string[] = []): string {
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  const isLate = (error as { code?: unknown } | undefined)?.code === 'EABORT';
  const words = isLate
    ? 'it has not taken the mail in the time that one mail has: it answers, but comes to no end'
    : (connectionWords(error) ?? connectionWords(cause) ?? messageOf(error));
  const shown = words.replaceAll(/https?:\/\/\S*/gi, '***').replaceAll(KEY, '***');
  const secrets = [...passwordOf(smtpUrl), ...hidden];
  const long = secrets.filter((secret) => secret.length >= 8);
  const mask = createMask(Object.fromEntries(long.map((secret, index) => [String(index), secret])));
  // too short to be hidden wherever it stands: then nothing that the server has said is shown
  const isTold = secrets.some((secret) => secret.length < 8 && shown.includes(secret));
  return isTold ? 'it refuses, and repeats a secret in its answer' : oneLine(mask(shown), LONGEST);
}

function passwordOf(smtpUrl: string): string[] {
  if (!URL.canParse(smtpUrl)) return [];
  const { password } = new URL(smtpUrl);
  return password === '' ? [] : [safelyDecoded(password)];
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
