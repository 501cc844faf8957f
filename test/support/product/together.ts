import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gantryProcess } from '../gantry-process.ts';
import type { ProductPlace, RunningParts } from '../product.ts';
import { claimPort } from '../../../platform/ports.ts';

/** `gantry up`: one process tree. Its ports stay the same over all its starts, as links that were mailed name one. */
export async function startTogether({ dir, main, port, env }: ProductPlace): Promise<RunningParts> {
  const flags = ['ui-port', 'temporal-port', 'smtp-port'];
  const ports = await Promise.all(
    flags.map(async (flag) => claimPort({ port: 0, host: '127.0.0.1', use: 'a test', flag })),
  );
  const others = flags.flatMap((flag, index) => [`--${flag}`, String(ports[index])]);
  const up = gantryProcess({
    ...{ main, cwd: dir, env },
    args: ['up', '--port', String(port), ...others],
    ready: 'Gantry is ready',
  });
  try {
    await up.start();
    // left there for the command line
    const access = await readFile(join(dir, '.gantry/cli.json'), 'utf8');
    const { token } = JSON.parse(access) as { token: string };
    return { token, processes: { up }, stop: up.stop };
  } catch (error) {
    await up.stop();
    throw error;
  }
}
