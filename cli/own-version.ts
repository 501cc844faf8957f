import { readFileSync } from 'node:fs';

/** The version of this program, from package.json, which lies one folder up in the sources and two in `dist/`. */
export function ownVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        version: string;
      };
      return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('package.json of Gantry is missing beside its program');
}
