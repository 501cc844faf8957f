/** As much of Node's `AsyncLocalStorage` as the SDK hands to its sandbox. */
interface Storage {
  getStore(): unknown;
  run(store: unknown, work: (...args: unknown[]) => unknown, ...args: unknown[]): unknown;
  exit(work: (...args: unknown[]) => unknown, ...args: unknown[]): unknown;
  enterWith(store: unknown): void;
  disable(): void;
}
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
  const shared = new kind('all storages of all workflows');
  const own = kind.prototype as Storage;
  const node = Object.getPrototypeOf(own) as Storage;
  // Node 24's own methods call each other: they must not come by ours.
  Object.setPrototypeOf(shared, node);
  const current = (): Stores | undefined => node.getStore.call(shared) as Stores | undefined;
  const withStore = (storage: Storage, store: unknown): Stores =>
    new Map<Storage, unknown>(current() ?? []).set(storage, store);

  own.getStore = function getStore(this: Storage) {
    return current()?.get(this);
  };
  own.run = function run(this: Storage, store, work, ...args) {
    return node.run.call(shared, withStore(this, store), work, ...args);
  };
  own.exit = function exit(this: Storage, work, ...args) {
    return node.run.call(shared, withStore(this, undefined), work, ...args);
  };
  own.enterWith = function enterWith(this: Storage, store) {
    node.enterWith.call(shared, withStore(this, store));
  };
  // A storage holds nothing by itself: its values go with the promises of its workflow.
  own.disable = () => undefined;
}

const sandbox = globalThis as Partial<Sandbox>;
if (sandbox.AsyncLocalStorage) shareOneStorage({ AsyncLocalStorage: sandbox.AsyncLocalStorage });
