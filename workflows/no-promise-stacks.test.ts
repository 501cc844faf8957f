import { createContext, runInContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { takeNoPromiseStacks } from './no-promise-stacks.ts';

type Reach = (text: string) => () => unknown;
interface Outside {
  Promise: PromiseConstructor;
  Error: ErrorConstructor;
  __TEMPORAL_ACTIVATOR__?: unknown;
}

/** A sandbox of its own, and what the SDK's hook reaches from a promise in it. */
function sandbox(): { global: Outside; reach: Reach } {
  const global = runInContext('globalThis', createContext({})) as Outside;
  takeNoPromiseStacks(global.Promise, global as unknown as Record<string, unknown>);
  const { constructor } = global.Promise.resolve();
  return { global, reach: constructor.constructor as unknown as Reach };
}

test('a promise still tells which workflow is at work, also once another one is', () => {
  const { global, reach } = sandbox();
  const activator = reach('return globalThis.__TEMPORAL_ACTIVATOR__');
  expect(activator()).toBeUndefined();
  for (const workflow of ['first', 'second']) {
    global.__TEMPORAL_ACTIVATOR__ = workflow;
    expect(activator()).toBe(workflow);
  }
});

test('what is made for the stack of a promise has none, and errors that are thrown have theirs', () => {
  const { global, reach } = sandbox();
  const Made = reach('return globalThis.Error')() as new () => { stack?: string };
  expect(new Made().stack).toBeUndefined();
  expect(new global.Error('no').stack).toMatch(/no/);
});

test('anything else that is asked of a promise is answered as before', () => {
  const { reach } = sandbox();
  expect(reach('return 1 + 1')()).toBe(2);
});
