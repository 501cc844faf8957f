import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
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
      workflowThreadPoolSize: 1, // each thread compiles the whole bundle anew
    });
    running = worker.run();
  });

  afterEach(async () => {
    worker.shutdown();
    await running;
    for (const handle of harness.world.handles) await replay(handle);
  });

  afterAll(async () => {
    await native.close();
    await harness.connection.close();
  });
  return harness;
}

/** Replays a release from its first event. A history that does not replay is kept, so that it can be looked at. */
async function replay(handle: WorkflowHandle): Promise<void> {
  const history = await handle.fetchHistory();
  try {
    const workflowBundle = { codePath: testServers().workflowBundle };
    await Worker.runReplayHistory({ workflowBundle }, history, handle.workflowId);
  } catch (error) {
    const file = join(tmpdir(), `gantry-does-not-replay-${Date.now()}.json`);
    await writeFile(file, JSON.stringify(historyToJSON(history), null, 1));
    throw new Error(`${handle.workflowId} does not replay; its history is in ${file}`, { cause: error });
  }
}
