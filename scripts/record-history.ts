import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker } from '@temporalio/worker';
import { quietRuntime } from '../test/support/quiet-runtime.ts';
import { ReleaseWorld } from '../test/support/release-world.ts';
import { testServers } from '../test/support/servers.ts';
import { startTestServers } from '../test/support/start-servers.ts';
import { stories, type Story } from '../test/support/stories.ts';
import { environmentWorkflowId } from '../workflows/contract.ts';

/**
 * Plays every story and writes its history to test/histories/<version>/: this program's, or the one that it will go out as
 * (`--as 0.2.0`). Histories of a version that has been released are
 * never edited: what they hold may still be running somewhere. One that exists is left alone unless it is named.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { as: { type: 'string', default: version } },
});
const folder = join(root, 'test/histories', values.as);

quietRuntime();
await mkdir(folder, { recursive: true });
const started = await startTestServers();
const servers = testServers();
const connection = await Connection.connect({ address: servers.temporalAddress });
const native = await NativeConnection.connect({ address: servers.temporalAddress });
try {
  for (const story of stories) {
    if (named.length === 0 || named.includes(story.name)) await record(story);
  }
} finally {
  await native.close();
  await connection.close();
  await started.stop();
}

async function record(story: Story): Promise<void> {
  const taskQueue = `golden-${story.name}`;
  const world = new ReleaseWorld(connection, taskQueue);
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: { codePath: servers.workflowBundle },
    activities: world.activities,
  });
  await worker.runUntil(async () => {
    const handle = await story.play(world, connection);
    await handle.result();
    await write(story.name, await handle.fetchHistory());
    if (story.name === 'queued') {
      const entity = world.client.workflow.getHandle(environmentWorkflowId(`production-${taskQueue}`));
      await write('environment', await entity.fetchHistory());
    }
  });
}

async function write(name: string, history: Parameters<typeof historyToJSON>[0]): Promise<void> {
  await writeFile(join(folder, `${name}.json`), `${historyToJSON(history)}\n`);
  console.log(`${name}: ${history.events?.length ?? 0} events`);
}
