import type { Problem } from '../../domain/problem-code.ts';
import { GantryError } from '../../platform/errors.ts';
import { linkForLog } from '../../platform/links.ts';
import { suffices } from '../../domain/gates/approvals/assurance.ts';
import { requestIdOf } from '../http/request-id.ts';
import { command } from '../releases.ts';
import type { DecisionInput } from './decision-form.ts';
import type { LinkCall } from './link-call.ts';
import { openLink } from './opened-link.ts';
import { delayOrigin, postponedBy, readDelay, untilIn } from './postponement.ts';
import type { Proof } from './proof.ts';
import { provenForm } from './proven-form.ts';
import { closedAlready, formAgain } from './refused-form.ts';
import { standingOf, versionToType } from './standing.ts';
import { refusalPage, unconfirmedPage } from './state-pages.ts';

/**
 * Delays the release through a link: the third choice beside a vote, under the rules of the command `postpone` (semantics §4,
 * "Delay"). A link delays once: sent again it is the receipt again, and its vote is still to be given.
 */
export async function postPostponement(call: LinkCall, input: DecisionInput): Promise<void> {
  const { link, now } = call;
  if (postponedBy(link)) {
    answerAgain(call, input);
    return;
  }
  const form = await provenForm(call, input, (proof) =>
    readDelay(input, link, {
      versionToType: versionToType(link),
      isByLinkAlone: proof.kind === 'link',
      code: proof.kind === 'code',
      now,
    }),
  );
  if (!form) return;
  const { read, proof, assurance } = form;
  await send(call, { ...read, proof, input, isSession: suffices(assurance, 'login') });
}

function answerAgain(call: LinkCall, input: DecisionInput): void {
  const { link, nonce, res } = call;
  const until = untilIn(input, link.zone);
  if (typeof until !== 'string' && until.at === postponedBy(link)?.until) {
    res.redirect(303, `/a/${link.token}/receipt`);
    return;
  }
  const sentences = [
    'You have postponed it through this link, and a link postpones once. Nothing has changed.',
    'For another time, use the release page or `gantry release postpone`.',
  ];
  res
    .status(409)
    .type('html')
    .send(refusalPage({ title: 'Postponed already', sentences, nonce }));
}

interface Given {
  until: string;
  reason: string;
  proof: Proof;
  input: DecisionInput;
  isSession: boolean;
}

async function send(call: LinkCall, given: Given): Promise<void> {
  const { deps, link, nonce, res } = call;
  const { by, key } = delayOrigin(link);
  const origin = {
    key,
    by: given.isSession ? { ...by, assurance: 'session' as const } : by,
    reason: given.reason,
    requestId: requestIdOf(res),
  };
  try {
    await command(deps, link.release, 'postpone', origin, { until: given.until });
  } catch (error) {
    if (!(error instanceof GantryError)) throw error;
    if (error.code === 'TEMPORAL_UNREACHABLE')
      res
        .status(503)
        .set('Retry-After', '5')
        .type('html')
        .send(unconfirmedPage(nonce, { isCodeSpent: given.proof.kind === 'code' }));
    else await showRefusal(call, given, error.problem);
    return;
  }
  deps.log.info({ link: linkForLog(link.jti), until: given.until }, 'delay through a link');
  res.redirect(303, `/a/${link.token}/receipt`);
}

/** The release did not take it: where it is still asked about, the form again with the refusal beside the field. */
async function showRefusal(call: LinkCall, { input, proof }: Given, problem: Problem): Promise<void> {
  const { deps, now, nonce, res } = call;
  const link = (await openLink(deps, 'approval', call.link.token)) ?? call.link;
  const standing = standingOf(link, now);
  if (standing.kind !== 'open') closedAlready({ ...call, link }, standing);
  else if (problem.code === 'AUTHORITY_MISSING')
    formAgain({ ...call, link }, proof, problem.status, { input, errors: { until: problem.detail } });
  else
    res
      .status(problem.status)
      .type('html')
      .send(refusalPage({ title: 'Not postponed', sentences: [problem.detail, problem.remedy], nonce }));
}
