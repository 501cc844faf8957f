import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assets } from './build/assets.ts';
import { fingerprint } from './build/fingerprint.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, '.stamp');

/** Builds `dist/` from the sources; does nothing, quickly, when no source has changed since the last build. */
async function build(): Promise<void> {
  const wanted = await fingerprint(root);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  process.stderr.write('Building Gantry (about 10 seconds, only after a change)…\n');
  await rm(dist, { recursive: true, force: true });
  compile();
  for (const { from, to } of await assets(root))
    await cp(join(root, from), join(dist, to), { recursive: true });
  await bundle();
  await chmod(join(dist, 'cli/main.js'), 0o755);
  await writeFile(stamp, wanted);
}

/** Emits JavaScript; whether the types are right is asked by `npm run typecheck`, once. */
function compile(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck'],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) throw new Error('The sources do not compile; nothing was built.');
}

/** One file with all workflow code: the worker starts seconds faster than when it bundles by itself. */
async function bundle(): Promise<void> {
  const { bundleWorkflows } = await import('../worker/workflow-bundle.ts');
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, 'workflow-bundle.js'), await bundleWorkflows(join(dist, 'workflows')));
}

try {
  await build();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
