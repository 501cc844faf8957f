import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { decideByLink } from '../support/link-approver.ts';
import { startProduct, type Product } from '../support/product.ts';

/** Ben is who the token of these tests acts for. */
const askBen = { ...askQa, approvals: [{ people: ['ben'], not: [] }] };
let product: Product;

beforeAll(async () => {
  product = await startProduct({
    apart: true,
    policy: faultPolicy([
      { id: 'shop', stage: askQa },
      { id: 'mailed', stage: askQa },
      { id: 'called', stage: askBen },
    ]),
  });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

interface Ready {
  status: string;
  parts: Record<string, { state: string; detail: string }>;
}

test('an API that starts while Temporal is away says so, takes a release, and starts it once Temporal comes', async () => {
  await product.servers.temporal.kill();
  await product.process('api').stop();
  await product.process('api').start();
  const ready = await product.call<Ready>('GET', '/ready');
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({ status: 'degraded', parts: { temporal: { state: 'degraded' } } });

  // Answered while Temporal is still away: nothing starts it before the order has been taken.
  const id = await product.release('shop', '1.0.0'); // 202
  expect((await product.view(id)).state).toBe('draft');

  await product.servers.temporal.start();
  const link = await product.approvalLink('ana@acme.test', 'shop 1.0.0');
  await decideByLink(link, { decision: 'approve', version: '1.0.0' });
  await product.releaseThat(id, ({ state }) => state === 'succeeded');
  expect(product.ledger.done(id)).toEqual(['apply shop 1.0.0']);
}, 120_000);

test('decisions made while Temporal is away are received, and counted once when it comes back', async () => {
  const mailed = await product.release('mailed', '1.0.0');
  const called = await product.release('called', '1.0.0');
  const link = await product.approvalLink('ana@acme.test', 'mailed 1.0.0');
  await product.approvalLink('ben@acme.test', 'called 1.0.0');
  const { stages } = await product.view(called);
  const { requestId, subjectDigest } = stages[0]!.approval!;
  await product.servers.temporal.kill();

  // Both are answered while it is away.
  const [receipt, answer] = await Promise.all([
    decideByLink(link, { decision: 'approve', version: '1.0.0' }),
    product.call<{ state: string }>('POST', `/v1/releases/${called}/decisions`, {
      ...{ requestId, subjectDigest, choice: 'approve' },
    }),
  ]);
  expect(receipt).toContain('Received, not counted yet');
  expect(answer).toMatchObject({ status: 202, body: { state: 'received' } });
  for (const id of [mailed, called]) expect((await product.view(id)).state).toBe('gating');

  await product.servers.temporal.start();
  for (const [id, person, via] of [
    [mailed, 'ana', 'link'],
    [called, 'ben', 'api'],
  ] as const) {
    const ended = await product.releaseThat(id, ({ state }) => state === 'succeeded');
    expect(ended.stages[0]?.approval?.votes).toMatchObject([{ person, via, choice: 'approve' }]);
    const said = (await product.timeline(id)).map(({ action }) => action);
    for (const action of ['decision.received', 'decision.counted'])
      expect(said.filter((one) => one === action)).toHaveLength(1);
  }
}, 120_000);
