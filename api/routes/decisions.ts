import type { Condition, ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import { newId, sha256 } from '../../platform/ids.ts';
import { levelOf } from '../auth/level.ts';
import { voterOf } from '../auth/voter.ts';
import { givenKey } from '../http/idempotency-key.ts';
import { route, type Call, type Reply } from '../http/route.ts';
import { requireLevelToWithdraw } from '../decide.ts';
import { command, decide, type Receipt } from '../releases.ts';
import { saying } from '../saying.ts';
import { releaseParams, type z } from './common.schema.ts';
import { DecisionSchema, ReceiptSchema, ReleaseSchema, WithdrawSchema } from './release.schema.ts';
import { originOf, replyWith } from './steering.ts';
import { refuseStale, releaseOf } from './release-of.ts';

const decisions = route({
  method: 'post',
  path: '/v1/releases/{id}/decisions',
  action: 'decision.make',
  summary:
    'Approve, reject or postpone what the release asks for, as the person behind the session or token.',
  params: releaseParams,
  body: DecisionSchema,
  example: {
    requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
    choice: 'approve',
    subjectDigest: 'a'.repeat(64),
  },
  answer: {
    status: 200,
    description: 'Counted; or received, to be counted as soon as the engine answers.',
    schema: ReceiptSchema,
  },
  problems: [
    'NOT_FOUND',
    'STALE',
    'APPROVAL_NOT_OPEN',
    'APPROVAL_EXPIRED',
    'APPROVAL_NOT_ASKED',
    'APPROVAL_EXCLUDED',
    'APPROVAL_ASSURANCE_LOW',
    'APPROVAL_DIGEST_CHANGED',
    'APPROVAL_ALREADY_ANSWERED',
    'AUTHORITY_MISSING',
    'CONDITION_INVALID',
    'APPROVAL_COMMENT_MISSING',
  ],
  subject: releaseOf,
  async handle(call, view) {
    refuseStale(call, view);
    const { deps, caller, body, now, requestId: httpRequestId } = call;
    const { comment, meaning, choice, until, conditions, ...decision } = body;
    const person = voterOf(caller);
    if (choice === 'postpone') return delayed(call, view, { ...decision, comment, until: until ?? '' });
    const who = { person, actor: caller.actor, source: sourceOf(call), via: 'api' as const, httpRequestId };
    const assurance = levelOf(caller.session, meaning, now);
    const receipt = await decide(deps, {
      ...decision,
      choice,
      ...who,
      assurance,
      ...(assurance === 'reauth' && meaning ? { meaning } : {}),
      releaseId: view.id,
      ...(comment === undefined ? {} : { comment }),
      ...(conditions === undefined ? {} : { conditions: conditions as Condition[] }),
    });
    return { status: receipt.state === 'received' ? 202 : 200, body: receiptBody(receipt) };
  },
});

/** The third choice counts for no vote: it is the command, about the request that was looked at (semantics §4, "Delay"). */
async function delayed(
  call: Call<{ id: string }, unknown, unknown>,
  view: ReleaseView,
  o: { requestId: string; subjectDigest: string; until: string; comment: string | undefined },
): Promise<Reply> {
  const approval = view.stages.find((stage) => stage.approval?.requestId === o.requestId)?.approval;
  if (approval?.state !== 'open') throw new GantryError('APPROVAL_NOT_OPEN', { request: o.requestId });
  if (approval.subjectDigest !== o.subjectDigest)
    throw new GantryError('APPROVAL_DIGEST_CHANGED', { request: o.requestId });
  const after = await command(call.deps, view, 'postpone', originOf(call, o.comment), { until: o.until });
  return {
    status: 200,
    body: {
      state: 'counted',
      decisionId: call.requestId,
      choice: 'postpone',
      receivedAt: call.now.toISOString(),
      headline: after.headline,
    } satisfies z.output<typeof ReceiptSchema>,
  };
}

const withdrawals = route({
  method: 'post',
  path: '/v1/releases/{id}/withdrawals',
  action: 'decision.withdraw',
  summary: 'Take your own vote back, while the request is open or its grace time runs.',
  params: releaseParams,
  body: WithdrawSchema,
  example: { requestId: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  answer: { status: 200, description: 'The release after it.', schema: ReleaseSchema },
  problems: [
    'NOT_FOUND',
    'APPROVAL_NOT_OPEN',
    'APPROVAL_ASSURANCE_LOW',
    'RELEASE_ENDED',
    'TEMPORAL_UNREACHABLE',
  ],
  subject: releaseOf,
  async handle(call, view) {
    const person = voterOf(call.caller);
    const { requestId } = call.body;
    const level = levelOf(call.caller.session, undefined, call.now);
    await requireLevelToWithdraw(call.deps, { requestId, person, level });
    const after = await command(call.deps, view, 'withdraw', originOf(call, undefined), {
      requestId,
      person,
    });
    return replyWith({ after });
  },
});

/** A repeated key is the same decision; without one each request is a decision of its own, and the person's last one counts. */
function sourceOf({ req, caller }: Call<unknown, unknown, unknown>): string {
  const key = givenKey(req);
  return `api:${key === undefined ? newId('cmd') : sha256(`${caller.actor.id}\n${key}`).slice(0, 32)}`;
}

/** @throws the problem that the decision was refused with */
function receiptBody(receipt: Receipt): z.output<typeof ReceiptSchema> {
  const { id: decisionId, choice, receivedAt } = receipt.decision;
  const base = { decisionId, choice, receivedAt };
  if (receipt.state === 'received') return { state: 'received', ...base };
  if (receipt.state === 'counted') {
    const { headline, filled, seats, closesAt } = receipt.answer;
    return {
      state: 'counted',
      ...base,
      headline,
      filled,
      seats,
      ...(closesAt === undefined ? {} : { closesAt }),
    };
  }
  const { code, detail } = receipt.problem;
  throw saying(new GantryError(code, {}, { changed: true }), { detail });
}

export const decisionRoutes = [decisions, withdrawals];
