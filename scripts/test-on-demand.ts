import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { messageOf } from '../platform/errors.ts';
import { goPrograms } from './test/go-programs.ts';
import { suites } from './test/on-demand.ts';
import { runJest } from './test/run-jest.ts';
import { summarise } from './test/summary.ts';

const usage = `npm run test:cluster
npm run test:kubernetes [-- --record]

Tests against the real thing, which is built first where it is not in the cache (Go). What is missing is named, and nothing passes
then. --record writes anew what the tests of every run replay.`;

/** Runs one suite on demand. What cannot be had fails it, in words. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { record: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const [name = ''] = positionals;
  if (values.help || (name !== 'cluster' && name !== 'kubernetes')) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const { needs, projects } = suites[name];
  const missing = Object.entries(needs).filter(([program]) => !isThere(program));
  for (const [program, how] of missing) console.error(`MISSING ${program}: ${how}`);
  const programs: Record<string, string> = {};
  for (const project of projects) {
    try {
      Object.assign(programs, await goPrograms(project, (sentence) => console.error(`${sentence} …`)));
    } catch (error) {
      missing.push([project.name, '']);
      console.error(`MISSING ${project.name}: ${messageOf(error)}`);
    }
  }
  if (missing.length > 0) {
    console.error(`Nothing was tested: ${missing.map(([program]) => program).join(', ')} is missing.`);
    return 1;
  }
  const counts = runJest(['onDemand'], ['--runInBand', '--testPathPatterns', `test/on-demand/${name}`], {
    GANTRY_TEST_PROGRAMS: JSON.stringify(programs),
    ...(values.record ? { GANTRY_TEST_RECORD: '1' } : {}),
  });
  const { lines, isGood } = summarise(counts, []);
  console.log(lines.join('\n'));
  return isGood ? 0 : 1;
}

const isThere = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

process.exitCode = await main();
