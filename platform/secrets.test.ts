import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSecrets, secretsFile } from './secrets.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'gantry-secrets-'));
const long = (letter: string) => letter.repeat(40);

test('the first start makes a master secret that only the owner can read, and the next start finds it', () => {
  const dataDir = join(folder(), 'new');
  const first = openSecrets({ dataDir });
  expect(statSync(secretsFile(dataDir)).mode & 0o777).toBe(0o600);
  expect(openSecrets({ dataDir }).key('links')).toEqual(first.key('links'));
  expect(first.key('links')).toHaveLength(32);
});

test('each purpose has a key of its own', () => {
  const { key } = openSecrets({ dataDir: folder(), secret: long('a') });
  expect(key('links')).not.toEqual(key('sessions'));
});

test('a secrets file that others may read is refused', () => {
  const dataDir = folder();
  openSecrets({ dataDir });
  chmodSync(secretsFile(dataDir), 0o644);
  expect(() => openSecrets({ dataDir })).toThrow(expect.objectContaining({ code: 'DATA_TOO_OPEN' }));
});

test('a data folder that others may enter is refused before a secret is written into it', () => {
  const dataDir = folder();
  chmodSync(dataDir, 0o755);
  expect(() => openSecrets({ dataDir })).toThrow(expect.objectContaining({ code: 'DATA_TOO_OPEN' }));
});

test('after a rotation the new secret signs and both are accepted', () => {
  const dataDir = folder();
  const before = openSecrets({ dataDir, secret: long('a') });
  const after = openSecrets({ dataDir, secret: long('b'), previousSecret: long('a') });
  expect(after.currentKid).not.toBe(before.currentKid);
  expect(after.kids).toEqual([after.currentKid, before.currentKid]);
  expect(after.key('links', before.currentKid)).toEqual(before.key('links'));
});

test('a secret that was dropped is no longer known', () => {
  const old = openSecrets({ dataDir: folder(), secret: long('a') });
  const now = openSecrets({ dataDir: folder(), secret: long('b') });
  expect(() => now.key('links', old.currentKid)).toThrow(RangeError);
});

test('the kid tells nothing of the secret', () => {
  const dataDir = folder();
  const { currentKid } = openSecrets({ dataDir });
  expect(readFileSync(secretsFile(dataDir), 'utf8')).not.toContain(currentKid);
});

test('a rotated file gives both secrets', () => {
  const dataDir = folder();
  writeFileSync(secretsFile(dataDir), JSON.stringify({ current: long('b'), previous: long('a') }), {
    mode: 0o600,
  });
  expect(openSecrets({ dataDir }).kids).toHaveLength(2);
});
