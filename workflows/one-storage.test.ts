import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { shareOneStorage } from './one-storage.ts';

/** As the SDK hands it to a sandbox: a class of its own over Node's. */
function sandbox(): { AsyncLocalStorage: new (name?: string) => AsyncLocalStorage<unknown> } {
  class InSandbox extends AsyncLocalStorage<unknown> {
    override disable(): void {
      super.disable();
    }
  }
  const made = { AsyncLocalStorage: InSandbox };
  shareOneStorage(made as unknown as Parameters<typeof shareOneStorage>[0]);
  return made;
}

test('each storage keeps its own value through every await', async () => {
  const { AsyncLocalStorage: Kind } = sandbox();
  const [scope, update] = [new Kind(), new Kind()];
  const seen = async (): Promise<unknown[]> => {
    await Promise.resolve();
    return [scope.getStore(), update.getStore()];
  };
  const [both, one] = await Promise.all([
    scope.run('root', async () => update.run('u1', async () => [await seen(), scope.run('inner', seen)])),
    scope.run('other', seen),
  ]);
  expect(await Promise.all(both)).toEqual([
    ['root', 'u1'],
    ['inner', 'u1'],
  ]);
  expect(one).toEqual(['other', undefined]);
  expect(await seen()).toEqual([undefined, undefined]);
});

test('arguments are handed on, and what is left by exit is left for that storage alone', () => {
  const { AsyncLocalStorage: Kind } = sandbox();
  const [scope, update] = [new Kind(), new Kind()];
  const sum = (a: number, b: number): unknown[] => [a + b, scope.getStore(), update.getStore()];
  expect(scope.run('s', () => update.run('u', sum, 1, 2))).toEqual([3, 's', 'u']);
  expect(scope.run('s', () => update.run('u', () => update.exit(sum, 3, 4)))).toEqual([7, 's', undefined]);
});

test('Node knows of one storage, however many workflows there are', () => {
  const { AsyncLocalStorage: Kind } = sandbox();
  const storages = Array.from({ length: 100 }, () => new Kind());
  for (const storage of storages) storage.run('value', () => expect(storage.getStore()).toBe('value'));
  const known = storages.filter((storage) => (storage as unknown as { enabled: boolean }).enabled);
  expect(known).toEqual([]);
});

test('what throws leaves the value of before', () => {
  const { AsyncLocalStorage: Kind } = sandbox();
  const scope = new Kind();
  const fail = (): never => {
    throw new Error('no');
  };
  scope.run('outer', () => {
    expect(() => scope.run('inner', fail)).toThrow('no');
    expect(scope.getStore()).toBe('outer');
  });
});
