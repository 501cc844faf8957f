import { expect, test } from '@jest/globals';
import { GantryError } from '../platform/errors.ts';
import { seeToAttributes } from './see-to-attributes.ts';

const lacking = new GantryError('SEARCH_ATTRIBUTES_MISSING', {
  namespace: 'default',
  command: 'temporal operator search-attribute create --name GantryRisk',
});

test('what is in the way is told once in the log, and at every look until it is gone', async () => {
  const told: unknown[] = [];
  const seen: (string | undefined)[] = [];
  const answers = [new Error('away'), lacking, new Error('away again'), lacking, undefined];
  let at = 0;
  const kept = seeToAttributes(
    async () => {
      if (at > 0) seen.push(kept.problem()?.code);
      const answer = answers[at++];
      if (answer) throw answer;
    },
    {
      log: { error: (facts: unknown, message?: string) => void told.push([facts, message]) },
      ...{ stopped: new AbortController().signal, everyMs: 1 },
    },
  );
  await kept.ended;
  expect(seen).toEqual([
    undefined,
    'SEARCH_ATTRIBUTES_MISSING',
    'SEARCH_ATTRIBUTES_MISSING',
    'SEARCH_ATTRIBUTES_MISSING',
  ]);
  expect(kept.problem()).toBeUndefined();
  expect(told).toEqual([[{ remedy: lacking.problem.remedy }, lacking.message]]);
});

test('a process that stops does not wait for a server that is away', async () => {
  const stop = new AbortController();
  const kept = seeToAttributes(async () => Promise.reject(new Error('away')), {
    ...{ log: { error: () => undefined }, stopped: stop.signal, everyMs: 3_600_000 },
  });
  stop.abort();
  await kept.ended;
  expect(kept.problem()).toBeUndefined();
});
