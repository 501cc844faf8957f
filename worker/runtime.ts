import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from '../platform/logger.ts';

let isInstalled = false;

/**
 * Installs the SDK's runtime, once in a process and before its first worker or native connection: with our logger, and without
 * its own signal handlers, because we stop things in an order that it does not know.
 */
export function installRuntime(log: Logger): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (level === 'ERROR') log.error({ ...meta }, message);
      else log.warn({ ...meta }, message);
    }),
    // Pollers complain every second while the server is away; the loop around the worker says it once.
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
