import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { createBareActivities } from './activities.ts';
import {
  approveUpdate,
  bareQueue,
  bareWorkflow,
  type BareReply,
  type BareRequest,
  type BareSettings,
} from './contract.ts';

// Worker and client of the bare workflow in one process, as those of Gantry are; the bench talks to it over IPC.
const settings = JSON.parse(process.env['BENCH_BARE'] ?? '{}') as BareSettings;
Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('WARN') });
const pool = new pg.Pool({ host: settings.postgresHost, user: 'gantry', database: 'postgres', max: 10 });
await pool.query(
  'create table if not exists bare_release (id text primary key, service text, version text, state text, at timestamptz)',
);
const connection = await NativeConnection.connect({
  address: settings.temporalAddress,
  grpcCompression: { codec: 'none' }, // as platform/temporal/connect.ts on loopback
});
const worker = await Worker.create({
  connection,
  taskQueue: bareQueue,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflow.js', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }),
  activities: createBareActivities({ pool, smtpUrl: settings.smtpUrl }),
  // The options of worker/options.ts.
  stickyQueueScheduleToStartTimeout: '1s',
  maxCachedWorkflows: 1_000,
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentActivityTaskExecutions: 50,
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 8 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
});
const running = worker.run();
const client = new Client({ connection: await Connection.connect({ address: settings.temporalAddress }) });

async function answer(request: BareRequest): Promise<void> {
  if (request.do === 'start') {
    const { order } = request;
    await client.workflow.start(bareWorkflow, { workflowId: order.id, taskQueue: bareQueue, args: [order] });
  } else if (request.do === 'approve') {
    await client.workflow.getHandle(request.id).executeUpdate(approveUpdate, { args: [request.person] });
  } else {
    worker.shutdown();
    await running;
    await Promise.all([client.connection.close(), connection.close(), pool.end()]);
  }
}

const reply = (message: BareReply): void => void process.send?.(message);

process.on('message', (request: BareRequest) => {
  answer(request).then(
    () => {
      reply({ number: request.number });
      if (request.do === 'stop') process.disconnect();
    },
    (error: unknown) =>
      reply({ number: request.number, problem: error instanceof Error ? error.message : String(error) }),
  );
});
reply({ ready: true });
