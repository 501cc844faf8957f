import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findServer } from './server-address.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gantry-cli-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function leaveFile(content: string): string {
  mkdirSync(join(home, '.gantry'));
  writeFileSync(join(home, '.gantry', 'cli.json'), content);
  const cwd = join(home, 'deep', 'down');
  mkdirSync(cwd, { recursive: true });
  return cwd;
}
const file = JSON.stringify({ url: 'http://127.0.0.1:9000', token: 'from-file' });

describe('the server', () => {
  test('is found in the nearest .gantry folder upwards', () => {
    expect(findServer({ env: {}, cwd: leaveFile(file) }, {})).toMatchObject({
      url: 'http://127.0.0.1:9000',
      token: 'from-file',
    });
  });

  test('of the environment comes before the file, and never gets the token of the file', () => {
    const found = findServer({ env: { GANTRY_URL: 'https://gantry.test/' }, cwd: leaveFile(file) }, {});
    expect(found).toEqual({ url: 'https://gantry.test', from: 'GANTRY_URL' });
  });

  test('of a flag comes before both', () => {
    const env = { GANTRY_URL: 'https://gantry.test', GANTRY_TOKEN: 'from-env' };
    const found = findServer({ env, cwd: leaveFile(file) }, { url: 'http://other.test', token: 'from-flag' });
    expect(found).toEqual({ url: 'http://other.test', token: 'from-flag', from: '--url' });
  });

  test.each(['gantry.test', 'ftp://gantry.test', 'not an address'])('%s is refused as an address', (url) => {
    expect(() => findServer({ env: {}, cwd: home }, { url })).toThrow(/not an http address/);
  });

  test('of a file that is not JSON is a problem with the name of the file', () => {
    expect(() => findServer({ env: {}, cwd: leaveFile('{') }, {})).toThrow(/cli\.json is not JSON/);
  });
});
