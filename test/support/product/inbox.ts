import type { Mail } from '../mail-catcher.ts';
import type { ApiCaller } from './api-caller.ts';

/** Everything in the inbox of `gantry up`, oldest first. */
export async function readInbox(call: ApiCaller): Promise<Mail[]> {
  const { body } = await call<{ items: { id: number }[] }>('GET', '/inbox.json');
  return Promise.all(body.items.reverse().map(async ({ id }) => readMail(call, id)));
}

async function readMail(call: ApiCaller, id: number): Promise<Mail> {
  const { body } = await call<Record<'recipient' | 'subject' | 'text' | 'messageId', string>>(
    'GET',
    `/inbox/${id}.json`,
  );
  return { to: body.recipient, subject: body.subject, text: body.text, messageId: body.messageId };
}
