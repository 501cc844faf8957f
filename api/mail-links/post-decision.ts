import { suffices, type Assurance } from '../../domain/gates/approvals/assurance.ts';
import { isCommentNeeded } from '../../domain/risk/duties.ts';
import { storageProblem } from '../../platform/database/storage-problem.ts';
import { GantryError } from '../../platform/errors.ts';
import { linkForLog } from '../../platform/links.ts';
import type { Problem } from '../../domain/problem-code.ts';
import { requireSameSite } from '../auth/same-site.ts';
import { requestIdOf } from '../http/request-id.ts';
import { recordedAt } from '../recorded-at.ts';
import { decide, type Receipt } from '../releases.ts';
import { decisionInput, readDecision, type DecisionInput, type ReadDecision } from './decision-form.ts';
import type { LinkCall } from './link-call.ts';
import { linkSource, openLink } from './opened-link.ts';
import { postPostponement } from './post-postponement.ts';
import { delayOffer } from './postponement.ts';
import { proofOf } from './proof.ts';
import { provenForm } from './proven-form.ts';
import { formAgain } from './refused-form.ts';
import { standingOf, versionToType } from './standing.ts';
import { refusalPage, statePage, unconfirmedPage } from './state-pages.ts';

/** Receives a decision through a link: the outcomes are the table of trust §1.4. */
export async function postDecision(call: LinkCall): Promise<void> {
  const { deps, link, now, req } = call;
  requireSameSite(req, deps.config.publicUrl);
  const input = decisionInput(req.body);
  if (link.byThisLink && link.byThisLink.delivery !== 'refused') {
    answerAgain(call, input, link.byThisLink.choice);
    return;
  }
  if (input.decision === 'postpone') {
    await postPostponement(call, input);
    return;
  }
  const form = await provenForm(call, input, (proof, assurance) =>
    readDecision(input, {
      versionToType: versionToType(link),
      isByLinkAlone: proof.kind === 'link',
      isCommentNeeded: isCommentNeeded(link.request.plan),
      meaning: assurance === 'reauth',
      code: proof.kind === 'code',
      mayPostpone: delayOffer(link, now).ok,
    }),
  );
  if (form) await send(call, { ...form.read, assurance: form.assurance }, input);
}

/** The same answer again is the receipt again; the other answer is a conflict, and the first one stands. */
function answerAgain({ res, link, nonce }: LinkCall, input: DecisionInput, first: string): void {
  if (input.decision === first) {
    res.redirect(303, `/a/${link.token}/receipt`);
    return;
  }
  const sentences = [
    `You chose to ${first} through this link, and that stands.`,
    'To take it back, use the link in your confirmation mail. To decide otherwise, use the release page or the command line while the request is open: the last vote counts.',
  ];
  res
    .status(409)
    .type('html')
    .send(refusalPage({ title: 'Already answered', sentences, nonce }));
}

async function send(
  call: LinkCall,
  { choice, ...given }: ReadDecision & { assurance: Assurance },
  input: DecisionInput,
): Promise<void> {
  const { deps, link, res, nonce } = call;
  let receipt: Receipt;
  try {
    receipt = await decide(deps, {
      source: linkSource(link.jti),
      requestId: link.request.id,
      releaseId: link.request.releaseId,
      person: link.personId,
      choice,
      ...given,
      subjectDigest: input.digest,
      via: 'link',
      actor: {
        id: link.personId,
        kind: 'person',
        assurance: suffices(given.assurance, 'login') ? 'session' : 'link',
      },
      httpRequestId: requestIdOf(res),
    });
  } catch (error) {
    if (error instanceof GantryError && error.code === 'APPROVAL_ALREADY_ANSWERED') {
      answerAgain(call, input, choice === 'approve' ? 'reject' : 'approve');
      return;
    }
    if (!storageProblem(error)) throw error;
    res.status(503).set('Retry-After', '5').type('html').send(unconfirmedPage(nonce));
    return;
  }
  deps.log.info(
    { link: linkForLog(link.jti), decisionId: receipt.decision.id, state: receipt.state },
    'decision through a link',
  );
  if (receipt.state === 'refused') {
    await showRefusal(call, receipt.problem, input);
    return;
  }
  // The receipt is read from the record: wait until that is as new as the answer, or it would contradict it.
  if (receipt.state === 'counted')
    await recordedAt(deps, link.release, { ...receipt.answer, state: link.release.state });
  res.redirect(303, `/a/${link.token}/receipt`);
}

const gone = new Set(['APPROVAL_EXPIRED', 'APPROVAL_NOT_OPEN', 'RELEASE_ENDED']);

/** The workflow did not take it. The page shows where things stand now, which may be newer than what the form was made of. */
async function showRefusal(call: LinkCall, problem: Problem, input: DecisionInput): Promise<void> {
  const { deps, res, nonce, now } = call;
  const link = (await openLink(deps, 'approval', call.link.token)) ?? call.link;
  const standing = standingOf(link, now);
  if (problem.code === 'APPROVAL_DIGEST_CHANGED' && standing.kind === 'open') {
    formAgain({ ...call, link }, await proofOf({ ...call, link }), 409, {
      input,
      errors: {},
      notice: `${problem.detail} Read it again, then send your decision.`,
    });
    return;
  }
  if (problem.code === 'CONDITION_INVALID' && standing.kind === 'open') {
    formAgain({ ...call, link }, await proofOf({ ...call, link }), 422, {
      input,
      errors: { conditions: problem.detail },
    });
    return;
  }
  if (gone.has(problem.code) && standing.kind !== 'open') {
    res
      .status(410)
      .type('html')
      .send(statePage(link, standing, nonce));
    return;
  }
  const status = gone.has(problem.code) ? 410 : problem.status;
  res
    .status(status)
    .type('html')
    .send(refusalPage({ title: 'Not counted', sentences: [problem.detail, problem.remedy], nonce }));
}
