import { canonicalText, chainStart, leafOf, nextHead } from '../record/chain.ts';
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
 * the chain of every release from its own, and that no number is missing. Stops at the first entry that does not hold.
 */
export async function verifyAudit(lines: AsyncIterable<string>): Promise<AuditReport> {
  let chain: Chain | undefined;
  let broken: string | undefined;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    if (!chain) {
      const header = parseLine(line) as ExportHeader | undefined;
      if (header?.gantry !== 'audit' || header.v !== 1 || typeof header.installation !== 'string')
        return brokenHeader('the first line is no header of an audit export');
      chain = new Chain(header);
      continue;
    }
    broken = chain.add(parseLine(line) as ExportLine | undefined);
    if (broken !== undefined) break;
  }
  if (!chain) return brokenHeader('the export is empty');
  return chain.report(broken ?? chain.missing());
}

const brokenHeader = (because: string): AuditReport => ({
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

interface Head {
  seq: number;
  hash: string;
}

interface HashedBody {
  seq?: unknown;
  releaseId?: unknown;
  releaseSeq?: unknown;
}

/** The log as far as it has been recomputed. */
class Chain {
  readonly #header: ExportHeader;
  readonly #releases = new Map<string, Head>();
  #head: Head;

  constructor(header: ExportHeader) {
    this.#header = header;
    this.#head = { seq: 0, hash: chainStart(header.installation) };
  }

  /** Takes the next entry, or says why it cannot be the next one. */
  add(line: ExportLine | undefined): string | undefined {
    if (typeof line?.body !== 'string') return 'the line is no audit entry';
    const seq = this.#head.seq + 1;
    if (line.seq !== seq) return `entry ${seq} is missing: the next one is ${line.seq}`;
    const body = parseLine(line.body) as HashedBody | undefined;
    if (!body || canonicalText(body) !== line.body) return 'its body is not in canonical form';
    if (body.seq !== seq) return `its body says that it is entry ${String(body.seq)}`;
    const leaf = leafOf(line.body);
    if (leaf !== line.leaf) return 'its body was changed: the leaf hash is another';
    const hash = nextHead(this.#head.hash, leaf);
    if (hash !== line.hash) return 'it does not follow the entry before it: the chain hash is another';
    const release = this.#nextOfRelease(body, leaf, line.releaseHash);
    if (typeof release === 'string') return release;
    this.#head = { seq, hash };
    return undefined;
  }

  #nextOfRelease(body: HashedBody, leaf: string, releaseHash: string | undefined): string | undefined {
    const { releaseId, releaseSeq } = body;
    if (releaseId === undefined)
      return releaseHash === undefined ? undefined : 'it belongs to no release but has a release hash';
    if (typeof releaseId !== 'string') return 'the id of its release is no text';
    const before = this.#releases.get(releaseId) ?? { seq: 0, hash: chainStart(releaseId) };
    const seq = before.seq + 1;
    if (releaseSeq !== seq)
      return `entry ${seq} of ${releaseId} is missing: the next one is ${String(releaseSeq)}`;
    const hash = nextHead(before.hash, leaf);
    if (hash !== releaseHash)
      return `it does not follow the entry before it in ${releaseId}: the release's chain hash is another`;
    this.#releases.set(releaseId, { seq, hash });
    return undefined;
  }

  /** What the header promises and no line has brought. */
  missing(): string | undefined {
    const { entries, head } = this.#header;
    if (this.#head.seq < entries) return `the log ends before it: ${entries} entries were promised`;
    if (this.#head.seq > entries) return `the header promises only ${entries} entries`;
    return this.#head.hash === head ? undefined : 'the head of the log is another than the header says';
  }

  report(because: string | undefined): AuditReport {
    const entries = this.#head.seq;
    const shared = { entries, head: this.#head };
    return because === undefined
      ? { valid: true, ...shared }
      : { valid: false, ...shared, firstBroken: { seq: entries + 1, because } };
  }
}
