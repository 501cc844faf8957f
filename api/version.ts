import { readFileSync } from 'node:fs';

/** Version of this program. package.json lies one folder up in the sources, and two in `dist/`. */
export const version = ['../package.json', '../../package.json'].flatMap(read)[0] ?? 'unknown';

function read(place: string): string[] {
  try {
    return [
      (JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { version: string }).version,
    ];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
