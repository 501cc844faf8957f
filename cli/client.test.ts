import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { createClient } from './client.ts';

const address = { url: 'http://gantry.test', from: 'a test' };

test('whoever stops waits for no pause between two tries, and nothing more is sent', async () => {
  const stop = new AbortController();
  let sent = 0;
  const away: typeof fetch = async () => {
    sent += 1;
    return Promise.reject(new TypeError('fetch failed'));
  };
  const pause = async (_: number, signal?: AbortSignal): Promise<unknown> => {
    if (!signal) throw new Error('nothing ends this pause but its time');
    const over = once(signal, 'abort');
    stop.abort();
    return over;
  };
  const reading = createClient(address, { fetch: away, pause }).get('/v1/me', {}, stop.signal);
  await expect(reading).rejects.toMatchObject({ problem: { code: 'SERVER_UNREACHABLE' } });
  expect(sent).toBe(1);
});

test('what is read by itself is tried three times, and then says that no server is there', async () => {
  const pauses: number[] = [];
  let sent = 0;
  const away: typeof fetch = async () => {
    sent += 1;
    return Promise.reject(new TypeError('fetch failed'));
  };
  const pause = async (ms: number): Promise<unknown> => Promise.resolve(pauses.push(ms));
  await expect(createClient(address, { fetch: away, pause }).get('/v1/me')).rejects.toMatchObject({
    problem: { code: 'SERVER_UNREACHABLE' },
  });
  expect({ sent, pauses }).toEqual({ sent: 3, pauses: [300, 900] });
});
