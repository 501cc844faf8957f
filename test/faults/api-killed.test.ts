import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { fillForm } from '../support/link-approver.ts';
import { startProduct, type Product } from '../support/product.ts';
import { seeded, testSeed } from '../support/seeded.ts';

// A round costs some seconds: `GANTRY_KILL_ROUNDS` plays more.
const rounds = Number(process.env['GANTRY_KILL_ROUNDS'] ?? 15);
const services = Array.from({ length: rounds + 1 }, (_, round) => `service-${round + 1}`);

let product: Product;

beforeAll(async () => {
  const policy = faultPolicy(services.map((id) => ({ id, stage: askQa })));
  product = await startProduct({ apart: true, policy });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

const count = async (id: string, action: string): Promise<number> =>
  (await product.timeline(id)).filter((entry) => entry.action === action).length;

/** Sends a decision and kills the API `ms` later. Whether the answer came through before. */
async function decideAndKill(form: Awaited<ReturnType<typeof fillForm>>, ms: number): Promise<boolean> {
  const answer = fetch(form.url, form.init).then(
    ({ status }) => status === 303,
    () => false,
  );
  await after(ms);
  await product.process('api').kill();
  return answer;
}

test(`of ${rounds} decisions whose API is killed on the way none that was acknowledged is lost, and none counts twice (GANTRY_TEST_SEED=${testSeed})`, async () => {
  const random = seeded(testSeed);
  const ids = await Promise.all(services.map(async (id) => product.release(id, '1.0.0')));
  const longestMs = await undisturbedMs(ids.pop()!, services.at(-1)!);
  const tally = { acknowledged: 0, recordedOnly: 0, nothing: 0 };
  for (const [index, id] of ids.entries()) {
    const service = services[index]!;
    const request = await linkOf(id, service);
    const form = await fillForm(request, { decision: 'approve', version: '1.0.0' });
    const isAcknowledged = await decideAndKill(form, Math.round(random() * longestMs));
    await product.process('api').start();
    const recorded = await count(id, 'decision.received');
    expect(recorded).toBeLessThanOrEqual(1);
    if (isAcknowledged) expect(recorded).toBe(1);
    tally[isAcknowledged ? 'acknowledged' : recorded === 1 ? 'recordedOnly' : 'nothing'] += 1;
    // only who got no answer tries again, with the form as it lies before them
    if (!isAcknowledged) expect((await fetch(form.url, form.init)).status).toBe(303);
  }
  for (const id of ids) {
    const { stages } = await product.releaseThat(id, ({ state }) => state === 'succeeded');
    expect(stages[0]?.approval?.votes).toMatchObject([{ person: 'ana', choice: 'approve' }]);
    expect(await count(id, 'decision.received')).toBe(1);
    expect(await count(id, 'decision.counted')).toBe(1);
  }
  expect(product.ledger.effects()).toHaveLength(rounds + 1);
  process.stdout.write(`API killed ${rounds} times: ${JSON.stringify(tally)}\n`);
}, 400_000);

/** How long a decision takes here and now: kills are spread over that time, which the first one makes rather long. */
async function undisturbedMs(id: string, service: string): Promise<number> {
  const form = await fillForm(await linkOf(id, service), { decision: 'approve', version: '1.0.0' });
  const sentAt = performance.now();
  expect((await fetch(form.url, form.init)).status).toBe(303);
  return performance.now() - sentAt;
}

/** The approval mail of one of several releases of the same version. */
async function linkOf(id: string, service: string): Promise<string> {
  await product.releaseThat(id, ({ stages }) => stages[0]?.approval?.state === 'open');
  return product.approvalLink('ana@acme.test', `${service} 1.0.0`);
}
