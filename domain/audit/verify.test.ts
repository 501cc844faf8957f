import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalText } from './canonical.ts';
import { chainStart, leafOf, nextHead } from './chain.ts';
import { type ChainEntry, verifyEntries } from './verify.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const installation = 'inst_1';
const length = 30;

/** A log as it is written: every third entry belongs to no release, the others to two releases in turn. */
function aLog(): ChainEntry[] {
  let head = chainStart(installation, hash);
  const releases = new Map<string, { seq: number; hash: string }>();
  return Array.from({ length }, (_, index) => {
    const seq = index + 1;
    const releaseId = seq % 3 === 0 ? undefined : `rel_${seq % 3}`;
    const before =
      releaseId === undefined
        ? undefined
        : (releases.get(releaseId) ?? { seq: 0, hash: chainStart(releaseId, hash) });
    const place = before ? { releaseId, releaseSeq: before.seq + 1 } : {};
    const body = canonicalText({
      seq,
      action: 'step.finished',
      sentence: `Step ${seq} is done.`,
      ...place,
      v: 1,
    });
    const leaf = leafOf(body, hash);
    head = nextHead(head, leaf, hash);
    const releaseHash = before ? nextHead(before.hash, leaf, hash) : null;
    if (releaseId !== undefined && before && releaseHash !== null)
      releases.set(releaseId, { seq: before.seq + 1, hash: releaseHash });
    return { seq, body, leaf, hash: head, releaseHash };
  });
}
function verify(log: ChainEntry[]) {
  const verification = verifyEntries(installation, hash);
  for (const entry of log) verification.feed(entry);
  return verification.result();
}
const position = fc.integer({ min: 0, max: length - 1 });

/** An entry that says something else, with its own leaf recomputed: as far as a forger gets without rewriting the rest. */
function forged(entry: ChainEntry, change: object): ChainEntry {
  const body = canonicalText({ ...(JSON.parse(entry.body) as object), ...change });
  return { ...entry, body, leaf: leafOf(body, hash) };
}
const edits: Record<string, (entry: ChainEntry) => ChainEntry> = {
  'its text': (entry) => ({ ...entry, body: entry.body.replace('done', 'gone') }),
  'its text and leaf': (entry) => forged(entry, { sentence: 'Nothing happened.' }),
  'its text, not canonical any more': (entry) => ({ ...entry, body: entry.body.replace('{', '{ ') }),
  'its text into none': (entry) => ({ ...entry, body: '{' }),
  'its leaf': (entry) => ({ ...entry, leaf: hash('other') }),
  'its hash': (entry) => ({ ...entry, hash: hash('other') }),
  'its place in its release': (entry) => ({ ...entry, releaseHash: hash('other') }),
  'its number': (entry) => ({ ...entry, seq: entry.seq + 7 }),
};

describe('a log', () => {
  test('as it was written is whole, and its head is that of the last entry', () => {
    const log = aLog();
    expect(verify(log)).toEqual({ entries: length, head: log.at(-1)?.hash });
    expect(verify([])).toEqual({ entries: 0, head: chainStart(installation, hash) });
  });

  test('of another installation is not ours', () => {
    const verification = verifyEntries('inst_2', hash);
    for (const entry of aLog()) verification.feed(entry);
    expect(verification.result().firstBroken).toEqual({
      seq: 1,
      because: 'it does not follow from the entry before it',
    });
  });

  test.each(Object.keys(edits))('shows the entry of which %s was changed', (what) => {
    fc.assert(
      fc.property(position, (at) => {
        const log = aLog().map((entry, index) => (index === at ? (edits[what]?.(entry) ?? entry) : entry));
        expect(verify(log).firstBroken?.seq).toBe(at + 1);
      }),
    );
  });

  test('shows where an entry is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length - 2 }), (at) => {
        expect(verify(aLog().toSpliced(at, 1)).firstBroken).toEqual({
          seq: at + 1,
          because: `entry ${at + 1} is missing: ${at + 2} stands in its place`,
        });
      }),
    );
  });

  test('shows where two entries have changed places, and where one was moved', () => {
    fc.assert(
      fc.property(position, position, (one, other) => {
        fc.pre(one !== other);
        const swapped = aLog();
        [swapped[one], swapped[other]] = [swapped[other]!, swapped[one]!];
        expect(verify(swapped).firstBroken?.seq).toBe(Math.min(one, other) + 1);
        const [moved] = aLog().slice(one, one + 1);
        const shifted = aLog().toSpliced(one, 1).toSpliced(other, 0, moved!);
        expect(verify(shifted).firstBroken?.seq).toBe(Math.min(one, other) + 1);
      }),
    );
  });

  test('shows where an entry was inserted, renumbered or not', () => {
    fc.assert(
      fc.property(position, position, fc.boolean(), (at, source, isRenumbered) => {
        const copy = aLog()[source]!;
        const guest = isRenumbered ? { ...forged(copy, { seq: at + 1 }), seq: at + 1 } : copy;
        const log = aLog().toSpliced(at, 0, guest);
        // A copy of an entry, put before it, takes its place unchanged: then the second one is the stranger.
        const isSame = guest.body === aLog()[at]?.body;
        expect(verify(log).firstBroken?.seq).toBe(isSame ? at + 2 : at + 1);
      }),
    );
  });

  test('shows a release chain that was re-hashed alone', () => {
    const entry = aLog()[4]!;
    const log = aLog().with(4, {
      ...entry,
      releaseHash: nextHead(chainStart('rel_2', hash), entry.leaf, hash),
    });
    expect(verify(log).firstBroken).toEqual({
      seq: 5,
      because: 'it does not follow from the entry before it in rel_2',
    });
  });

  test('of which the end was cut off looks whole: only an anchor elsewhere can tell', () => {
    expect(verify(aLog().slice(0, 20)).firstBroken).toBeUndefined();
  });
});
