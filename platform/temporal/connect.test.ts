import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { DeadlinePassed, within } from './connect.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** As the SDK's: it passes the deadline on, and leaves it to each try of the call to keep it. */
const connection = {
  withDeadline: async <Result>(_: number | Date, call: () => Promise<Result>): Promise<Result> => call(),
};
const never = async (): Promise<never> => new Promise<never>(() => undefined);

test('a call that waits for its next try beyond its deadline is given up', async () => {
  let end = 'none';
  const called = within(connection, 5_000, never).catch((error: unknown) => {
    end = error instanceof DeadlinePassed ? error.message : 'another error';
  });
  await jest.advanceTimersByTimeAsync(5_000);
  expect(end).toBe('none'); // what the call itself says at its deadline is worth waiting for
  await jest.advanceTimersByTimeAsync(100);
  await called;
  expect(end).toBe('Temporal did not answer within 5000 ms.');
});

test('a call that ends in time is answered with its own end, and leaves no timer behind', async () => {
  await expect(within(connection, 5_000, async () => 'there')).resolves.toBe('there');
  const refused = within(connection, 5_000, async () => Promise.reject(new Error('refused')));
  await expect(refused).rejects.toThrow('refused');
  expect(jest.getTimerCount()).toBe(0);
});
