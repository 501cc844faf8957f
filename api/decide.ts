import type { Assurance } from '../domain/gates/approvals/assurance.ts';
import { askedLevel } from '../domain/gates/approvals/asked-level.ts';
import type { Problem } from '../domain/problem-code.ts';
import { isCommentNeeded } from '../domain/risk/duties.ts';
import { pastDue } from '../domain/release/tasks.ts';
import { isTerminal } from '../domain/release/state.ts';
import { GantryError, problem } from '../platform/errors.ts';
import {
  decisionsOf,
  receiveDecision,
  requestById,
  settleDelivery,
  type DecisionReceipt,
  type DeliveryOutcome,
  type ReceivedDecision,
} from '../platform/record/approvals.ts';
import { withoutControls } from '../platform/plain-text.ts';
import { readRelease } from '../platform/record/releases.ts';
import { decideUpdate, type DecideAnswer, type DecideInput } from '../workflows/contract.ts';
import { levelToWithdraw, requireLevel } from './auth/level.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { ended } from './ended.ts';

/** What a decision came to, as far as is known after five seconds. */
export type Receipt =
  | { state: 'counted'; decision: ReceivedDecision; answer: DecideAnswer }
  | { state: 'received'; decision: ReceivedDecision }
  | { state: 'refused'; decision: ReceivedDecision; problem: Problem };

/** Whether the workflow took a decision, with the problem it refused it with. */
export type Delivery = { outcome: DeliveryOutcome; answer?: DecideAnswer; problem?: Problem };

/**
 * Receives a decision durably, then tries to have it counted (trust §1.5). After the first step it is never lost: what cannot be
 * counted now is delivered by the relay under the same id.
 * @throws what `receiveDecision` refuses it with, APPROVAL_ASSURANCE_LOW, and CONDITION_INVALID for a condition that is due in the past; then
 * nothing was received.
 */
export async function decide(deps: ApiDeps, request: DecisionReceipt): Promise<Receipt> {
  await refuseClosed(deps, request);
  const comment = request.comment === undefined ? {} : { comment: withoutControls(request.comment) };
  const { decision, repeated } = await receiveDecision(deps.store.db, { ...request, ...comment });
  if (repeated) deps.log.debug({ decisionId: decision.id }, 'the same decision again');
  if (decision.delivery === 'refused')
    return {
      state: 'refused',
      decision,
      problem: problem('APPROVAL_NOT_OPEN', { detail: decision.refusal }),
    };
  const { outcome, answer, problem: refusal } = await deliver(deps, decision);
  await settle(deps, decision, outcome);
  if (outcome.state === 'counted' && answer) return { state: 'counted', decision, answer };
  if (outcome.state === 'refused' && refusal) return { state: 'refused', decision, problem: refusal };
  return { state: 'received', decision };
}

/**
 * Notes how far the delivery has got. The decision is safe already, so a failure here is no failure of the decision: the relay
 * delivers it again under the same id, gets the same answer, and notes that. It may also be at it at this very moment.
 */
