import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { engineFile, engineWrittenBy, markEngine } from './version-mark.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'gantry-mark-'));

test('a new folder is marked with the version that will write it', () => {
  const dir = folder();
  expect(engineWrittenBy(dir)).toBeUndefined();
  markEngine(dir, '1.9.1');
  writeFileSync(engineFile(dir), '');
  expect(engineWrittenBy(dir)).toBe('1.9.1');
});

test('an engine file of another version is refused', () => {
  const dir = folder();
  markEngine(dir, '1.9.1');
  writeFileSync(engineFile(dir), '');
  expect(() => markEngine(dir, '1.10.0')).toThrow(
    expect.objectContaining({ code: 'TEMPORAL_VERSION_CHANGED' }),
  );
  expect(engineWrittenBy(dir)).toBe('1.9.1');
});
