import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { anEvent } from '../../test/support/record-builders.ts';
import { appendEvents } from '../record/append.ts';
import { exportAudit } from './export.ts';
import { verifyAudit } from './verify.ts';

// Written from docs/reference/audit-log.md alone: it shares no code with the verifier that ships.

const hex = (...parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(typeof part === 'string' ? Buffer.from(part, 'utf8') : part);
  return hash.digest('hex');
};

function jcs(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`;
  if (typeof value === 'number' && !Number.isInteger(value)) throw new Error('a number that is no integer');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${jcs((value as Record<string, unknown>)[name])}`).join(',')}}`;
}

/** Number of the first line that does not hold; undefined where all do. */
function firstBad(lines: string[]): number | undefined {
  const header = JSON.parse(lines[0]!);
  const heads = new Map<string, string>();
  const numbers = new Map<string, number>();
  const advance = (id: string, number: number, leaf: string): string | undefined => {
    if (number !== (numbers.get(id) ?? 0) + 1) return undefined;
    const before = heads.get(id) ?? hex('gantry/chain/v1\n', id);
    const head = hex('gantry/chain/v1\n', before, leaf);
    numbers.set(id, number);
    heads.set(id, head);
    return head;
  };
  for (const [index, line] of lines.slice(1).entries()) {
    const entry = JSON.parse(line);
    const body = JSON.parse(entry.body);
    const leaf = hex(Buffer.from([0]), entry.body);
    const release = body.releaseId === undefined ? undefined : advance(body.releaseId, body.releaseSeq, leaf);
    const holds =
      jcs(body) === entry.body &&
      body.seq === entry.seq &&
      leaf === entry.leaf &&
      advance(header.installation, entry.seq, leaf) === entry.hash &&
      release === entry.releaseHash;
    if (!holds) return index + 1;
  }
  const head = heads.get(header.installation) ?? hex('gantry/chain/v1\n', header.installation);
  return numbers.get(header.installation) === header.entries && head === header.head
    ? undefined
    : lines.length;
}

let server: TestServer;
const lines: string[] = [];
beforeAll(async () => {
  server = await startPostgres();
  const { db } = await server.database();
  for (let i = 0; i < 40; i += 1) {
    const facts = {
      ratio: i / 7,
      when: '2026-06-01T09:00:00.000Z',
      'Ünïcode \u20ac': ['"', '\\', '\u0007', '\u{1f680}', { z: 1, a: null }],
      list: [],
    };
    await appendEvents(
      db,
      i % 5 === 0 ? null : `rel_${i % 3}`,
      [anEvent(`e${i}`, { facts, reason: `line\n${i}\u2028` })],
      { id: 'w', runId: 'r' },
    );
  }
  for await (const line of exportAudit(db)) lines.push(line);
});
afterAll(() => server.stop());

const ours = async (changed: string[]): Promise<number | undefined> =>
  (
    await verifyAudit(
      (async function* () {
        yield* changed;
      })(),
    )
  ).firstBroken?.seq;

test('a verifier written from the documentation agrees that the log holds', async () => {
  expect(lines).toHaveLength(41);
  expect([firstBad(lines), await ours(lines)]).toEqual([undefined, undefined]);
});

test.each([1, 2, 17, 40])('both verifiers name entry %i after one letter of it was changed', async (seq) => {
  const changed = lines.map((line, index) =>
    index === seq ? line.replace(/What e(\d+) says/, 'What f$1 says') : line,
  );
  expect(changed[seq]).not.toBe(lines[seq]);
  expect([firstBad(changed), await ours(changed)]).toEqual([seq, seq]);
});

test('both verifiers miss an entry that was taken out', async () => {
  const changed = lines.filter((_, index) => index !== 20);
  expect([firstBad(changed), await ours(changed)]).toEqual([20, 20]);
});

test('an entry with a member that no hash covers does not verify: a reader could take it for a part of the log', async () => {
  const changed = lines.map((line, index) =>
    index === 3 ? JSON.stringify({ ...(JSON.parse(line) as object), note: 'approved by nobody' }) : line,
  );
  expect(await ours(changed)).toBe(3);
});
