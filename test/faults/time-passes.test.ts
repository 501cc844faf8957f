import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { faultPolicy } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;

beforeAll(async () => {
  const asks = {
    approvals: [{ people: ['ben'], not: [] }],
    approval: { expires: '20s', grace: '0s' },
  };
  const services = [
    ...['dated', 'frozen', 'opened'].map((id) => ({ id })),
    ...['decided', 'silent'].map((id) => ({ id, stage: asks })),
  ];
  product = await startProduct({ apart: true, policy: faultPolicy(services) });
}, 90_000);

afterEach(() => product.servers.database.thaw());

afterAll(async () => {
  await product.stop();
}, 60_000);

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
const passed = (instant: Date): Promise<boolean> =>
  until('that time', () => Date.now() > instant.getTime() + 1_000);

/** A freeze of one service that has begun and ends soon; answers when. */
async function freezeUntil(service: string, end: Date): Promise<void> {
  const { status, body } = await product.call<{ detail?: string }>('POST', '/v1/freezes', {
    id: `hold-${service}`,
    from: '2026-01-01T00:00:00',
    to: end.toISOString().slice(0, 19),
    zone: 'UTC',
    scope: { services: [service] },
    reason: 'the test holds it',
  });
  expect([status, body.detail]).toEqual([201, undefined]);
}

test('what passes while no worker runs: a last moment to start expires the release, the end of a freeze lets another go, once', async () => {
  const opens = inSeconds(15);
  await freezeUntil('frozen', opens);
  const frozen = await product.release('frozen', '1.0.0');
  await product.releaseThat(frozen, ({ headline }) => headline.includes('hold-frozen'), 60_000);
  const [at, startBy] = [inSeconds(10), inSeconds(14)];
  const order = await product.call<{ id: string }>('POST', '/v1/releases', {
    components: [{ service: 'dated', version: '1.0.0' }],
    at: at.toISOString(),
    startBy: startBy.toISOString(),
  });
  expect(order.status).toBe(202);
  const dated = order.body.id;
  await product.releaseThat(dated, ({ state }) => state === 'gating', 60_000);
  expect(Date.now()).toBeLessThan(at.getTime());
  await product.process('worker').kill();
  await passed(opens);
  await passed(startBy);
  expect(product.ledger.done()).toEqual([]);
  await product.process('worker').start();
  const late = await product.releaseThat(dated, ({ ended }) => ended !== undefined, 90_000);
  expect(late.state).toBe('expired');
  const freed = await product.releaseThat(frozen, ({ ended }) => ended !== undefined, 90_000);
  expect(freed.state).toBe('succeeded');
  expect(product.ledger.done()).toEqual(['apply frozen 1.0.0']);
}, 180_000);

test('a decision made while no worker runs counts when one comes, though its time is over by then; one after that time is refused', async () => {
  const ids = {
    decided: await product.release('decided', '1.0.0'),
    silent: await product.release('silent', '1.0.0'),
  };
  const asked = async (id: string) => {
    const { stages } = await product.releaseThat(id, (view) => view.stages[0]?.approval?.state === 'open');
    return stages[0]!.approval!;
  };
  const [decided, silent] = [await asked(ids.decided), await asked(ids.silent)];
  await product.process('worker').kill();
  const approve = async (id: string, { requestId, subjectDigest }: typeof decided) =>
    product.call<{ state?: string; code?: string }>('POST', `/v1/releases/${id}/decisions`, {
      ...{ requestId, subjectDigest, choice: 'approve' },
    });
  const inTime = await approve(ids.decided, decided);
  expect(inTime).toMatchObject({ status: 202, body: { state: 'received' } });
  await passed(new Date(decided.deadline));
  await passed(new Date(silent.deadline));
  expect(await approve(ids.silent, silent)).toMatchObject({
    status: 410,
    body: { code: 'APPROVAL_EXPIRED' },
  });
  await product.process('worker').start();
  const ended = async (id: string) => product.releaseThat(id, (view) => view.ended !== undefined, 90_000);
  const [counted, expired] = await Promise.all([ended(ids.decided), ended(ids.silent)]);
  expect([counted.state, expired.state]).toEqual(['succeeded', 'expired']);
  expect(counted.stages[0]?.approval?.votes).toMatchObject([{ person: 'ben', choice: 'approve' }]);
  expect(expired.stages[0]?.approval?.votes).toEqual([]);
  expect(product.ledger.done(ids.decided)).toEqual(['apply decided 1.0.0']);
  expect(product.ledger.done(ids.silent)).toEqual([]);
}, 180_000);

test('a freeze that ends while the database is away lets its release go once it is back, once', async () => {
  const opens = inSeconds(12);
  await freezeUntil('opened', opens);
  const opened = await product.release('opened', '1.0.0');
  await product.releaseThat(opened, ({ headline }) => headline.includes('hold-opened'), 60_000);
  const { database } = product.servers;
  database.freeze();
  await passed(opens);
  expect(product.ledger.done(opened)).toEqual([]);
  database.thaw();
  const end = await product.releaseThat(opened, ({ ended }) => ended !== undefined, 90_000);
  expect(end.state).toBe('succeeded');
  expect(product.ledger.done(opened)).toEqual(['apply opened 1.0.0']);
  const audit = await product.call<{ valid: boolean }>('GET', '/v1/audit/verify');
  expect(audit.body.valid).toBe(true);
}, 180_000);
