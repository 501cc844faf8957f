import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assets } from '../../scripts/build/assets.ts';
import { fingerprint } from '../../scripts/build/fingerprint.ts';
import { bundleWorkflows } from '../../worker/workflow-bundle.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where `node_modules` really is: it may be a link, and the bundler then does not find its own entry again. */
const folder = join(realpathSync(join(root, 'node_modules')), '.cache/gantry-test-build');

/**
 * The command line built from the sources as they are now, as a path to run with `node`. It lies apart from `dist/`, which
 * somebody may be building or using meanwhile; the sources are not type-checked here.
 */
export async function builtGantry(): Promise<string> {
  const sources = await fingerprint(root);
  const built = join(folder, sources.slice(0, 16));
  if (!existsSync(built)) await build(built, sources);
  return join(built, 'cli/main.js');
}

/** Made beside and moved into place: a test run that was killed leaves no half build behind. */
async function build(to: string, sources: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  if (!(await copyBuild(draft, sources))) await compile(draft);
  await rename(draft, to).catch(async (error: unknown) => {
    if (!existsSync(to)) throw error;
    await rm(draft, { recursive: true, force: true });
  });
}

/** Takes `dist/` where `npm run build` has made it from these sources, and says whether it did. */
async function copyBuild(to: string, sources: string): Promise<boolean> {
  const stamp = async () => readFile(join(root, 'dist/.stamp'), 'utf8').catch(() => '');
  if ((await stamp()) !== sources) return false;
  const isWhole = await cp(join(root, 'dist'), to, { recursive: true }).then(
    () => true,
    () => false,
  );
  if (isWhole && (await stamp()) === sources) return true; // else somebody has begun to build it anew meanwhile
  await rm(to, { recursive: true, force: true });
  return false;
}

async function compile(draft: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', draft], {
    cwd: root,
  });
  for (const asset of await assets(root)) {
    await mkdir(dirname(join(draft, asset.to)), { recursive: true });
    await cp(join(root, asset.from), join(draft, asset.to), { recursive: true });
  }
  await writeFile(join(draft, 'workflow-bundle.js'), await bundleWorkflows(join(draft, 'workflows')));
}
