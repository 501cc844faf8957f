import { writeFile } from 'node:fs/promises';
import { cliReference } from './reference/cli.ts';

/** Writes docs/reference/cli.md: `npx tsx scripts/export-cli.ts`. */
await writeFile(new URL('../docs/reference/cli.md', import.meta.url), await cliReference());
