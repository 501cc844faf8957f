import { requireSameSite } from '../auth/same-site.ts';
import { requestIdOf } from '../http/request-id.ts';
import { command } from '../releases.ts';
import type { LinkCall } from './link-call.ts';
import { lostRight } from './standing.ts';
import { refusalPage } from './state-pages.ts';
import { isWithdrawable, withdrawPage } from './withdraw-page.ts';

/** Takes the vote of the link's person back. The link's own id keys the command, so a second click is the same one. */
export async function postWithdrawal({ deps, link, nonce, req, res }: LinkCall): Promise<void> {
  requireSameSite(req, deps.config.publicUrl);
  const confirmed: unknown =
    typeof req.body === 'object' && req.body !== null ? Reflect.get(req.body, 'confirm') : undefined;
  if (!isWithdrawable(link)) {
    res.status(410).type('html').send(withdrawPage(link, nonce));
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
  if (confirmed !== 'yes') {
    res
      .status(422)
      .type('html')
      .send(withdrawPage(link, nonce, 'Tick the box, so that we know that a person does this.'));
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
