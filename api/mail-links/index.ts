import type { Express, Request, RequestHandler, Response } from 'express';
import { linkForLog, readLink, type LinkPurpose } from '../../platform/links.ts';
import { countRead } from '../../platform/record/approvals.ts';
import { declared } from '../auth/declared.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { formsOnly } from '../http/body.ts';
import { approvalPage } from './approval-page.ts';
import { guarded } from './guarded.ts';
import { formsThrough, unknownTokens } from './limits.ts';
import { setLinkHeaders, unknownLinkPage } from './link-headers.ts';
import type { LinkCall } from './link-call.ts';
import { openLink } from './opened-link.ts';
import { postCode } from './post-code.ts';
import { postDecision } from './post-decision.ts';
import { postWithdrawal, withdrawalProof } from './post-withdrawal.ts';
import { postponedBy } from './postponement.ts';
import { proofOf } from './proof.ts';
import { standingOf, statusOf, whyGone } from './standing.ts';
import { delayReceiptPage, otherPersonPage, receiptPage, statePage } from './state-pages.ts';
import { withdrawPage } from './withdraw-page.ts';

type LinkHandler = (call: LinkCall) => Promise<void> | void;

/**
 * Approval and withdraw links (trust §1). Mounted before anything that looks at sessions: the right is in the address, and
 * a cookie that happens to be there neither adds to it nor takes from it. GET and HEAD show, POST decides.
 */
export function mountMailLinks(app: Express, deps: ApiDeps): void {
  const links = linkRouter(app, deps);
  links('approval', '/a/:token', { get: showRequest });
  links('approval', '/a/:token/decision', { post: postDecision });
  links('approval', '/a/:token/code', { post: postCode });
  links('approval', '/a/:token/receipt', { get: showReceipt });
  links('withdraw', '/w/:token', { get: showWithdrawal, post: postWithdrawal });
}

function linkRouter(app: Express, deps: ApiDeps) {
  const guesses = unknownTokens();
  const tokenOf = (req: Request): string => String(req.params['token']);
  return (purpose: LinkPurpose, path: string, handlers: { get?: LinkHandler; post?: LinkHandler }): void => {
    const route = app.route(path);
    const forms = formsThrough((req) => readLink(deps.secrets, purpose, tokenOf(req))?.jti ?? '');
    const isOurs: RequestHandler = (req, res, next) => {
      setLinkHeaders(res);
      if (readLink(deps.secrets, purpose, tokenOf(req))) next();
      else guesses(req, res, () => unknown(res));
    };
    const opened = (handler: LinkHandler): RequestHandler =>
      guarded(async (req, res) => {
        const nonce = setLinkHeaders(res);
        const link = await openLink(deps, purpose, tokenOf(req));
        if (link) await handler({ deps, link, nonce, now: nowOf(deps), req, res });
        else unknown(res);
      });
    if (handlers.get) route.get(isOurs, opened(handlers.get));
    if (handlers.post) route.post(isOurs, forms, formsOnly, opened(handlers.post));
    const allowed = [...(handlers.get ? ['GET', 'HEAD'] : []), ...(handlers.post ? ['POST'] : [])].join(', ');
    route.all(
      declared({ refuses: true }, (_req, res) => {
        setLinkHeaders(res);
        res
          .set('Allow', allowed)
          .status(405)
          .type('text/plain')
          .send(`Only ${allowed} here. Nothing has happened.\n`);
      }),
    );
  };
}

const unknown = (res: Response): void => {
  res.status(404).type('html').send(unknownLinkPage);
};

async function showRequest(call: LinkCall): Promise<void> {
  const { deps, link, nonce, now, req, res } = call;
  const standing = standingOf(link, now);
  // The only trace of a look. A burst of them before the first form tells people of a mail scanner.
  await countRead(deps.store.db, link.jti);
  deps.log.debug({ link: linkForLog(link.jti), method: req.method, standing: standing.kind }, 'link read');
  if (standing.kind !== 'open') {
    res
      .status(statusOf[standing.kind])
      .type('html')
      .send(statePage(link, standing, nonce));
    return;
  }
  const proof = await proofOf(call);
  if (proof.kind === 'otherPerson')
    res
      .status(403)
      .type('html')
      .send(otherPersonPage(link, proof, nonce));
  else
    res
      .status(200)
      .type('html')
      .send(approvalPage(link, { nonce, now, proof, earlier: standing.earlier }));
}

function showReceipt({ link, nonce, res }: LinkCall): void {
  const gone = whyGone(link);
  if (gone !== undefined) {
    res
      .status(403)
      .type('html')
      .send(statePage(link, { kind: 'notEligible', because: gone }, nonce));
    return;
  }
  const delay = postponedBy(link);
  const isDelayNewer = delay && (!link.byThisLink || link.byThisLink.receivedAt < delay.at);
  if (isDelayNewer) res.type('html').send(delayReceiptPage(link, delay, nonce));
  else if (link.byThisLink) res.type('html').send(receiptPage(link, link.byThisLink, nonce));
  else res.redirect(303, `/a/${link.token}`);
}

async function showWithdrawal(call: LinkCall): Promise<void> {
  const { link, nonce, res } = call;
  const gone = whyGone(link);
  if (gone !== undefined)
    res
      .status(403)
      .type('html')
      .send(statePage(link, { kind: 'notEligible', because: gone }, nonce));
  else res.type('html').send(withdrawPage(link, nonce, await withdrawalProof(call)));
}
