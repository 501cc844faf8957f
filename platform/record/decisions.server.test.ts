import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, aStoredRelease } from '../../test/support/record-builders.ts';
import type { Store } from '../database/open.ts';
import {
  claimPending,
  closeRequest,
  countRead,
  decisionsOf,
  ensureLinks,
  linkByJti,
  openRequest,
  openRequestsOf,
  receiveDecision,
  receiveWithdrawal,
  requestById,
  settleDelivery,
  type DecisionReceipt,
} from './approvals.ts';
import { timeline } from './timeline.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
});
afterAll(() => server.stop());

async function anOpenRequest(
  deadline = '2099-06-04T09:00:00.000Z',
): Promise<{ requestId: string; releaseId: string }> {
  const { order } = await aStoredRelease(store.db, aRelease());
  const requestId = randomUUID();
  const input = {
    requestId,
    releaseId: order.releaseId,
    title: 'shop 1.4.0',
    stage: { environment: 'production', subjectDigest: 'subject' } as never,
    intent: 'deploy',
    openedAt: '2026-06-01T09:00:00.000Z',
    deadline,
  };
  await openRequest(store.db, input);
  await openRequest(store.db, { ...input, title: 'another' });
  return { requestId, releaseId: order.releaseId };
}

const aReceipt = (
  request: { requestId: string; releaseId: string },
  rest: Partial<DecisionReceipt> = {},
): DecisionReceipt => ({
  source: `link:${randomUUID()}`,
  ...request,
  person: 'ana',
  choice: 'approve',
  subjectDigest: 'subject',
  via: 'link',
  actor: { id: 'ana', kind: 'person', assurance: 'link' },
  ...rest,
});

/** All waiting decisions may be delivered now, whoever received them. */
const makeDue = () =>
  store.pool.query(
    `update decision_deliveries set next_at = now() - interval '1 minute' where state = 'pending'`,
  );
const actions = async (releaseId: string) =>
  (await timeline(store.db, releaseId, { limit: 50 })).map((entry) => entry.action);

test('a request is opened once and keeps how it was closed first', async () => {
  const { requestId, releaseId } = await anOpenRequest();
  expect(await openRequestsOf(store.db, releaseId)).toMatchObject([
    { id: requestId, title: 'shop 1.4.0', state: 'open' },
  ]);
  await closeRequest(store.db, {
    requestId,
    state: 'approved',
    at: '2026-06-01T10:00:00.000Z',
    because: 'All agreed.',
  });
  await closeRequest(store.db, {
    requestId,
    state: 'expired',
    at: '2026-06-04T09:00:00.000Z',
    because: 'Too late.',
  });
  expect(await requestById(store.db, requestId)).toMatchObject({
    state: 'approved',
    closedBecause: 'All agreed.',
  });
  expect(await openRequestsOf(store.db, releaseId)).toEqual([]);
});

test('a person gets the same link again for the same occasion and another one for a reminder', async () => {
  const { requestId } = await anOpenRequest();
  const ask = { requestId, people: ['ana', 'sam'], occasion: 'ask', purpose: 'approval' } as const;
  const [first, again, reminder] = [
    await ensureLinks(store.db, { ...ask, people: [...ask.people] }),
    await ensureLinks(store.db, { ...ask, people: [...ask.people] }),
    await ensureLinks(store.db, { ...ask, people: ['ana'], occasion: 'reminder' }),
  ];
  expect(again).toEqual(first);
  expect(first.map((link) => link.person)).toEqual(['ana', 'sam']);
  expect(first[0]!.jti).toMatch(/^[0-9a-f]{32}$/);
  expect(reminder[0]!.jti).not.toBe(first[0]!.jti);
  await countRead(store.db, first[0]!.jti);
  await countRead(store.db, first[0]!.jti);
  expect(await linkByJti(store.db, first[0]!.jti)).toMatchObject({ person: 'ana', requestId, reads: 2 });
  expect(await linkByJti(store.db, 'unknown')).toBeUndefined();
});

