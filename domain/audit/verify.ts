import { CanonicalError, canonicalText } from './canonical.ts';
import { chainStart, type Hash, leafOf, nextHead } from './chain.ts';

/** One line of an export, as it is kept: `body` is the canonical text that was hashed. */
export interface ChainEntry {
  seq: number;
  body: string;
  leaf: string;
  hash: string;
  /** Head of the chain of its release; null for an entry of none. */
  releaseHash: string | null;
}

/** `seq` is the place in the log where it first differs from what was written. */
export interface Broken {
  seq: number;
  because: string;
}

export interface Verified {
  entries: number;
  /** Hash of the last good entry, or of the start: what an anchor elsewhere is compared with. */
  head: string;
  firstBroken?: Broken;
}

/** Takes the entries of a log one by one, in order, and remembers the first that is not as it was written. */
export interface Verification {
  feed: (entry: ChainEntry) => void;
  result: () => Verified;
}

interface ReleaseHead {
  seq: number;
  hash: string;
}

/**
 * Checks a log without keeping it (trust §3.6): gapless numbers, leaves, the chain of the installation and that of every release.
 * An end that was cut off cannot be seen from inside; compare `head` with an anchor kept elsewhere.
 */
export function verifyEntries(installationId: string, hash: Hash): Verification {
  const releases = new Map<string, ReleaseHead>();
  let head = chainStart(installationId, hash);
  let entries = 0;
  let firstBroken: Broken | undefined;

  function feed(entry: ChainEntry): void {
    entries += 1;
    if (firstBroken) return;
    const because = whyBroken(entry, { seq: entries, head, releases }, hash);
    if (because === undefined) head = entry.hash;
    else firstBroken = { seq: entries, because };
  }
  return { feed, result: () => ({ entries, head, ...(firstBroken ? { firstBroken } : {}) }) };
}

interface Expected {
  seq: number;
  head: string;
  releases: Map<string, ReleaseHead>;
}

function whyBroken(entry: ChainEntry, expected: Expected, hash: Hash): string | undefined {
  if (entry.seq > expected.seq) return `entry ${expected.seq} is missing: ${entry.seq} stands in its place`;
  if (entry.seq < expected.seq)
    return `entry ${entry.seq} stands where ${expected.seq} belongs: repeated, inserted or out of order`;
  const body = readBody(entry.body);
  if (typeof body === 'string') return body;
  if (body['seq'] !== entry.seq) return `its text says that it is entry ${String(body['seq'])}`;
  const leaf = leafOf(entry.body, hash);
  if (leaf !== entry.leaf) return 'its text has been changed: it does not give its leaf';
  if (nextHead(expected.head, leaf, hash) !== entry.hash)
    return 'it does not follow from the entry before it';
  return whyReleaseBroken(entry, body, expected.releases, leaf, hash);
}

function whyReleaseBroken(
  entry: ChainEntry,
  body: Record<string, unknown>,
  releases: Map<string, ReleaseHead>,
  leaf: string,
  hash: Hash,
): string | undefined {
  const { releaseId, releaseSeq } = body;
  if (typeof releaseId !== 'string')
    return entry.releaseHash === null
      ? undefined
      : 'it claims a place in the chain of a release, and names none';
  const before = releases.get(releaseId) ?? { seq: 0, hash: chainStart(releaseId, hash) };
  const next = { seq: before.seq + 1, hash: nextHead(before.hash, leaf, hash) };
  if (releaseSeq !== next.seq)
    return `it is entry ${String(releaseSeq)} of ${releaseId} where ${next.seq} belongs`;
  if (entry.releaseHash !== next.hash) return `it does not follow from the entry before it in ${releaseId}`;
  releases.set(releaseId, next);
  return undefined;
}

/** The entry behind the text, or why the text is not what we write. */
function readBody(text: string): Record<string, unknown> | string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'its text is not an entry';
    return canonicalText(body) === text
      ? (body as Record<string, unknown>)
      : 'its text is not in canonical form';
  } catch (error) {
    if (error instanceof SyntaxError) return 'its text is not JSON';
    if (error instanceof CanonicalError) return `its text has no canonical form: ${error.message}`;
    throw error;
  }
}
