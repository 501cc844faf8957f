import { describe, expect, test } from '@jest/globals';
import { createMask } from '../mask.ts';
import { capOutput } from './capped-output.ts';

function run(
  chunks: readonly (string | Buffer)[],
  limit?: number,
  secrets: Record<string, string> = {},
): string {
  const written: string[] = [];
  const output = capOutput(createMask(secrets), (text) => written.push(text), limit);
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  output.end();
  return written.join('');
}

describe('output of a command', () => {
  test('is kept whole up to its limit', () => {
    expect(run(['0123456789'], 10)).toBe('0123456789');
  });

  test('beyond its limit keeps both ends and says how much was cut', () => {
    expect(run(['01234', '567', '89abcdef'], 10)).toBe('01234\n[… 6 characters were cut here …]\nbcdef');
  });

  test('holds no more than the limit of a flood', () => {
    const flood = Array.from({ length: 300 }, () => 'x'.repeat(10_000));
    const text = run([...flood, 'the end']);
    expect(text.length).toBeLessThan(1024 * 1024 + 100);
    expect(text).toMatch(/cut here …\]\nx+the end$/);
  });

  test('joins a character whose bytes came in two pieces, and replaces what is no UTF-8', () => {
    const euro = Buffer.from('€');
    expect(run([euro.subarray(0, 1), euro.subarray(1), Buffer.from([0x61, 0xff, 0x62])])).toBe('€a\ufffdb');
  });

  test('hides a secret at the border of two pieces and at the border of the halves', () => {
    expect(run(['aaahunter', '2hunter2bbb'], 8, { PASSWORD: 'hunter2hunter2' })).not.toContain('hunter');
  });
});
