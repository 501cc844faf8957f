import { parseArgs } from 'node:util';

interface BenchOptions {
  json: boolean;
  /** Number of measurements, where the benchmark takes one. */
  n?: number;
}

/** `npm run bench -- NAME [--json] [--n NUMBER]`. Each benchmark prints what it measured and under which conditions. */
const benchmarks: Record<string, () => Promise<{ run: (options: BenchOptions) => Promise<void> }>> = {
  decision: async () => import('./decision.ts'),
  judge: async () => import('./judge.ts'),
  overhead: async () => import('./overhead.ts'),
  parked: async () => import('./parked.ts'),
  slots: async () => import('./slots.ts'),
  start: async () => import('./start.ts'),
  wake: async () => import('./wake.ts'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, n: { type: 'string' } },
});
const load = benchmarks[positionals[0] ?? ''];
if (load) {
  const { run } = await load();
  await run({ json: values.json, ...(values.n === undefined ? {} : { n: Number(values.n) }) });
} else {
  process.stderr.write(`Name a benchmark: ${Object.keys(benchmarks).join(', ')}.\n`);
  process.exitCode = 2;
}
