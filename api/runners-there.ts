import { runnerStanding, type RunnerStanding } from '../domain/rollout/runner-words.ts';
import type { Policy } from '../domain/policy/policy.schema.ts';
import { runnerSeenAt } from '../platform/record/runners.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/**
 * How each runner that the policy names stands, by its name: by the engine, which forgets within minutes, and else by the record, which
 * keeps what the engine said. Nothing is written: reading changes nothing.
 */
export async function runnersThere(
  deps: ApiDeps,
  environments: Policy['environments'],
): Promise<Map<string, RunnerStanding>> {
  const names = [...new Set(environments.flatMap(({ runner }) => runner ?? []))];
  if (names.length === 0) return new Map();
  const [workersAt, seen] = await Promise.all([
    deps.engine.workersPolledAt().catch(() => 'unknown' as const),
    Promise.all(names.map(async (name) => [name, await lastSeen(deps, name)] as const)),
  ]);
  const here = nowOf(deps);
  return new Map(
    seen.map(([name, seenAt]) => [
      name,
      workersAt === 'unknown'
        ? runnerStanding(name, 'unknown', { workersAt: undefined, here })
        : runnerStanding(name, seenAt, { workersAt, here }),
    ]),
  );
}

/** `unknown` where the engine does not answer: the record alone is no word on who is there now. */
async function lastSeen({ engine, store }: ApiDeps, name: string): Promise<Date | undefined | 'unknown'> {
  const polled = await engine.runnerPolledAt(name).catch(() => 'unknown' as const);
  return polled ?? runnerSeenAt(store.db, name);
}
