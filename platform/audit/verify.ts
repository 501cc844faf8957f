import { verifyEntries, type ChainEntry } from '../../domain/audit/verify.ts';
import { sha256 } from '../ids.ts';
import type { ExportHeader, ExportLine } from './format.ts';

/** What a verification found. `head` is what to compare with an anchor outside: a log cut off at its end looks whole. */
export interface AuditReport {
  valid: boolean;
  /** Entries that hold together, counted from the first. */
  entries: number;
  /** The first entry that does not; 0 where the header itself is wrong. */
  firstBroken?: { seq: number; because: string };
  head: { seq: number; hash: string };
}

/**
 * Recomputes a log from its JSON lines, with nothing else at hand: every leaf, the chain of the installation from its id,
 * the chain of every release from its own, that no number is missing, and that all is there that the header promises.
 */
export async function verifyAudit(lines: AsyncIterable<string>): Promise<AuditReport> {
  let header: ExportHeader | undefined;
  let verification = verifyEntries('', sha256);
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    if (header) {
      const stranger = uncovered(value);
      if (stranger !== undefined) return withStranger(verification.result(), stranger);
      verification.feed(entryOf(value));
      // What follows a broken entry proves nothing.
      if (verification.result().firstBroken) break;
      continue;
    }
    if (!isHeader(value)) return withoutHeader('the first line is no header of an audit export');
    header = value;
    verification = verifyEntries(header.installation, sha256);
  }
  if (!header) return withoutHeader('the export is empty');
  const { entries: read, head, firstBroken } = verification.result();
  const entries = firstBroken ? firstBroken.seq - 1 : read;
  const because = firstBroken?.because ?? notAsPromised(header, read, head);
  const found = { entries, head: { seq: entries, hash: head } };
  return because === undefined
    ? { valid: true, ...found }
    : { valid: false, ...found, firstBroken: { seq: entries + 1, because } };
}

function isHeader(value: unknown): value is ExportHeader {
  const { gantry, v, installation } = (value ?? {}) as Partial<Record<keyof ExportHeader, unknown>>;
  return gantry === 'audit' && v === 1 && typeof installation === 'string';
}

function notAsPromised(header: ExportHeader, read: number, head: string): string | undefined {
  if (read < header.entries) return `the log ends before it: ${header.entries} entries were promised`;
  if (read > header.entries) return `the log goes on after the ${header.entries} entries that were promised`;
  return head === header.head ? undefined : 'the head of the log is another than its header says';
}

const covered: readonly string[] = ['seq', 'body', 'leaf', 'hash', 'releaseHash'];

/** A member that no hash covers: a reader could take it for a part of the log. */
const uncovered = (value: unknown): string | undefined =>
  Object.keys(value ?? {}).find((name) => !covered.includes(name));

const withStranger = (before: { entries: number; head: string }, name: string): AuditReport => ({
  valid: false,
  entries: before.entries,
  firstBroken: {
    seq: before.entries + 1,
    because: `it has a member "${name.slice(0, 40)}" that no hash covers`,
  },
  head: { seq: before.entries, hash: before.head },
});

const withoutHeader = (because: string): AuditReport => ({
  valid: false,
  entries: 0,
  firstBroken: { seq: 0, because },
  head: { seq: 0, hash: '' },
});

function parseLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever stands in the line as an entry: what is missing or of another kind holds nowhere in the chain. */
function entryOf(value: unknown): ChainEntry {
  const { seq, body, leaf, hash, releaseHash } = (value ?? {}) as Partial<ExportLine>;
  return {
    seq: Number(seq),
    body: String(body),
    leaf: String(leaf),
    hash: String(hash),
    releaseHash: releaseHash ?? null,
  };
}
