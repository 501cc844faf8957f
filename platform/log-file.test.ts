import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { logFile } from './log-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'gantry-log-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A log on a disk that takes so many bytes of each line. */
function onDisk(name: string) {
  let room = Infinity;
  const path = join(dir, name);
  const log = logFile(path, (descriptor, bytes) => {
    if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    return writeSync(descriptor, bytes.subarray(0, Math.min(room, bytes.length)));
  });
  return { path, log, give: (bytes: number) => (room = bytes), read: () => readFileSync(path, 'utf8') };
}

test('lines are appended, for the owner alone', () => {
  const { path, log, read } = onDisk('plain');
  log.write('{"msg":"one"}\n');
  logFile(path).write('{"msg":"two"}\n');
  expect(read()).toBe('{"msg":"one"}\n{"msg":"two"}\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a full disk stops nobody, and how many lines are lost is said when there is room again', () => {
  const { log, give, read } = onDisk('full');
  log.write('{"msg":"before"}\n');
  give(0);
  for (const line of ['{"msg":"one"}\n', '{"msg":"two"}\n']) log.write(line);
  give(Infinity);
  log.write('{"msg":"after"}\n');
  log.write('{"msg":"later"}\n');
  const lines = read()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level?: string; msg: string });
  expect(lines.map(({ msg }) => msg)).toEqual([
    ...['before', '2 lines of this log are lost: its disk took none', 'after', 'later'],
  ]);
  expect(lines[1]?.level).toBe('warn');
});

test('a line that the disk took in part spoils none that follow', () => {
  const { log, give, read } = onDisk('torn');
  give(5);
  log.write('{"msg":"torn"}\n');
  give(0);
  log.write('{"msg":"lost"}\n');
  give(Infinity);
  log.write('{"msg":"after"}\n');
  const [torn, said, after] = read().split('\n');
  expect(torn).toBe('{"msg');
  expect(JSON.parse(said ?? '')).toMatchObject({ msg: expect.stringContaining('2 lines') });
  expect(after).toBe('{"msg":"after"}');
});
