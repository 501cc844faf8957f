import {
  NativeConnection,
  Worker,
  type NativeConnectionOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import { GantryError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { pause } from '../platform/pause.ts';
import { withSmallThreads } from './small-threads.ts';

/**
 * A cancellation reaches an activity with the answer to a heartbeat, and those are sent at most this often: whoever aborts
 * waits that long for a check or a deployment to hear of it. By its own rule the SDK would send one in 16 seconds.
 */
const heartbeatEvery = '2s';

interface WorkerRun {
  connectOptions: NativeConnectionOptions;
  options: Omit<WorkerOptions, 'connection'>;
  /** Done before it asks for work; what it throws keeps the worker from it until the next try. */
  prepare?: () => Promise<void>;
  stop: AbortSignal;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Told when it polls; again after each time that it lost the server for good. */
  polling: () => void;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** Keeps a worker running until it is told to stop: it may be started before its server, and outlives it. */
export async function runWorker(run: WorkerRun): Promise<void> {
  let pauseMs = firstPauseMs;
  const isStopping = (): boolean => run.stop.aborted;
  while (!isStopping()) {
    try {
      await runOnce(run, () => {
        pauseMs = firstPauseMs;
        run.polling();
      });
    } catch (error) {
      if (isStopping()) return; // it was told to, while it was still preparing
      const remedy = error instanceof GantryError ? { remedy: error.problem.remedy } : {};
      run.log.warn(
        { because: messageOf(error), ...remedy, pauseMs },
        'the worker cannot ask for work; trying again',
      );
      await pause(pauseMs, run.stop);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

/** Returns after an orderly stop; throws when there is no server, or polling has failed for good. */
async function runOnce(run: WorkerRun, polling: () => void): Promise<void> {
  const connection = await NativeConnection.connect(run.connectOptions); // never retries by itself
  try {
    await run.prepare?.();
    const options = { maxHeartbeatThrottleInterval: heartbeatEvery, ...run.options, connection };
    const create = async (): Promise<Worker> => Worker.create(options);
    const worker = await (options.workflowBundle ? withSmallThreads(create) : create());
    const drain = (): void => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    run.stop.addEventListener('abort', drain, { once: true });
    const running = worker.run();
    if (run.stop.aborted) drain();
    polling();
    await running.finally(() => run.stop.removeEventListener('abort', drain));
  } finally {
    await connection.close().catch(() => undefined); // a worker that was forced to stop still holds it
  }
}
