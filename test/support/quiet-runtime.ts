import { DefaultLogger, Runtime } from '@temporalio/worker';

let isInstalled = false;

/** One runtime a process, that says errors only and leaves signals to us. */
export function quietRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
