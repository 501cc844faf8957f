import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GantryError } from '../errors.ts';

/** The engine's database in a data folder. */
export const engineFile = (folder: string): string => join(folder, 'temporal.db');

const markFile = (folder: string): string => join(folder, 'temporal.version');

/** Version of the CLI that wrote the engine file; undefined where there is none yet. */
export function engineWrittenBy(folder: string): string | undefined {
  if (!existsSync(engineFile(folder)) || !existsSync(markFile(folder))) return undefined;
  return readFileSync(markFile(folder), 'utf8').trim();
}

/** Marks the engine file as written by this version. Throws `TEMPORAL_VERSION_CHANGED` where another wrote it. */
export function markEngine(folder: string, version: string): void {
  const wrote = engineWrittenBy(folder);
  if (wrote !== undefined && wrote !== version) {
    throw new GantryError('TEMPORAL_VERSION_CHANGED', { file: engineFile(folder), wrote, found: version });
  }
  writeFileSync(markFile(folder), `${version}\n`, { mode: 0o600 });
}
