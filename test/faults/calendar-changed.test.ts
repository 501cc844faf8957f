import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultPolicy } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ apart: true, policy: faultPolicy([{ id: 'alone' }]) });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

test('a freeze that is lifted while no worker runs lets its release go once one runs again', async () => {
  const freeze = ['freeze', 'add', 'outage', '--from', '2026-01-01T00:00', '--reason', 'the network is away'];
  expect((await product.cli(...freeze, '--yes')).code).toBe(0);
  const id = await product.release('alone', '1.0.0');
  const held = await product.releaseThat(id, (view) => view.headline.includes('outage'), 60_000);
  expect(held.state).toBe('gating');
  await product.servers.temporal.atRest('release/alone/1.0.0');
  await product.process('worker').kill();
  const lifted = await product.cli('freeze', 'lift', 'outage', '--reason', 'it is back', '--yes');
  expect(lifted.code).toBe(0);
  await product.process('worker').start();
  const end = await product.releaseThat(id, (view) => view.ended !== undefined, 90_000);
  expect(end.state).toBe('succeeded');
  const told = (await product.timeline(id)).filter(({ action }) => action === 'calendar.changed');
  expect(told.map(({ sentence }) => sentence)).toEqual([expect.stringContaining('outage')]);
}, 180_000);
