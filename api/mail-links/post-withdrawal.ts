import { requireSameSite } from '../auth/same-site.ts';
import { requestIdOf } from '../http/request-id.ts';
import { command } from '../releases.ts';
import type { LinkCall } from './link-call.ts';
import { lostRight } from './standing.ts';
import { proofOf, provenLevel, type Proof } from './proof.ts';
import { otherPersonPage, refusalPage } from './state-pages.ts';
import { isWithdrawable, withdrawPage } from './withdraw-page.ts';

/**
 * What taking a vote back must be proven with: as much as the vote where that was a sign-in, since without a rejection a gate may
 * open. A code is not asked for again: the confirmation mail is a second way to the person already.
 */
export async function withdrawalProof(call: LinkCall): Promise<Proof> {
  const proof = await proofOf(call);
  return proof.kind === 'code' ? { kind: 'link' } : proof;
}

/** Takes the vote of the link's person back. The link's own id keys the command, so a second click is the same one. */
export async function postWithdrawal(call: LinkCall): Promise<void> {
  const { deps, link, nonce, req, res } = call;
  requireSameSite(req, deps.config.publicUrl);
  const confirmed: unknown =
    typeof req.body === 'object' && req.body !== null ? Reflect.get(req.body, 'confirm') : undefined;
  if (!isWithdrawable(link)) {
    res
      .status(410)
      .type('html')
      .send(withdrawPage(link, nonce, { kind: 'link' }));
    return;
  }
  const because = lostRight(link);
  if (because !== undefined) {
    const title = 'You cannot take this back';
    res
      .status(403)
      .type('html')
      .send(refusalPage({ title, sentences: [because], nonce }));
    return;
  }
  const proof = await withdrawalProof(call);
  if (proof.kind === 'otherPerson') {
    res
      .status(403)
      .type('html')
      .send(otherPersonPage(link, proof, nonce));
    return;
  }
  if (proof.kind === 'signIn' || proof.kind === 'noProvider') {
    res
      .status(401)
      .type('html')
      .send(withdrawPage(link, nonce, proof));
    return;
  }
  provenLevel(call, proof);
  if (confirmed !== 'yes') {
    const error = 'Tick the box, so that we know that a person does this.';
    res
      .status(422)
      .type('html')
      .send(withdrawPage(link, nonce, proof, error));
    return;
  }
  const origin = {
    by: { id: link.personId, kind: 'person', assurance: 'link' },
    requestId: requestIdOf(res),
    key: `withdraw:${link.jti}`,
  } as const;
  await command(deps, link.release, 'withdraw', origin, {
    requestId: link.request.id,
    person: link.personId,
  });
  res.redirect(303, `/w/${link.token}`);
}
