import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { beforeFirstStart, hasServed } from './half-made.ts';
import { engineFile } from './version-mark.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'gantry-half-'));

test('a file whose first start was killed is made anew, with what lies beside it', () => {
  const dir = folder();
  beforeFirstStart(dir);
  for (const end of ['', '-wal', '-shm']) writeFileSync(`${engineFile(dir)}${end}`, 'half');
  beforeFirstStart(dir);
  expect(['', '-wal', '-shm'].map((end) => existsSync(`${engineFile(dir)}${end}`))).toEqual([
    false,
    false,
    false,
  ]);
});

test('a file that was served from is never taken away, however often a start is killed', () => {
  const dir = folder();
  beforeFirstStart(dir);
  writeFileSync(engineFile(dir), 'whole');
  hasServed(dir);
  beforeFirstStart(dir);
  beforeFirstStart(dir);
  expect(readFileSync(engineFile(dir), 'utf8')).toBe('whole');
});

test('a file from before there was this mark stays', () => {
  const dir = folder();
  writeFileSync(engineFile(dir), 'old');
  beforeFirstStart(dir);
  expect(readFileSync(engineFile(dir), 'utf8')).toBe('old');
});
