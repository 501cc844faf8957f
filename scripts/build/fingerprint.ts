import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles } from './list-files.ts';

const folders = ['domain', 'workflows', 'activities', 'worker', 'api', 'platform', 'cli', 'scripts'];
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** SHA-256 over the names and contents of everything a build depends on; tests are no part of it. */
export async function fingerprint(root: string): Promise<string> {
  const sources = (await listFiles(root, folders)).filter((file) => !file.endsWith('.test.ts'));
  const hash = createHash('sha256');
  for (const file of [...files, ...sources])
    hash.update(`${file}\0`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}
