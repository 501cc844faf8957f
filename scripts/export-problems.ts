import { mkdir, writeFile } from 'node:fs/promises';
import { problemReference } from './reference/problems.ts';

/** Writes docs/reference/problems.md: `npx tsx scripts/export-problems.ts`. */
const folder = new URL('../docs/reference/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('problems.md', folder), problemReference());
