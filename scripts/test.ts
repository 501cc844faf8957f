import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookForTools, type Tool } from './test/tools.ts';
import { summarise, type JestCounts } from './test/summary.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `npm test`: all tests that this machine can run, and in plain words what it could not run and why. */
async function main(): Promise<number> {
  const tools = await lookForTools();
  const missing = tools.filter((tool) => tool.missing !== undefined);
  if (missing.length > 0 && process.env['GANTRY_TEST_REQUIRE_ALL'] === '1') {
    for (const tool of missing) console.error(`MISSING ${tool.name}: ${tool.missing ?? ''}`);
    return 1;
  }
  const hasEngine = !missing.some((tool) => tool.name === 'temporal');
  const counts = runJest(hasEngine ? ['unit', 'servers'] : ['unit'], tools);
  const { lines, isGood } = summarise(counts, missing);
  console.log(lines.join('\n'));
  return isGood ? 0 : 1;
}

function runJest(projects: string[], tools: readonly Tool[]): JestCounts {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-test-run-'));
  const report = join(folder, 'report.json');
  const has = tools.filter((tool) => tool.missing === undefined).map((tool) => tool.name);
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
        ...[join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', ...projects],
        ...['--json', '--outputFile', report, ...process.argv.slice(2)],
      ],
      // Jest prints its report on stdout, too, where ours belongs; people read what it writes to stderr.
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, GANTRY_TEST_HAS: has.join(',') },
      },
    );
    return {
      ...(JSON.parse(readFileSync(report, 'utf8')) as Omit<JestCounts, 'exitCode'>),
      exitCode: status ?? 1,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
