import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { environmentWorkflowId } from '../../workflows/contract.ts';
import { testServers } from '../../test/support/servers.ts';
import { createLocks } from './locks.ts';

let client: Client;

beforeAll(async () => {
  client = new Client({ connection: await Connection.connect({ address: testServers().temporalAddress }) });
});

afterAll(async () => {
  await client.connection.close();
});

test('a request for an environment ends with its activity, though no worker is there to answer it', async () => {
  const environment = `production-${crypto.randomUUID()}`;
  const { enqueueLock } = createLocks(client, { queue: `nobody-polls-${environment}` });
  const request = {
    ...{ owner: 'release/shop/1.4.0', releaseId: 'rel_1', title: 'shop 1.4.0', keys: ['*'] },
    ...{ classRank: 2, requestedAt: new Date().toISOString() },
  };
  const activity = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  const asking = activity.run(enqueueLock, { environment, request });
  // The engine has taken the request: what is cancelled is the wait for its answer.
  const entity = client.workflow.getHandle(environmentWorkflowId(environment));
  for (let isThere = false; !isThere;)
    isThere = await entity.describe().then(
      () => true,
      () => false,
    );
  activity.cancel('WORKER_SHUTDOWN');
  await expect(asking).rejects.toMatchObject({ name: 'WorkflowUpdateRPCTimeoutOrCancelledError' });
  await entity.terminate();
});
