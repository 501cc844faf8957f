import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { faultPolicy, ledgerCheck } from '../support/fault-policy.ts';
import { startProduct, type Product } from '../support/product.ts';

// One kill meets several releases, each at another point: what a killed worker held is given to another one only after
// twenty seconds without a heartbeat, and all of them can wait for that together.
let product: Product;

beforeAll(async () => {
  product = await startProduct({
    apart: true,
    policy: faultPolicy([
      { id: 'checked', stage: ledgerCheck },
      { id: 'before' },
      { id: 'after' },
      { id: 'alone' },
      { id: 'base' },
      { id: 'shop', dependsOn: ['base'], with: 'base' },
      { id: 'front', dependsOn: ['shop'], with: 'base' },
    ]),
  });
}, 90_000);

afterAll(async () => {
  await product.stop();
}, 60_000);

const succeeded = async (id: string) => product.releaseThat(id, (view) => view.state === 'succeeded', 90_000);

const rounds = [
  { what: 'the worker alone is killed; what it ran goes on without it', version: '1.0.0', tree: false },
  { what: 'the worker is killed with all that it ran, as when a machine dies', version: '2.0.0', tree: true },
];

describe.each(rounds)('$what', ({ version, tree }) => {
  let ids: Record<'checked' | 'before' | 'after' | 'alone' | 'undone', string>;

  beforeAll(async () => {
    const { ledger } = product;
    ledger.hold('before', 'check', 'checked');
    ledger.hold('before', 'apply', 'before');
    ledger.hold('after', 'apply', 'after');
    ledger.hold('before', 'apply', 'alone');
    ledger.fail('apply', 'front');
    ledger.hold('before', 'undo', 'shop');
    ids = {
      checked: await product.release('checked', version),
      before: await product.release('before', version),
      after: await product.release('after', version),
      alone: await product.release('alone', version),
      undone: await product.release({ base: version, shop: version, front: version }),
    };
    await Promise.all([
      ledger.reached('before', 'check', 'checked', version),
      ledger.reached('before', 'apply', 'before', version),
      ledger.reached('after', 'apply', 'after', version),
      ledger.reached('before', 'apply', 'alone', version),
      ledger.reached('before', 'undo', 'shop', version),
    ]);
    await product.process('worker').kill({ tree });
    // its run ends while there is no worker at all
    ledger.letGo('before', 'apply', 'alone');
    if (!tree) await ledger.reached('after', 'apply', 'alone', version);
    await product.process('worker').start();
    ledger.letGo('before', 'check', 'checked');
    ledger.letGo('before', 'apply', 'before');
    ledger.letGo('after', 'apply', 'after');
    ledger.letGo('before', 'undo', 'shop');
  }, 90_000);

  test('in a check: the check has one result, and the release goes on', async () => {
    const { stages } = await succeeded(ids.checked);
    expect(stages[0]?.checks).toMatchObject([{ id: 'unit', outcome: 'passed', round: 1 }]);
    const ends = product.ledger.done().filter((line) => line === `check checked ${version}`);
    expect(ends).toHaveLength(1);
    const said = (await product.timeline(ids.checked)).map(({ action }) => action);
    expect(said.filter((action) => action === 'check.finished')).toHaveLength(1);
    expect(product.ledger.done(ids.checked)).toEqual([`apply checked ${version}`]);
  }, 100_000);

  test('in a deployment before its effect: it takes effect once', async () => {
    await succeeded(ids.before);
    expect(product.ledger.done(ids.before)).toEqual([`apply before ${version}`]);
  }, 100_000);

  test('after the effect and before its answer: it is not repeated', async () => {
    await succeeded(ids.after);
    expect(product.ledger.done(ids.after)).toEqual([`apply after ${version}`]);
  }, 100_000);

  test('in a deployment that ends, or dies, while no worker runs: it takes effect once', async () => {
    await succeeded(ids.alone);
    expect(product.ledger.done(ids.alone)).toEqual([`apply alone ${version}`]);
  }, 100_000);

  test('in a compensation: the rest is undone in reverse order, each once', async () => {
    const view = await product.releaseThat(ids.undone, ({ state }) => state === 'rolledBack', 90_000);
    expect(product.ledger.done(ids.undone)).toEqual([
      `apply base ${version}`,
      `apply shop ${version}`,
      `undo front ${version}`,
      `undo shop ${version}`,
      `undo base ${version}`,
    ]);
    expect(view.stages[0]?.rollout.map(({ compensation }) => compensation?.state)).toEqual([
      'compensated',
      'compensated',
      'compensated',
    ]);
  }, 100_000);
});
