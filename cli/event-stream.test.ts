import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readEvents, untilAborted, type StreamEvent } from './event-stream.ts';

async function read(chunks: Uint8Array[]): Promise<StreamEvent[]> {
  const source = (async function* () {
    yield* chunks;
  })();
  const events = [];
  for await (const event of readEvents(source)) events.push(event);
  return events;
}

const text =
  ': hello\nretry: 3000\n\nid: 7\nevent: entry\ndata: {"grüße":\ndata: 1}\n\nid: 8\r\nevent: ended\r\ndata:x\r\n\r\ndata: cut off';

test('events come out whole wherever the network cuts, and one that was not finished does not', async () => {
  const bytes = new TextEncoder().encode(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(await read(chunks)).toEqual([
        { id: '7', event: 'entry', data: '{"grüße":\n1}' },
        { id: '8', event: 'ended', data: 'x' },
      ]);
    }),
    { numRuns: 200 },
  );
});

test('a quiet body is left at once when its signal aborts', async () => {
  const quiet: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  const controller = new AbortController();
  const reading = untilAborted(quiet, controller.signal).next();
  controller.abort(new Error('Ctrl-C'));
  await expect(reading).rejects.toThrow('Ctrl-C');
});
