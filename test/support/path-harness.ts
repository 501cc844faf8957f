import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { quietRuntime } from './quiet-runtime.ts';
import { ReleaseWorld } from './release-world.ts';
import { testServers } from './servers.ts';

/** One world a test, on a worker of its own against the shared engine. */
export interface PathHarness {
  world: ReleaseWorld;
  connection: Connection;
}

/**
 * Sets a fresh worker and world up for every test of the file. After each test the histories of all its releases are
 * replayed from their first event: what ran cannot have hung on anything but its history.
 */
export function pathHarness(): PathHarness {
  const harness = {} as PathHarness;
  let native: NativeConnection;
  let worker: Worker;
  let running: Promise<void>;

  beforeAll(async () => {
    quietRuntime();
    const { temporalAddress } = testServers();
    harness.connection = await Connection.connect({ address: temporalAddress });
    native = await NativeConnection.connect({ address: temporalAddress });
  });

  beforeEach(async () => {
    const taskQueue = `paths-${crypto.randomUUID().slice(0, 8)}`;
    harness.world = new ReleaseWorld(harness.connection, taskQueue);
    worker = await Worker.create({
      connection: native,
      taskQueue,
      workflowBundle: { codePath: testServers().workflowBundle },
      activities: harness.world.activities,
      maxCachedWorkflows: 50,
    });
    running = worker.run();
  });

  afterEach(async () => {
    worker.shutdown();
    await running;
    for (const handle of harness.world.handles) {
      const history = await handle.fetchHistory();
      await Worker.runReplayHistory(
        { workflowBundle: { codePath: testServers().workflowBundle } },
        history,
        handle.workflowId,
      );
    }
  });

  afterAll(async () => {
    await native.close();
    await harness.connection.close();
  });
  return harness;
}
