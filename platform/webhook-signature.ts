import { createHmac, timingSafeEqual } from 'node:crypto';

/** Shortest key that a message is signed with, in characters: shorter ones can be guessed. */
const shortestKey = 24;

/**
 * The headers of one message in the manner of Standard Webhooks: its id, the instant of this attempt, and one signature for each
 * key. Several keys, with a space between them, let a receiver change from one to the other.
 * @throws Error where a key is missing or too short
 */
export function webhookHeaders(
  secret: string,
  message: { id: string; body: string; at: Date },
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const keys = secret.split(/\s+/).filter((key) => key !== '');
  if (keys.length === 0) throw new Error('its secret is empty');
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => signature(key, signed)).join(' '),
  };
}

function signature(key: string, signed: string): string {
  if (key.length < shortestKey) throw new Error(`its secret has less than ${shortestKey} characters`);
  return `v1,${createHmac('sha256', keyBytes(key)).update(signed).digest('base64')}`;
}

/** `whsec_` and Base64, as Standard Webhooks hands keys out; any other text stands for its own bytes. */
const keyBytes = (key: string): Buffer =>
  key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key, 'utf8');

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'gantry').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
