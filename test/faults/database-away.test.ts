import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { askQa, faultPolicy, ledgerCheck } from '../support/fault-policy.ts';
import { fillForm } from '../support/link-approver.ts';
import { startProduct, type Product } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({
    apart: true,
    policy: faultPolicy([
      { id: 'voted', stage: askQa },
      { id: 'checked', stage: ledgerCheck },
      { id: 'kept', stage: askQa },
      { id: 'busy' },
    ]),
  });
}, 90_000);

afterEach(() => product.servers.database.thaw());

afterAll(async () => {
  await product.stop();
}, 60_000);

const count = async (id: string, action: string): Promise<number> =>
  (await product.timeline(id)).filter((entry) => entry.action === action).length;

test('while the database answers nothing the API says so within six seconds; then the vote counts once and the check goes on', async () => {
  const { database } = product.servers;
  const voted = await product.release('voted', '1.0.0');
  const form = await fillForm(await product.approvalLink('ana@acme.test', 'voted 1.0.0'), {
    ...{ decision: 'approve', version: '1.0.0' },
  });
  product.ledger.hold('before', 'check', 'checked');
  const checked = await product.release('checked', '1.0.0');
  await product.ledger.reached('before', 'check', 'checked', '1.0.0');

  database.freeze();
  product.ledger.letGo('before', 'check', 'checked'); // its result meets a record that does not answer
  const askedAt = performance.now();
  const [list, order, decision, ready] = await Promise.all([
    product.call('GET', '/v1/releases'),
    product.call('POST', '/v1/releases', { components: [{ service: 'busy', version: '0.9.0' }] }),
    fetch(form.url, form.init),
    product.call<{ parts: object }>('GET', '/ready'),
  ]);
  expect(performance.now() - askedAt).toBeLessThan(6_000);
  expect(list).toMatchObject({ status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
  expect(order).toMatchObject({ status: 503, body: { code: 'STORAGE_UNAVAILABLE' } });
  expect(decision.status).toBe(503);
  expect(await decision.text()).not.toContain('Received');
  expect(ready).toMatchObject({ status: 503, body: { parts: { database: { state: 'down' } } } });
  expect((await product.call('GET', '/health')).status).toBe(200);
  database.thaw();

  await until(
    'the API to answer again',
    async () => (await product.call('GET', '/v1/releases')).status === 200,
    5_000,
  );
  expect((await fetch(form.url, form.init)).status).toBe(303);
  for (const id of [voted, checked])
    await product.releaseThat(id, ({ state }) => state === 'succeeded', 60_000);
  expect(await count(voted, 'decision.received')).toBe(1);
  expect(await count(voted, 'decision.counted')).toBe(1);
  expect(product.ledger.done().sort()).toEqual([
    'apply checked 1.0.0',
    'apply voted 1.0.0',
    'check checked 1.0.0',
  ]);
}, 120_000);

test('kill -9 of PostgreSQL in the middle of a deployment and right after a vote: nothing acknowledged is lost', async () => {
  const { database } = product.servers;
  const kept = await product.release('kept', '1.0.0');
  const link = await product.approvalLink('ana@acme.test', 'kept 1.0.0');
  product.ledger.hold('after', 'apply', 'busy');
  const busy = await product.release('busy', '1.0.0');
  await product.ledger.reached('after', 'apply', 'busy', '1.0.0');
  const form = await fillForm(link, { decision: 'approve', version: '1.0.0' });

  const { status } = await fetch(form.url, form.init);
  database.kill();
  expect(status).toBe(303);
  product.ledger.letGo('after', 'apply', 'busy');
  for (const id of [kept, busy]) {
    await until(
      'the release to end',
      async () =>
        (await product.call<{ state: string }>('GET', `/v1/releases/${id}`)).body.state === 'succeeded',
      60_000,
    );
  }
  expect(await count(kept, 'decision.received')).toBe(1);
  expect(product.ledger.done(busy)).toEqual(['apply busy 1.0.0']);
  expect(product.ledger.done(kept)).toEqual(['apply kept 1.0.0']);
  const audit = await product.call<{ valid: boolean }>('GET', '/v1/audit/verify');
  expect(audit.body.valid).toBe(true);
  // whoever sends the same form again gets the same receipt
  expect((await fetch(form.url, form.init)).status).toBe(303);
  expect(await count(kept, 'decision.received')).toBe(1);
}, 120_000);