async function settle(deps: ApiDeps, decision: ReceivedDecision, outcome: DeliveryOutcome): Promise<void> {
  try {
    await settleDelivery(deps.store.db, decision.id, outcome);
  } catch (error) {
    deps.log.warn({ error, decisionId: decision.id }, 'a delivery could not be noted; the relay will');
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A vote that asked for a sign-in is not taken back with less: without a rejection a gate may open. A code is not asked for again.
 * @throws APPROVAL_ASSURANCE_LOW
 */
export async function requireLevelToWithdraw(
  { store: { db } }: ApiDeps,
  o: { requestId: string; person: string; level: Assurance },
): Promise<void> {
  // A form may hold anything here; what is no id of a request is refused by the workflow.
  const asked = uuid.test(o.requestId) ? await requestById(db, o.requestId) : undefined;
  if (asked) requireLevel(o.level, levelToWithdraw(askedLevel(asked.plan, o.person)));
}

/**
 * Once the request has closed nothing more is received; whoever sends the same answer again still gets its receipt. Whether it
 * came before the deadline is judged by the database clock of its receipt, not here.
 */
async function refuseClosed(deps: ApiDeps, request: DecisionReceipt): Promise<void> {
  const asked = await requestById(deps.store.db, request.requestId);
  if (asked?.releaseId !== request.releaseId)
    throw new GantryError('APPROVAL_NOT_OPEN', { request: request.requestId });
  const isOpen = asked.state === 'open';
  if (isOpen && asked.subjectDigest === request.subjectDigest) {
    requireLevel(request.assurance ?? 'link', askedLevel(asked.plan, request.person));
    if (request.choice === 'approve' && !request.comment?.trim() && isCommentNeeded(asked.plan))
      throw new GantryError('APPROVAL_COMMENT_MISSING');
    await refusePastConditions(deps, request);
    return;
  }
  const before = await decisionsOf(deps.store.db, request.requestId);
  if (before.some((one) => one.source === request.source)) return;
  if (isOpen) throw new GantryError('APPROVAL_DIGEST_CHANGED', { request: asked.id, title: asked.title });
  const facts = {
    request: asked.id,
    state: asked.state,
    at: asked.closedAt,
    title: asked.title,
    because: asked.closedBecause,
  };
  throw new GantryError(asked.state === 'expired' ? 'APPROVAL_EXPIRED' : 'APPROVAL_NOT_OPEN', facts);
}

/** What is asked for by a time that has passed could only be late. A repetition of what was received in time keeps its receipt. */
async function refusePastConditions(deps: ApiDeps, request: DecisionReceipt): Promise<void> {
  const detail = pastDue(request.conditions ?? [], nowOf(deps).toISOString());
  if (detail === undefined) return;
  const before = await decisionsOf(deps.store.db, request.requestId);
  if (before.some((one) => one.source === request.source)) return;
  throw new GantryError('CONDITION_INVALID', {
    detail,
    fix: 'Send the decision again with a due time that is to come, or with none. Nothing was received, and nothing is counted.',
  });
}

/** Hands a received decision to its workflow. Its id is the update id, so a repetition gets the first answer. */
export async function deliver(deps: ApiDeps, decision: ReceivedDecision): Promise<Delivery> {
  try {
    const update = {
      workflowId: decision.workflowId,
      name: decideUpdate,
      updateId: decision.id,
      input: decideInput(decision),
    };
    const answer = (await deps.engine.update(update)) as DecideAnswer;
    if (answer.choice === decision.choice) return { outcome: { state: 'counted', answer }, answer };
    return refused(
      problem('APPROVAL_ALREADY_ANSWERED', {
        choice: answer.choice,
        detail: `${answer.choice} is on record already`,
      }),
    );
  } catch (error) {
    return undelivered(deps, decision, error);
  }
}

async function undelivered(deps: ApiDeps, decision: ReceivedDecision, error: unknown): Promise<Delivery> {
  if (!(error instanceof GantryError)) {
    // A defect must not swallow a vote: it stays pending, and the log has the cause.
    deps.log.error({ error, decisionId: decision.id }, 'a decision could not be delivered');
    return later(deps, decision);
  }
  if (error.code === 'TEMPORAL_UNREACHABLE') return later(deps, decision);
  if (error.code === 'APPROVAL_UNKNOWN') return notYetKnown(deps, decision);
  if (error.code !== 'RELEASE_ENDED') return refused(error.problem);
  const view = await readRelease(deps.store.db, decision.releaseId);
  if (!view || !isTerminal(view.state)) return later(deps, decision); // the workflow has closed or not begun; its record will say which
  return refused(ended(view).problem);
}

/** What the record has open the workflow is about to know, or to know again: until then the decision waits (promise P1). */
async function notYetKnown(deps: ApiDeps, decision: ReceivedDecision): Promise<Delivery> {
  const asked = await requestById(deps.store.db, decision.requestId);
  if (asked?.state === 'open') return later(deps, decision);
  return refused(problem('APPROVAL_NOT_OPEN', { detail: asked?.closedBecause }));
}

/** The longer a decision has waited, the longer it waits for its next try: from one second to half a minute. */
function later(deps: ApiDeps, decision: ReceivedDecision): Delivery {
  const ageMs = nowOf(deps).getTime() - Date.parse(decision.receivedAt);
  return {
    outcome: { state: 'pending', retryInMs: Math.min(30_000, Math.max(1_000, Math.round(ageMs / 4))) },
  };
}

const refused = (why: Problem): Delivery => ({
  outcome: { state: 'refused', refusal: why.detail },
  problem: why,
});

const decideInput = (decision: ReceivedDecision): DecideInput => ({
  decisionId: decision.id,
  requestId: decision.requestId,
  person: decision.person,
  choice: decision.choice,
  ...(decision.comment === undefined ? {} : { comment: decision.comment }),
  ...(decision.conditions === undefined ? {} : { conditions: decision.conditions }),
  subjectDigest: decision.subjectDigest,
  receivedAt: decision.receivedAt,
  via: decision.via,
  ...(decision.assurance ? { assurance: decision.assurance } : {}),
});
