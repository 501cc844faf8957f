import { GantryError } from '../../platform/errors.ts';
import { linkForLog } from '../../platform/links.ts';
import { makeCode } from '../../platform/record/approval-codes.ts';
import { requireSameSite } from '../auth/same-site.ts';
import type { LinkCall } from './link-call.ts';
import { levelAsked } from './proof.ts';
import { standingOf, statusOf } from './standing.ts';
import { refusalPage, statePage } from './state-pages.ts';
import { titleOf } from './title-of.ts';

/**
 * Mails the code of level `link+code`: to the address that gantry.yaml has for the person now, never to one of the request. It
 * proves that whoever decides reads that mailbox at this moment, which a forwarded or leaked link does not.
 */
export async function postCode(call: LinkCall): Promise<void> {
  const { deps, link, now, req, res, nonce } = call;
  requireSameSite(req, deps.config.publicUrl);
  const standing = standingOf(link, now);
  if (standing.kind !== 'open') {
    const status = statusOf[standing.kind];
    res
      .status(status === 200 ? 410 : status)
      .type('html')
      .send(statePage(link, standing, nonce));
    return;
  }
  const refuse = (status: number, title: string, sentence: string): undefined => {
    const sentences = [sentence, 'Nothing else has happened, and the link stays valid.'];
    res.status(status).type('html').send(refusalPage({ title, sentences, nonce }));
    return undefined;
  };
  const ticked: unknown =
    typeof req.body === 'object' && req.body !== null ? Reflect.get(req.body, 'send') : undefined;
  if (levelAsked(call) !== 'link+code') {
    refuse(409, 'No code needed', 'This decision asks for no code.');
    return;
  }
  if (ticked !== 'yes') {
    refuse(422, 'No code sent', 'Tick the box, so that we know that a person asks for it.');
    return;
  }
  const { sendCode } = deps;
  if (!sendCode || !link.person) {
    refuse(503, 'No code sent', 'No mail server is configured here, so no code can be sent.');
    return;
  }
  const made = await makeCode(deps.store.db, deps.secrets, {
    jti: link.jti,
    releaseId: link.request.releaseId,
    requestId: link.request.id,
    person: link.personId,
    now,
  });
  if (!made) {
    refuse(429, 'No code sent', 'Ten codes were sent for this link. Use the link of a newer mail.');
    return;
  }
  const { name, email: address } = link.person;
  const mail = { to: { name, address }, title: titleOf(link), code: made.code };
  try {
    const until = `${made.expiresAt.slice(11, 16)} UTC`;
    await sendCode({ ...mail, until, messageId: messageId(call, made.number) });
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    deps.log.warn({ error, link: linkForLog(link.jti) }, 'a code could not be mailed');
    refuse(503, 'No code sent', 'The mail server did not take the mail. Try again in a minute.');
    return;
  }
  res.redirect(303, `/a/${link.token}`);
}

/** The host part is never looked up; the rest names this code, and nothing of the link. */
const messageId = ({ link, deps }: LinkCall, number: number): string =>
  `code-${link.request.id}-${link.jti.slice(0, 8)}-${number}@${new URL(deps.config.publicUrl).hostname.replace(/[^a-z0-9.-]/gi, '') || 'gantry.invalid'}`;
