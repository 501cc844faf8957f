import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createRunnerActivities } from '../activities/runner/index.ts';
import { runnerQueue } from '../domain/rollout/runner-queue.ts';
import type { TemporalConfig } from '../platform/config.ts';
import { sweepOperations } from '../platform/command/operations.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { createOutgoing } from '../platform/outgoing.ts';
import { workerConnectOptions } from '../platform/temporal/connect.ts';
import type { RunningWorker } from './main.ts';
import { runWorker } from './run-worker.ts';
import { installRuntime } from './runtime.ts';

export interface RunnerOptions {
  name: string;
  /** Folder that relative scripts and repositories of gantry.yaml are looked for in. */
  dir: string;
  config: { temporal: TemporalConfig; dataDir: string };
  log: Logger;
}

/** Starts a worker that only deploys, checks and looks, for the environments that name it. It needs no database and no keys. */
export function startRunner({ name, dir, config, log }: RunnerOptions): RunningWorker {
  installRuntime(log);
  const { dataDir, temporal } = config;
  const identity = `runner ${name} ${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  // old folders take space and nothing else, so a failure here is told and stops nobody
  sweepOperations(dataDir, new Date()).catch((error: unknown) =>
    log.warn({ because: messageOf(error) }, 'old operation folders were not removed'),
  );
  const stop = new AbortController();
  let isPolling = (): void => undefined;
  const polling = new Promise<void>((resolve) => (isPolling = resolve));
  const running = runWorker({
    connectOptions: workerConnectOptions(temporal),
    options: {
      namespace: temporal.namespace,
      taskQueue: runnerQueue(name),
      identity,
      activities: createRunnerActivities({ dataDir, dir, outgoing: createOutgoing() }),
      maxConcurrentActivityTaskExecutions: 50,
      shutdownGraceTime: '5s',
      shutdownForceTime: '15s',
    },
    stop: stop.signal,
    log,
    polling() {
      log.info({ identity, runner: name }, 'the runner asks for work');
      isPolling();
    },
  });
  return {
    polling,
    async close() {
      stop.abort();
      await running;
    },
  };
}
