import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { resolveSecrets, secretValue } from './secret-values.ts';

describe('a secret', () => {
  test('comes from its variable, else from the file that is named for it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-secret-'));
    writeFileSync(join(folder, 'token'), 'from-the-file\n');
    expect(secretValue('TOKEN', { TOKEN: 'from-the-variable' })).toBe('from-the-variable');
    expect(secretValue('TOKEN', { TOKEN_FILE: join(folder, 'token') })).toBe('from-the-file');
    rmSync(folder, { recursive: true });
  });

  test.each([{}, { TOKEN: '' }, { TOKEN_FILE: '/nonexistent/file' }])(
    'that is not there (%j) is named',
    (environment) => {
      expect(() => secretValue('TOKEN', environment)).toThrow(
        expect.objectContaining({ code: 'SECRET_MISSING' }),
      );
    },
  );

  test('is put where it is referred to, and reported for masking', () => {
    const headers = { authorization: 'Bearer secret://TOKEN', accept: 'application/json' };
    expect(resolveSecrets(headers, { TOKEN: 'correct-horse' })).toEqual({
      texts: { authorization: 'Bearer correct-horse', accept: 'application/json' },
      secrets: { TOKEN: 'correct-horse' },
    });
  });
});
