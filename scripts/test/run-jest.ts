import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JestCounts } from './summary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs tests of some of Jest's projects; people read on stderr what it writes. */
export function runJest(
  projects: readonly string[],
  which: readonly string[],
  env: Readonly<Record<string, string>> = {},
): JestCounts {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-test-run-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
        ...[join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', ...projects],
        ...['--json', '--outputFile', report, ...which],
      ],
      // Jest prints its report on stdout, too, where ours belongs.
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } },
    );
    return {
      ...(JSON.parse(readFileSync(report, 'utf8')) as Omit<JestCounts, 'exitCode'>),
      exitCode: status ?? 1,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
