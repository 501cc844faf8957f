import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ActivityDeps } from '../activities/index.ts';
import { startOutbox } from '../activities/notices/outbox.ts';
import { messageOf } from '../platform/errors.ts';
import { forgetWorker, noteWorker } from '../platform/record/worker-heartbeats.ts';
import { workerConnectOptions } from '../platform/temporal/connect.ts';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.ts';
import { searchAttributes } from '../workflows/contract.ts';
import { workerOptions } from './options.ts';
import { runWorker } from './run-worker.ts';
import { installRuntime } from './runtime.ts';

export interface RunningWorker {
  /** Resolves when it polls for work for the first time. */
  polling: Promise<void>;
  /** Lets what is under way end, at most fifteen seconds; then returns. */
  close: () => Promise<void>;
}

/** One that sends mail, too. */
export interface MailingWorker extends RunningWorker {
  /** Says that mail is likely to be ordered within a moment. */
  mailExpected: () => void;
}

const heartbeatEveryMs = 15_000;

/** Starts the worker of this process. It waits for its server if there is none yet. */
export async function startWorker(deps: ActivityDeps): Promise<MailingWorker> {
  installRuntime(deps.log);
  const identity = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const outbox = startOutbox(deps);
  const options = await workerOptions(
    { ...deps, mailOrdered: outbox.ring, mailExpected: outbox.expect },
    identity,
  );
  const stop = new AbortController();
  const heartbeat = startHeartbeat(deps, identity);
  let isPolling = (): void => undefined;
  const polling = new Promise<void>((resolve) => (isPolling = resolve));
  const running = runWorker({
    connectOptions: workerConnectOptions(deps.config.temporal),
    options,
    prepare: async () =>
      ensureSearchAttributes(
        deps.temporal.connection,
        deps.config.temporal.namespace,
        Object.values(searchAttributes),
        { signal: stop.signal },
      ),
    stop: stop.signal,
    log: deps.log,
    polling() {
      heartbeat.begin();
      deps.log.info({ identity }, 'the worker polls for work');
      isPolling();
    },
  });
  return {
    polling,
    mailExpected: outbox.expect,
    async close() {
      stop.abort();
      await running;
      await outbox.close();
      await heartbeat.end();
    },
  };
}

/** Says in the record every 15 seconds that a worker lives, once it does. */
function startHeartbeat(
  { store, log }: ActivityDeps,
  identity: string,
): { begin: () => void; end: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const beat = (): void => {
    noteWorker(store.db, identity).catch((error: unknown) => {
      log.warn({ because: messageOf(error) }, 'the heartbeat of the worker was not written');
    });
  };
  return {
    begin() {
      if (timer) return;
      beat();
      timer = setInterval(beat, heartbeatEveryMs);
    },
    async end() {
      clearInterval(timer);
      await forgetWorker(store.db, identity).catch(() => undefined); // without a database it is forgotten after a day
    },
  };
}
