import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { decideByLink } from '../support/link-approver.ts';
import { startProduct, type Product } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({
    policy: faultPolicy([{ id: 'shop', stage: askQa }, { id: 'busy' }, { id: 'next', dependsOn: ['busy'] }]),
  });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

const runningHere = (): string[] =>
  execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(product.dir));

test('after kill -9 of everything a release still waits, its mailed link works, one half deployed goes on, and the next in the queue has its turn', async () => {
  const waiting = await product.release('shop', '1.0.0');
  const link = await product.approvalLink('ana@acme.test', '1.0.0');
  product.ledger.hold('after', 'apply', 'busy');
  const busy = await product.release('busy', '1.0.0');
  await product.ledger.reached('after', 'apply', 'busy', '1.0.0');
  const next = await product.release('next', '1.0.0');
  await product.releaseThat(next, ({ headline }) => headline.includes('busy 1.0.0'));
  const before = await product.view(waiting);
  expect(before.state).toBe('gating');

  await product.process('up').kill({ tree: true });
  expect(runningHere()).toEqual([]);
  product.ledger.letGo('after', 'apply', 'busy');
  await product.process('up').start();

  expect(await product.view(waiting)).toEqual(before);
  expect(await decideByLink(link, { decision: 'approve', version: '1.0.0' })).toContain('approve');
  await product.releaseThat(waiting, ({ state }) => state === 'succeeded');
  await product.releaseThat(busy, ({ state }) => state === 'succeeded', 60_000);
  await product.releaseThat(next, ({ state }) => state === 'succeeded', 60_000);
  const done = product.ledger.done();
  expect([...done].sort()).toEqual(['apply busy 1.0.0', 'apply next 1.0.0', 'apply shop 1.0.0']);
  expect(done.indexOf('apply next 1.0.0')).toBeGreaterThan(done.indexOf('apply busy 1.0.0'));
  expect((await product.mails()).filter(({ subject }) => subject.startsWith('[Approve]'))).toHaveLength(1);
  expect((await product.cli('audit', 'verify')).code).toBe(0);
}, 150_000);
