import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { PathWorker } from './path-worker.ts';
import { quietRuntime } from './quiet-runtime.ts';
import { ReleaseWorld } from './release-world.ts';
import { replayAll, type Told } from './replay.ts';
import { testServers } from './servers.ts';

/** One world a test, on a worker of its own against the shared engine. */
export interface PathHarness {
  world: ReleaseWorld;
  connection: Connection;
}

/**
 * Sets a fresh worker and world up for every test of the file. In the end the histories of all their releases are
 * replayed from their first event: what ran cannot have hung on anything but its history.
 */
export function pathHarness(): PathHarness {
  const harness = {} as PathHarness;
  let native: NativeConnection;
  let worker: Worker;
  let running: Promise<void>;
  const told: Told[] = [];

  beforeAll(async () => {
    quietRuntime();
    const { temporalAddress } = testServers();
    harness.connection = await Connection.connect({ address: temporalAddress });
    native = await NativeConnection.connect({ address: temporalAddress });
  });

  beforeEach(async () => {
    const taskQueue = `paths-${crypto.randomUUID().slice(0, 8)}`;
    harness.world = new ReleaseWorld(harness.connection, taskQueue);
    worker = await PathWorker.create({
      connection: native,
      taskQueue,
      workflowBundle: { codePath: testServers().workflowBundle },
      activities: harness.world.activities,
      maxCachedWorkflows: 50,
      maxHeartbeatThrottleInterval: '100ms', // a cancelled activity hears of it with a heartbeat's answer
      workflowThreadPoolSize: 1, // each thread compiles the whole bundle anew
    });
    running = worker.run();
  });

  afterEach(async () => {
    worker.shutdown();
    await running;
    for (const handle of harness.world.handles)
      told.push({ workflowId: handle.workflowId, history: await handle.fetchHistory() });
  });

  afterAll(async () => {
    await replay(told);
    await PathWorker.endThread();
    await native.close();
    await harness.connection.close();
  }, 120_000);
  return harness;
}

/** A history that does not replay is kept, so that it can be looked at. */
async function replay(told: readonly Told[]): Promise<void> {
  for (const [workflowId, error] of await replayAll(told, PathWorker)) {
    const file = join(tmpdir(), `gantry-does-not-replay-${Date.now()}.json`);
    const history = told.find((one) => one.workflowId === workflowId)?.history as History;
    await writeFile(file, JSON.stringify(historyToJSON(history), null, 1));
    throw new Error(`${workflowId} does not replay; its history is in ${file}`, { cause: error });
  }
}
