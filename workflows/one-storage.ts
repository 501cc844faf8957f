import type { AsyncLocalStorage } from 'node:async_hooks';

type Storage = AsyncLocalStorage<unknown>;
interface Sandbox {
  AsyncLocalStorage: new (name?: string) => Storage;
}
type Stores = ReadonlyMap<Storage, unknown>;

/**
 * Lets all asynchronous storages of a worker's workflows live in one.
 *
 * The SDK makes a few storages a workflow (the current cancellation scope, the current update), and Node up to 22 copies the value of
 * every storage of the thread at every promise: with a thousand cached workflows an `await` takes 300 µs instead of 15. Here
 * Node knows one storage, whose value is a map of what the others hold.
 *
 * The worker loads this once into its sandbox, before any workflow (`worker/workflow-bundle.ts`); the SDK freezes the class after that.
 */
export function shareOneStorage(sandbox: Sandbox): void {
  const kind = sandbox.AsyncLocalStorage;
  const shared = new kind('all storages of all workflows') as AsyncLocalStorage<Stores>;
  const own = kind.prototype as Storage;
  const node = Object.getPrototypeOf(own) as AsyncLocalStorage<Stores>;
  const current = (): Stores | undefined => node.getStore.call(shared) as Stores | undefined;
  const withStore = (storage: Storage, store: unknown): Stores =>
    new Map<Storage, unknown>(current() ?? []).set(storage, store);

  own.getStore = function getStore(this: Storage): unknown {
    return current()?.get(this);
  };
  own.run = function run(
    this: Storage,
    store: unknown,
    work: (...args: never[]) => unknown,
    ...args: never[]
  ) {
    return node.run.call(shared, withStore(this, store), work as () => unknown, ...(args as []));
  } as Storage['run'];
  own.exit = function exit(this: Storage, work: (...args: never[]) => unknown, ...args: never[]) {
    return node.run.call(shared, withStore(this, undefined), work as () => unknown, ...(args as []));
  } as Storage['exit'];
  own.enterWith = function enterWith(this: Storage, store: unknown): void {
    node.enterWith.call(shared, withStore(this, store));
  };
  // A storage holds nothing by itself: its values go with the promises of its workflow.
  own.disable = function disable(): void {
    return undefined;
  };
}

const sandbox = globalThis as Partial<Sandbox>;
if (sandbox.AsyncLocalStorage) shareOneStorage({ AsyncLocalStorage: sandbox.AsyncLocalStorage });
