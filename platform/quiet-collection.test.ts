import { expect, test } from '@jest/globals';
import { collectWhenQuiet, createQuietWatch, type Look } from './quiet-collection.ts';

const mebibytes = (count: number): number => count * 1024 * 1024;

/** Looks two seconds apart, `busy` or `quiet`, each with so many MiB on the heap and, where given, in its pages; a collection leaves 40 in 60. */
function collectsAt(looks: string): string {
  const left = { heapBytes: mebibytes(40), heldBytes: mebibytes(60) };
  let now: Look = { atMs: 0, cpuMs: 0, ...left };
  const watch = createQuietWatch(now);
  const answers = looks.split(' ').map((look) => {
    const [load, heap, held = '60'] = look.split(':');
    now = {
      atMs: now.atMs + 2_000,
      cpuMs: now.cpuMs + (load === 'busy' ? 900 : 20),
      heapBytes: mebibytes(Number(heap)),
      heldBytes: mebibytes(Number(held)),
    };
    const collects = watch.look(now);
    if (collects) watch.collected(left);
    return collects ? 'collects' : '-';
  });
  return answers.join(' ');
}

test.each([
  ['collects at the second quiet look', 'quiet:90 quiet:90 quiet:41', '- collects -'],
  ['waits while work is under way', 'busy:90 busy:190 quiet:190 quiet:190', '- - - collects'],
  ['counts anew after work', 'quiet:90 busy:95 quiet:95 quiet:95', '- - - collects'],
  ['leaves what was collected in peace', 'quiet:90 quiet:90 quiet:41 quiet:42 quiet:50', '- collects - - -'],
  [
    'collects once as much has gathered again',
    'quiet:90 quiet:90 quiet:55 quiet:57',
    '- collects - collects',
  ],
  [
    'collects where a collection by V8 itself has left empty pages',
    'quiet:90 quiet:90 quiet:45:70 quiet:45:180',
    '- collects - collects',
  ],
])('%s', (_, looks, expected) => {
  expect(collectsAt(looks)).toBe(expected);
});

test('holds nothing open and can be ended', async () => {
  const end = collectWhenQuiet();
  await expect(end()).resolves.toBeUndefined();
});
