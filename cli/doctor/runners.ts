import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Connection } from '@temporalio/client';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { runnerWords, type RunnerClock } from '../../domain/rollout/runner-words.ts';
import type { Config } from '../../platform/config.ts';
import { GantryError, messageOf } from '../../platform/errors.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { connectTemporal } from '../../platform/temporal/connect.ts';
import { runnerLastPolled, workersLastPolled } from '../../platform/temporal/runner-pollers.ts';
import { taskQueue } from '../../workflows/contract.ts';

type Asked = (runner: string) => Promise<Date | undefined>;

/**
 * Whether each runner that gantry.yaml names asks for work now. Where Temporal is started by `gantry up` alone, nobody can tell
 * from outside. A policy that cannot be read has a finding of its own. @throws RUNNER_AWAY, TEMPORAL_UNREACHABLE
 */
export async function lookAtRunners(config: Config): Promise<string> {
  const { policyFile: file, oidc, temporal } = config;
  const policy = existsSync(file)
    ? readPolicy(readFileSync(file, 'utf8'), basename(file), { hasProvider: oidc !== undefined }).policy
    : undefined;
  const runners = policy ? runnersOf(policy) : [];
  if (runners.length === 0) return 'No environment has a runner.';
  if (temporal.address === undefined)
    return `${runners.join(', ')}: set TEMPORAL_ADDRESS to look whether they are there.`;
  const { connection, close } = await connectTemporal(config);
  try {
    const workersAt = await workersLastPolled(connection, temporal.namespace, taskQueue);
    return await judgeRunners(runners, askEngine(connection, temporal.namespace), {
      workersAt,
      here: new Date(),
    });
  } catch (cause) {
    if (cause instanceof GantryError) throw cause;
    throw new GantryError(
      'TEMPORAL_UNREACHABLE',
      { address: temporal.address, detail: messageOf(cause) },
      { cause },
    );
  } finally {
    await close();
  }
}

const askEngine =
  (connection: Connection, namespace: string): Asked =>
  async (runner) =>
    runnerLastPolled(connection, namespace, runner);

/** Each once, in the order of the file. */
export const runnersOf = ({ environments }: Pick<Policy, 'environments'>): string[] => [
  ...new Set(environments.flatMap(({ runner }) => runner ?? [])),
];

/** One sentence about all of them. @throws RUNNER_AWAY */
export async function judgeRunners(
  runners: readonly string[],
  asked: Asked,
  clock: RunnerClock,
): Promise<string> {
  const looks = await Promise.all(
    runners.map(async (runner) => runnerWords(runner, await asked(runner), clock)),
  );
  const away = looks.filter(({ isThere }) => !isThere).map(({ because }) => because);
  if (away.length > 0) throw new GantryError('RUNNER_AWAY', { detail: away.join(' ') });
  return `${runners.join(', ')}: there, and asking for work.`;
}
