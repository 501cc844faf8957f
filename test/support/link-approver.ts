import { readForm } from '../../scripts/demo/approver.ts';

/** What a person types into the form behind an approval link. */
export interface FormAnswer {
  decision: 'approve' | 'reject';
  /** Typed by hand where the form asks for it. */
  version: string;
  comment?: string;
}

/** The form of an approval link filled in, ready to be sent; opening it is a GET and decides nothing. */
export async function fillForm(
  link: string,
  answer: FormAnswer,
): Promise<{ url: string; init: RequestInit }> {
  const response = await fetch(link);
  const page = await response.text();
  if (!response.ok) throw new Error(`${link} was answered with ${response.status}`);
  const form = readForm(page);
  const fields = new URLSearchParams(form.hidden);
  fields.set('decision', answer.decision);
  fields.set('comment', answer.comment ?? '');
  if (form.asksForVersion) fields.set('version', answer.version);
  const url = new URL(form.action, link);
  const headers = {
    origin: url.origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  return { url: url.href, init: { method: 'POST', redirect: 'manual', headers, body: fields.toString() } };
}

/** Decides through a link as a person does in a browser. Gives the receipt that the browser is sent to, as text. */
export async function decideByLink(link: string, answer: FormAnswer): Promise<string> {
  const { url, init } = await fillForm(link, answer);
  const response = await fetch(url, init);
  if (response.status !== 303)
    throw new Error(`The form was answered with ${response.status}: ${await response.text()}`);
  const receipt = await fetch(new URL(response.headers.get('location') ?? '', url));
  return receipt.text();
}
