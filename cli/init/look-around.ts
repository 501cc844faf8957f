import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** What a folder tells about the service in it; everything is absent where the folder does not say. */
export interface Surroundings {
  /** Name of the package or the folder, as found. */
  name: string;
  git?: {
    /** Working tree, relative to the folder: `.` where the folder is its root. */
    folder: string;
    branch?: string;
    remote?: string;
    /** Newest first. */
    tags: string[];
  };
  person: { name?: string; email?: string };
  /** What must run before the tests in a fresh checkout, and the tests. */
  tests?: { install?: string; run: string };
  hasDockerfile: boolean;
  hasDeployScript: boolean;
}

const run = promisify(execFile);

const PackageSchema = z.object({
  name: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
type Package = z.infer<typeof PackageSchema>;

/** Reads the folder and its Git repository. A broken or missing part counts as absent: the author corrects the result. */
export async function lookAround(folder: string): Promise<Surroundings> {
  const manifest = await readPackage(folder);
  const git = await readRepository(folder);
  const tests = testsOf(manifest, folder);
  const [name, email] = await Promise.all([
    ask(folder, 'config', 'user.name'),
    ask(folder, 'config', 'user.email'),
  ]);
  return {
    name: manifest?.name ?? basename(folder),
    ...(git ? { git } : {}),
    person: { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) },
    ...(tests ? { tests } : {}),
    hasDockerfile: existsSync(join(folder, 'Dockerfile')),
    hasDeployScript: existsSync(join(folder, 'deploy.sh')),
  };
}

/** A repository without a commit has nothing to release from yet, so it counts as none. */
async function readRepository(folder: string): Promise<Surroundings['git']> {
  const root = await ask(folder, 'rev-parse', '--show-toplevel');
  if (root === undefined || (await ask(folder, 'rev-parse', '--verify', 'HEAD')) === undefined)
    return undefined;
  const [branch, remote, tags] = await Promise.all([
    ask(folder, 'symbolic-ref', '--short', 'HEAD'),
    ask(folder, 'config', '--get', 'remote.origin.url'),
    ask(folder, 'tag', '--sort=-version:refname'),
  ]);
  // `--show-prefix` would follow links as Git does, but says nothing of the way up.
  const up = await ask(folder, 'rev-parse', '--show-cdup');
  return {
    folder: relative(folder, join(folder, up ?? '.')) || '.',
    ...(branch === undefined ? {} : { branch }),
    ...(remote === undefined ? {} : { remote: withoutPassword(remote) }),
    tags: tags?.split('\n') ?? [],
  };
}

/** The answer of Git, or undefined where it has none, fails or is not installed. */
async function ask(folder: string, ...argv: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', argv, { cwd: folder, timeout: 10_000 });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}

async function readPackage(folder: string): Promise<Package | undefined> {
  try {
    return PackageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function testsOf(manifest: Package | undefined, folder: string): Surroundings['tests'] {
  const script = manifest?.scripts?.['test'];
  // What `npm init` writes: a script that can only fail.
  if (script === undefined || script.includes('no test specified')) return undefined;
  if (existsSync(join(folder, 'package-lock.json'))) return { install: 'npm ci', run: 'npm test' };
  const needs = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }).length > 0;
  return { ...(needs ? { install: 'npm install' } : {}), run: 'npm test' };
}

const withoutPassword = (address: string): string => address.replace(/:\/\/[^/@\s]*@/, '://');
