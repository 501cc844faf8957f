import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { noticesOf } from '../../platform/record/notices.ts';
import { askQa, faultPolicy } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ apart: true, policy: faultPolicy([{ id: 'shop', stage: askQa }]) });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

test('while the mail server is away the release waits for everybody to see; when it comes back the mail arrives once', async () => {
  const { mail, database } = product.servers;
  await mail.goAway();
  const id = await product.release('shop', '1.0.0');
  const waiting = await product.releaseThat(id, ({ state }) => state === 'gating');
  await until('an attempt to fail', async () =>
    (await noticesOf(database.store.db, id)).some(({ state, tries }) => state === 'failed' && tries > 1),
  );
  expect(waiting.headline).toMatch(/qa|ana|approv/i);
  expect((await product.cli('release', 'list')).stdout).toContain('shop 1.0.0');
  expect((await product.cli('release', 'why', id)).stdout).toMatch(/ana/i);
  expect(mail.mails).toEqual([]);

  await mail.comeBack();
  await product.approve('ana@acme.test', '1.0.0');
  await product.releaseThat(id, ({ state }) => state === 'succeeded');
  const asked = mail.mails.filter(({ subject }) => subject.startsWith('[Approve]'));
  expect(asked.map(({ to }) => to)).toEqual(['ana@acme.test']);
}, 120_000);