test('the same answer twice at once is received once, with one event', async () => {
  const request = await anOpenRequest();
  const receipt = aReceipt(request);
  const answers = await Promise.all([1, 2, 3].map(() => receiveDecision(store.db, receipt)));
  expect(new Set(answers.map((answer) => answer.decision.id)).size).toBe(1);
  expect(answers.filter((answer) => !answer.repeated)).toHaveLength(1);
  expect(await actions(request.releaseId)).toEqual(['release.created', 'decision.received']);
});

test('A17: what comes at the deadline or after it is not received, whoever still waits for a worker', async () => {
  const {
    rows: [clock],
  } = await store.pool.query<{ at: Date }>('select clock_timestamp() as at');
  const request = await anOpenRequest(clock!.at.toISOString());
  await expect(receiveDecision(store.db, aReceipt(request))).rejects.toMatchObject({
    code: 'APPROVAL_EXPIRED',
  });
  expect(await decisionsOf(store.db, request.requestId)).toEqual([]);
  expect(await actions(request.releaseId)).toEqual(['release.created']);
});

test('another answer from the same source is refused, and the first stands', async () => {
  const request = await anOpenRequest();
  const receipt = aReceipt(request);
  await receiveDecision(store.db, receipt);
  await expect(receiveDecision(store.db, { ...receipt, choice: 'reject' })).rejects.toMatchObject({
    code: 'APPROVAL_ALREADY_ANSWERED',
  });
  expect(await decisionsOf(store.db, request.requestId)).toMatchObject([
    { choice: 'approve', attempt: 1, delivery: 'pending' },
  ]);
});

test('only a recorded refusal lets the same source answer again; a repeat of the refused attempt finds it', async () => {
  const request = await anOpenRequest();
  const receipt = aReceipt(request);
  const { decision } = await receiveDecision(store.db, receipt);
  await settleDelivery(store.db, decision.id, { state: 'refused', refusal: 'The request was closed.' });
  const repeat = await receiveDecision(store.db, { ...receipt, attempt: 1 });
  expect(repeat).toMatchObject({ repeated: true, decision: { id: decision.id, delivery: 'refused' } });
  const second = await receiveDecision(store.db, { ...receipt, choice: 'reject', comment: 'No tests.' });
  expect(second).toMatchObject({
    repeated: false,
    decision: { attempt: 2, choice: 'reject', comment: 'No tests.' },
  });
  expect(await actions(request.releaseId)).toEqual([
    'release.created',
    'decision.received',
    'decision.refused',
    'decision.received',
  ]);
});

test('what was counted stays counted', async () => {
  const request = await anOpenRequest();
  const { decision } = await receiveDecision(store.db, aReceipt(request));
  await settleDelivery(store.db, decision.id, { state: 'counted', answer: { filled: 1 } });
  await settleDelivery(store.db, decision.id, { state: 'refused', refusal: 'late' });
  expect(await decisionsOf(store.db, request.requestId)).toMatchObject([{ delivery: 'counted' }]);
  expect(await actions(request.releaseId)).not.toContain('decision.refused');
});

test('a relay leaves a fresh decision to the request that brought it', async () => {
  const request = await anOpenRequest();
  await receiveDecision(store.db, aReceipt(request));
  const handed = await claimPending(store.db, 10, async () => ({ state: 'counted', answer: null }));
  expect(handed).toBe(0);
});

test('two relays never deliver one decision at the same time', async () => {
  const request = await anOpenRequest();
  for (let i = 0; i < 12; i += 1) await receiveDecision(store.db, aReceipt(request));
  await makeDue();
  const busy = new Set<string>();
  const delivered: string[] = [];
  let both = 0;
  const relay = () =>
    claimPending(store.db, 20, async (decision) => {
      expect(busy.has(decision.id)).toBe(false);
      busy.add(decision.id);
      both = Math.max(both, busy.size);
      // long enough for the other one to look for work
      await store.pool.query('select pg_sleep(0.01)');
      busy.delete(decision.id);
      delivered.push(decision.id);
      return { state: 'counted', answer: null };
    });
  const handed = await Promise.all([relay(), relay()]);
  expect(both).toBe(2);
  expect(handed[0] + handed[1]).toBe(new Set(delivered).size);
  expect(new Set(delivered).size).toBe(delivered.length);
  expect(
    (await decisionsOf(store.db, request.requestId)).every((decision) => decision.delivery === 'counted'),
  ).toBe(true);
});

