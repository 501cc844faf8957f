import { tryCode } from '../../platform/record/approval-codes.ts';
import type { RefusedForm } from '../pages/parts/decision-fields.ts';
import { approvalPage } from './approval-page.ts';
import type { DecisionInput } from './decision-form.ts';
import type { LinkCall } from './link-call.ts';
import { proofOf, type Proof } from './proof.ts';
import { statusOf, type Standing } from './standing.ts';
import { otherPersonPage, statePage } from './state-pages.ts';

/** A session that has ended meanwhile, or is somebody else's: the page again with what was typed, and the way to sign in. */
export function refuseUnproven(call: LinkCall, proof: Proof, input: DecisionInput): boolean {
  const { res, link, nonce } = call;
  if (proof.kind === 'otherPerson') {
    res
      .status(403)
      .type('html')
      .send(otherPersonPage(link, proof, nonce));
    return true;
  }
  if (proof.kind !== 'signIn' && proof.kind !== 'noProvider') return false;
  const notice = 'You must sign in first. Nothing was sent.';
  formAgain(call, proof, 401, { input, errors: {}, notice });
  return true;
}

/** The last thing that is asked: a form with another mistake does not use the code up. */
export async function isCodeRight(call: LinkCall, input: DecisionInput): Promise<boolean> {
  const { deps, link, now } = call;
  const { jti, personId: person, request } = link;
  const tried = await tryCode(deps.store.db, deps.secrets, {
    ...{ jti, person, now, code: input.code },
    requestId: request.id,
    releaseId: request.releaseId,
  });
  if (tried === 'right') return true;
  const code =
    tried === 'wrong'
      ? 'This is not the code. After five wrong ones it is worth nothing.'
      : 'No code is good any more: it is older than ten minutes, was used, or was mistyped five times. Ask for another one.';
  formAgain(call, await proofOf(call), 422, { input, errors: { code } });
  return false;
}

/** The form again, with what was typed and what is wrong with it. */
export function formAgain(call: LinkCall, proof: Proof, status: number, again: RefusedForm): void {
  const { res, link, nonce, now } = call;
  res.status(status).type('html').send(approvalPage(link, { nonce, now, proof, again }));
}

export const notWhatWasShown =
  'What you were shown is not what is asked now. Read it again, then send your decision.';

/** The page of the state, but never with 200: the form that was sent did nothing. */
export function closedAlready(
  { res, link, nonce }: LinkCall,
  standing: Exclude<Standing, { kind: 'open' }>,
): void {
  const status = statusOf[standing.kind];
  res
    .status(status === 200 ? 410 : status)
    .type('html')
    .send(statePage(link, standing, nonce));
}
