import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultCacheDir } from '../../platform/temporal/find-cli.ts';
import { messageOf } from '../../platform/errors.ts';

const run = promisify(execFile);

/** Programs of one project and version that are made from its Go modules. */
export interface GoProject {
  name: string;
  version: string;
  /** Least Go that it can be built with, as `go version` says it. */
  go: string;
  programs: readonly string[];
  /** Files that must lie in the folder of the build. */
  files?: Readonly<Record<string, string>>;
  /** Calls of `go`, one after the other; what they make goes to `into`. */
  steps: (into: string) => readonly (readonly string[])[];
}

/**
 * Paths of a project's programs, by name. They are kept in the cache folder of Gantry, beside the Temporal CLI; what is not there
 * yet is built, which takes minutes. @throws Error that says what is missing
 */
export async function goPrograms(
  project: GoProject,
  say: (sentence: string) => void,
): Promise<Record<string, string>> {
  const folder = join(defaultCacheDir(), `${project.name}-${project.version}`);
  const paths = Object.fromEntries(project.programs.map((name) => [name, join(folder, 'bin', name)]));
  const missing = Object.values(paths).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    const go = await findGo(project);
    say(`Building ${project.name} ${project.version} (once, some ten minutes) into ${folder}`);
    await build(project, folder, go);
  }
  return paths;
}

/** Built beside and moved into place when it is whole: a build that was ended leaves no half program behind. */
async function build(project: GoProject, folder: string, go: string): Promise<void> {
  const into = join(folder, `building-${process.pid}`);
  await mkdir(into, { recursive: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
  try {
    for (const [name, text] of Object.entries(project.files ?? {})) await writeFile(join(folder, name), text);
    for (const step of project.steps(into)) {
      const child = spawn(go, step, {
        cwd: folder,
        env: { ...process.env, GOBIN: into },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0)
        throw new Error(`\`go ${step.join(' ')}\` ended with ${code ?? 'a signal'} in ${folder}`);
    }
    for (const name of project.programs) await rename(join(into, name), join(folder, 'bin', name));
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

async function findGo({ name, version, go: least }: GoProject): Promise<string> {
  const needed = `${name} ${version} is not in the cache, and building it needs Go ${least} or newer`;
  const looked: string[] = [];
  for (const place of ['go', '/usr/local/go/bin/go']) {
    try {
      const { stdout } = await run(place, ['version']);
      const found = /go(\d+\.\d+(\.\d+)?)/.exec(stdout)?.[1] ?? '0';
      if (isAtLeast(found, least)) return place;
      looked.push(`${place} is ${found}`);
    } catch (error) {
      looked.push(`${place}: ${messageOf(error)}`);
    }
  }
  throw new Error(`${needed} (${looked.join('; ')}); https://go.dev/dl has it`);
}

/** Whether one version of Go, such as `1.26.8`, is another one or newer. */
export function isAtLeast(found: string, least: string): boolean {
  const [one, other] = [found, least].map((version) => version.split('.').map(Number));
  for (const [at, wanted] of (other ?? []).entries()) {
    const has = one?.[at] ?? 0;
    if (has !== wanted) return has > wanted;
  }
  return true;
}
