import { runJest } from './test/run-jest.ts';
import { lookForTools } from './test/tools.ts';
import { summarise } from './test/summary.ts';

/** `npm test`: all tests that this machine can run, and in plain words what it could not run and why. */
async function main(): Promise<number> {
  const tools = await lookForTools();
  const missing = tools.filter((tool) => tool.missing !== undefined);
  const needed = missing.filter((tool) => !tool.isPermission);
  if (needed.length > 0 && process.env['GANTRY_TEST_REQUIRE_ALL'] === '1') {
    for (const tool of needed) console.error(`MISSING ${tool.name}: ${tool.missing ?? ''}`);
    return 1;
  }
  const hasEngine = !missing.some((tool) => tool.name === 'temporal');
  const projects = hasEngine ? ['unit', 'servers'] : ['unit'];
  const counts = runJest(projects, process.argv.slice(2));
  const { lines, isGood } = summarise(counts, missing);
  console.log(lines.join('\n'));
  return isGood ? 0 : 1;
}

process.exitCode = await main();