test('a decision that nobody answered for waits and is delivered later; one whose delivery broke stays pending', async () => {
  const request = await anOpenRequest();
  await receiveDecision(store.db, aReceipt(request));
  await makeDue();
  expect(await claimPending(store.db, 5, async () => ({ state: 'pending', retryInMs: 60_000 }))).toBe(1);
  expect(await claimPending(store.db, 5, async () => ({ state: 'counted', answer: null }))).toBe(0);
  await makeDue();
  const broken = claimPending(store.db, 5, async () => Promise.reject(new Error('engine away')));
  await expect(broken).rejects.toThrow('engine away');
  expect(await decisionsOf(store.db, request.requestId)).toMatchObject([{ delivery: 'pending' }]);
  expect(await claimPending(store.db, 5, async () => ({ state: 'counted', answer: null }))).toBe(1);
});

test('whoever brought a decision notes nothing, and does not wait, while a relay is at it', async () => {
  const request = await anOpenRequest();
  const { decision } = await receiveDecision(store.db, aReceipt(request));
  await makeDue();
  await claimPending(store.db, 1, async () => {
    // Waiting here for the relay to end would be waiting for ourselves.
    await settleDelivery(store.db, decision.id, { state: 'pending', retryInMs: 60_000 });
    return { state: 'counted', answer: null };
  });
  expect(await decisionsOf(store.db, request.requestId)).toMatchObject([{ delivery: 'counted' }]);
});

describe('what a person said before and nobody has delivered yet', () => {
  const later = { state: 'pending', retryInMs: 30_000 } as const;
  const stateOf = async (requestId: string, id: string) =>
    (await decisionsOf(store.db, requestId)).find((one) => one.id === id);

  test('is refused when they decide again: delivered after that, it would undo it', async () => {
    const request = await anOpenRequest();
    const first = await receiveDecision(store.db, aReceipt(request));
    await settleDelivery(store.db, first.decision.id, later);
    const other = await receiveDecision(store.db, aReceipt(request, { person: 'ben' }));
    await settleDelivery(store.db, other.decision.id, later);
    await receiveDecision(store.db, aReceipt(request, { choice: 'reject', comment: 'no' }));
    expect(await stateOf(request.requestId, first.decision.id)).toMatchObject({
      delivery: 'refused',
      refusal: 'The same person decided again before it was counted; the later decision counts.',
    });
    expect(await stateOf(request.requestId, other.decision.id)).toMatchObject({ delivery: 'pending' });
    const told = await actions(request.releaseId);
    expect(told.filter((action) => action === 'decision.refused')).toHaveLength(1);
  });

  test('is taken back with a withdrawal', async () => {
    const request = await anOpenRequest();
    const { decision } = await receiveDecision(store.db, aReceipt(request));
    await settleDelivery(store.db, decision.id, later);
    const { requestId, releaseId } = request;
    const by = { id: 'ana', kind: 'person' as const };
    await receiveWithdrawal(
      store.db,
      releaseId,
      { by, commandId: randomUUID() },
      { requestId, person: 'ana' },
    );
    expect(await stateOf(requestId, decision.id)).toMatchObject({
      delivery: 'refused',
      refusal: 'It was taken back before it was counted.',
    });
  });

  test('is left to its first delivery while that is under way: it reaches the workflow before what comes later', async () => {
    const request = await anOpenRequest();
    const { decision } = await receiveDecision(store.db, aReceipt(request));
    await receiveDecision(store.db, aReceipt(request, { choice: 'reject', comment: 'no' }));
    expect(await stateOf(request.requestId, decision.id)).toMatchObject({ delivery: 'pending' });
  });
});

test('received decisions cannot be changed or removed', async () => {
  await receiveDecision(store.db, aReceipt(await anOpenRequest()));
  for (const statement of [
    `update received_decisions set choice = 'reject'`,
    'delete from received_decisions',
    'truncate received_decisions cascade',
  ])
    await expect(store.pool.query(statement)).rejects.toMatchObject({ code: 'P0001' });
});
