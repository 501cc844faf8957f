/** What the SDK's hook reads from a promise of the sandbox, to reach that sandbox's globals. */
interface PromiseClass {
  constructor: unknown;
}
type Source = (text: string) => () => unknown;

const activatorAsked = 'return globalThis.__TEMPORAL_ACTIVATOR__';
const errorAsked = 'return globalThis.Error';

/** Stands where the hook makes an error for its stack: without one, the hook keeps nothing. */
class NoStack {
  readonly stack = undefined;
}

/**
 * Lets the SDK take no stack at the promises of a workflow.
 *
 * For whoever asks a workflow where it stands, the SDK makes an error at each promise, looks its frames up in the source map, and keeps
 * the text until the promise is settled: a quarter of what the workflows' thread does, and some twenty texts for each release that
 * waits. Where a release stands is told by its details, in words. The hook reaches into the sandbox by compiling a line of code at
 * each promise; here it gets the same answers without a compiler, and no stack. Errors that are thrown keep theirs.
 *
 * The worker loads this once into its sandbox, before any workflow (`worker/workflow-bundle.ts`); the SDK freezes the class after that.
 */
export function takeNoPromiseStacks(promise: PromiseClass, sandbox: Record<string, unknown>): void {
  const compile = promise.constructor as Source;
  const known = new Map<string, () => unknown>([
    [activatorAsked, () => sandbox['__TEMPORAL_ACTIVATOR__']],
    [errorAsked, () => NoStack],
  ]);
  Object.defineProperty(promise, 'constructor', {
    value: (text: string) => known.get(text) ?? compile(text),
    configurable: true,
  });
}

const sandbox = globalThis as unknown as Record<string, unknown>;
// The SDK hands a storage class to its sandbox; where there is none, this is a test.
if ('AsyncLocalStorage' in sandbox) takeNoPromiseStacks(Promise, sandbox);
