import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';
import { createActivities, type ActivityDeps } from '../activities/index.ts';
import { taskQueue } from '../workflows/contract.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Everything a worker is made of but its connection. */
export async function workerOptions(
  deps: ActivityDeps,
  identity: string,
): Promise<Omit<WorkerOptions, 'connection'>> {
  return {
    namespace: deps.config.temporal.namespace,
    taskQueue,
    identity,
    workflowBundle: await workflowCode(),
    activities: createActivities(deps),
    // After a worker was killed, its releases wait this long for it before another takes them. Where a thousand are woken at
    // once, each that waits for its turn longer than this is handed out again, with its whole history.
    stickyQueueScheduleToStartTimeout: '2s',
    // What is not cached is rebuilt from its history when it is woken, and of many that are woken at once each pushes another out
    // (docs/adr/0021-light-while-waiting.md).
    maxCachedWorkflows: deps.config.cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: 50,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 8 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  };
}

/** `npm run build` makes one file of all workflow code; from the sources it is made now, which takes seconds. */
async function workflowCode(): Promise<{ codePath: string } | { code: string }> {
  const built = here('../workflow-bundle.js');
  if (existsSync(built)) return { codePath: built };
  // A folder, not a file: in the sources it holds .ts, in the build .js.
  return { code: await bundleWorkflows(here('../workflows')) };
}
