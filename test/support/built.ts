import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

/** The checkout that is tested. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);

/** Environment for our own child processes: Jest's options are not theirs. */
export const childEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: '',
  FORCE_COLOR: undefined,
});

/** Runs npm in a folder; the answer is what it printed on stdout. */
export async function npm(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { cwd: folder, env: childEnvironment(), maxBuffer: 64 << 20 });
  return stdout;
}

/** Brings `dist/` up to date with the sources; quick where nothing has changed. */
export async function build(): Promise<void> {
  await npm(checkout, 'run', '--silent', 'build');
}
