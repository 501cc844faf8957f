import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs before each test file. Every file loads its own copies of the libraries, and with them their asynchronous storages. Node keeps
 * all that were ever used in one list, and walks it at each promise: after a hundred files a promise costs ten times as much.
 * So what the file before has used is switched off here; one that is used again switches itself on.
 */
interface Storage {
  disable: () => void;
}
interface Switchable {
  _enable: (this: Storage) => void;
}
const used = Symbol.for('storages that test files have used');
const shared = AsyncLocalStorage as unknown as Record<symbol, Set<Storage> | undefined>;
const before = shared[used];

if (before) {
  for (const storage of before) storage.disable();
  before.clear();
} else {
  const storages = new Set<Storage>();
  shared[used] = storages;
  const prototype = AsyncLocalStorage.prototype as unknown as Switchable;
  const enable = prototype._enable;
  prototype._enable = function remember(this: Storage): void {
    storages.add(this);
    enable.call(this);
  };
}
