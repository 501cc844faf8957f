import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { askQa, faultPolicy, ledgerCheck } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';

const policy = faultPolicy([{ id: 'shop', stage: { ...ledgerCheck, ...askQa } }]);
const started: Product[] = [];

afterAll(async () => {
  await Promise.all(started.map(async (product) => product.stop()));
}, 60_000);

test('two products side by side, one in one process and one in parts, release the same version and share nothing', async () => {
  const [together, apart] = await Promise.all([
    startProduct({ policy }),
    startProduct({ policy, apart: true }),
  ]);
  started.push(together, apart);
  for (const product of started) {
    const id = await product.release('shop', '1.0.0');
    expect(await product.approve('ana@acme.test', '1.0.0')).toContain('approve');
    const { stages } = await product.releaseThat(id, (view) => view.state === 'succeeded');
    expect(stages[0]?.approval?.votes.map(({ person, via }) => [person, via])).toEqual([['ana', 'link']]);
    expect(product.ledger.done()).toEqual(['check shop 1.0.0', 'apply shop 1.0.0']);
    expect((await product.cli('status')).stdout).toContain('shop 1.0.0');
  }
  expect(apart.url).not.toBe(together.url);
  const strange = await together.call('GET', '/v1/me', undefined, { authorization: `Bearer ${apart.token}` });
  expect(strange.status).toBe(401);
  expect(readFileSync(`${together.dir}/.gantry/cli.json`, 'utf8')).not.toContain(apart.token);
}, 120_000);
