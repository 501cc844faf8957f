import { execFile } from 'node:child_process';
import type { ProductPlace } from '../product.ts';

export interface CliEnd {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line of a product, as somebody runs it in the folder of gantry.yaml. */
export const commandLine =
  ({ main, dir, url, env }: ProductPlace, token: string) =>
  async (...args: string[]): Promise<CliEnd> =>
    new Promise((resolve) => {
      const settings = {
        PATH: process.env['PATH'],
        GANTRY_URL: url,
        GANTRY_TOKEN: token,
        NO_COLOR: '1',
        ...env,
      };
      const options = { cwd: dir, env: settings, timeout: 120_000 };
      execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
    });
