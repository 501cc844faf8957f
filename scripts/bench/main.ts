/** `npm run bench -- NAME [--json]`. Each benchmark prints what it measured and under which conditions. */
const benchmarks: Record<string, () => Promise<{ run: (options: { json: boolean }) => Promise<void> }>> = {
  start: async () => import('./start.ts'),
};

const [name = '', ...flags] = process.argv.slice(2);
const load = benchmarks[name];
if (load) {
  const { run } = await load();
  await run({ json: flags.includes('--json') });
} else {
  process.stderr.write(`Name a benchmark: ${Object.keys(benchmarks).join(', ')}.\n`);
  process.exitCode = 2;
}
