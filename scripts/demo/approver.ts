import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../cli/client.ts';

interface MailSummary {
  id: number;
  recipient: string;
  subject: string;
}

const LOOK_EVERY_MS = 500;

/**
 * Acts as one approver does in a browser: waits for the mail, opens its link, fills in the form, sends it.
 * @returns the address of the receipt
 */
export async function approveByMail(o: {
  client: Client;
  email: string;
  version: string;
  signal: AbortSignal;
}): Promise<string> {
  const link = await waitForLink(o);
  const page = await openPage(link);
  const form = readForm(page);
  const fields = new URLSearchParams(form.hidden);
  fields.set('decision', 'approve');
  fields.set('comment', 'Tried it in staging.');
  if (form.asksForVersion) fields.set('version', o.version);
  const target = new URL(form.action, link);
  const answer = await fetch(target, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      origin: target.origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: fields.toString(),
  });
  if (answer.status !== 303)
    throw new Error(`The form of ${o.email} was answered with ${answer.status}: ${await answer.text()}`);
  const receipt = new URL(answer.headers.get('location') ?? '', target).href;
  await openPage(receipt);
  return receipt;
}

/** The link of the newest mail that asks this person about this version. */
async function waitForLink({
  client,
  email,
  version,
  signal,
}: {
  client: Client;
  email: string;
  version: string;
  signal: AbortSignal;
}): Promise<string> {
  for (;;) {
    signal.throwIfAborted();
    const { items } = (await client.get('/inbox.json')) as { items: MailSummary[] };
    const asked = items.find(
      (mail) =>
        mail.recipient === email && mail.subject.startsWith('[Approve]') && mail.subject.includes(version),
    );
    if (asked) {
      const { text } = (await client.get(`/inbox/${asked.id}.json`)) as { text: string };
      const link = /https?:\/\/\S+\/a\/\S+/.exec(text)?.[0];
      if (link === undefined) throw new Error(`The mail "${asked.subject}" to ${email} has no link`);
      return link;
    }
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function openPage(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  const page = await answer.text();
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
  return page;
}

/** The decision form of the page, as served: where it goes and what it carries unseen. */
export function readForm(page: string): {
  action: string;
  hidden: [string, string][];
  asksForVersion: boolean;
} {
  const form = /<form\b[^>]*method="post"[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/i.exec(page);
  const [, action = '', inside = ''] = form ?? [];
  if (action === '') throw new Error('The approval page has no form');
  const inputs = [...inside.matchAll(/<input\b[^>]*>/g)].map(([input]) => input);
  const hidden = inputs
    .filter((input) => attribute(input, 'type') === 'hidden')
    .map((input): [string, string] => [attribute(input, 'name'), attribute(input, 'value')]);
  return {
    action: plain(action),
    hidden,
    asksForVersion: inputs.some((input) => attribute(input, 'name') === 'version'),
  };
}

const attribute = (input: string, name: string): string =>
  plain(new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1] ?? '');

const plain = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
