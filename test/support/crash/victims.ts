import type { Product } from '../product.ts';
import { until } from '../until.ts';

/** What is killed with SIGKILL. `machine`: the worker with all programs that it runs. */
export const victims = ['worker', 'machine', 'api', 'temporal', 'database'] as const;
export type Victim = (typeof victims)[number];

/** Kills it; then `meanwhile` happens, while it is away; returns when it is there again. */
export async function killAndRestart(product: Product, victim: Victim, meanwhile: () => void): Promise<void> {
  const { kill, start } = handlesOf(product)[victim];
  await kill();
  meanwhile();
  await start();
}

interface Handles {
  kill: () => Promise<void> | void;
  start: () => Promise<unknown>;
}

function handlesOf(product: Product): Record<Victim, Handles> {
  const { temporal, database } = product.servers;
  const part = (name: 'api' | 'worker', tree: boolean): Handles => ({
    kill: async () => product.process(name).kill({ tree }),
    start: async () => product.process(name).start(),
  });
  return {
    worker: part('worker', false),
    machine: part('worker', true),
    api: part('api', false),
    temporal: { kill: temporal.kill, start: temporal.start },
    database: {
      kill: database.kill,
      // whoever keeps it starts it again
      start: () => until('the database to answer', async () => database.store.pool.query('select 1')),
    },
  };
}
