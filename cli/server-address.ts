import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Io } from './io.ts';
import { usageProblem } from './problem.ts';

export interface ServerAddress {
  /** Base address, without a slash at its end. */
  url: string;
  token?: string;
  /** Where the address was found, for error texts. */
  from: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8640';

/** Flags before environment before the file that `gantry up` leaves in `.gantry/`, looked for upwards, before the default. */
export function findServer(
  io: Pick<Io, 'env' | 'cwd'>,
  flags: { url?: string; token?: string },
): ServerAddress {
  const file = readNearest(io.cwd);
  const { url, from } = pick([
    [flags.url, '--url'],
    [io.env['GANTRY_URL'], 'GANTRY_URL'],
    [file?.url, file?.path],
  ]) ?? { url: DEFAULT_URL, from: 'the default address' };
  // A token belongs to its server: one from the file is never sent to an address from elsewhere.
  const token = flags.token ?? io.env['GANTRY_TOKEN'] ?? (url === file?.url ? file.token : undefined);
  return { url: checked(url, from), from, ...(token ? { token } : {}) };
}

function pick(
  choices: [string | undefined, string | undefined][],
): { url: string; from: string } | undefined {
  for (const [url, from] of choices) if (url && from) return { url, from };
  return undefined;
}

function checked(url: string, from: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  throw usageProblem(
    `The server address "${url}" (from ${from}) is not an http address.`,
    'Write it as http://127.0.0.1:8640.',
  );
}

interface AddressFile {
  path: string;
  url?: string;
  token?: string;
}

function readNearest(folder: string): AddressFile | undefined {
  const path = join(folder, '.gantry', 'cli.json');
  const text = readIfThere(path);
  if (text !== undefined) return { path, ...parse(text, path) };
  const parent = dirname(folder);
  return parent === folder ? undefined : readNearest(parent);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // A folder of somebody else's is passed by like an empty one.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

function parse(text: string, path: string): { url?: string; token?: string } {
  try {
    const { url, token } = JSON.parse(text) as { url?: unknown; token?: unknown };
    return { ...(typeof url === 'string' ? { url } : {}), ...(typeof token === 'string' ? { token } : {}) };
  } catch {
    throw usageProblem(
      `${path} is not JSON.`,
      'Remove it and start the server again, or set GANTRY_URL and GANTRY_TOKEN.',
    );
  }
}
