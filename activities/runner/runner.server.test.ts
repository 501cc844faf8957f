import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { CommandCheckSchema } from '../../domain/policy/check.schema.ts';
import { CommandDeployerSchema } from '../../domain/policy/deployer.schema.ts';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { runnerLastPolled, workersLastPolled } from '../../platform/temporal/runner-pollers.ts';
import { quietRuntime } from '../../test/support/quiet-runtime.ts';
import { testServers } from '../../test/support/servers.ts';
import type { RunnerOperation } from '../contract-runner.ts';
import { createRunnerActivities } from './index.ts';

describe('a runner', () => {
  let dir: string;
  beforeEach(() => {
    process.env['RUNNER_TOKEN'] = 'correct-horse-battery';
    dir = mkdtempSync(join(tmpdir(), 'gantry-runner-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  const activities = () => createRunnerActivities({ dataDir: dir, dir, outgoing: createOutgoing() });
  const note = [
    process.execPath,
    '-e',
    "require('fs').appendFileSync(process.env.GANTRY_POLICY_DIR + '/ledger', 'x'); console.log(process.env.RUNNER_TOKEN)",
  ];
  const effects = (): number => {
    const ledger = join(dir, 'ledger');
    return existsSync(ledger) ? readFileSync(ledger, 'utf8').length : 0;
  };
  const exit = (code: number): string[] => [process.execPath, '-e', `process.exit(${String(code)})`];

  const aStep = (o: { begunAt?: string; status?: string[] } = {}): RunnerOperation => ({
    kind: 'apply',
    input: {
      operationId: 'rel_1+production+shop+apply+1',
      releaseId: 'rel_1',
      environment: 'production',
      component: { service: 'shop', version: '1.4.0', mode: 'deploy', dependsOn: [] },
      deploy: CommandDeployerSchema.parse({
        kind: 'command',
        apply: note,
        undo: note,
        secrets: ['RUNNER_TOKEN'],
        ...(o.status ? { status: o.status } : {}),
      }),
      weight: 100,
      step: 1,
      steps: 1,
      policyDigest: 'd1',
      requestedBy: { id: 'ana', kind: 'person' },
      summary: 'deploy shop',
      ...(o.begunAt === undefined ? {} : { begunAt: o.begunAt }),
    },
  });

  test('deploys without a record, once, and answers with what it printed, masked', async () => {
    const { operateHere } = activities();
    const first = await new MockActivityEnvironment().run(operateHere, aStep());
    expect(first).toMatchObject({ outcome: 'done', stdout: '***\n' });
    await new MockActivityEnvironment().run(operateHere, aStep());
    expect(effects()).toBe(1);
  });

  test('tells where it begins before it does', async () => {
    const environment = new MockActivityEnvironment();
    let before: number | undefined;
    environment.on('heartbeat', (details: { begunAt?: string }) => {
      if (details.begunAt !== undefined) before ??= effects();
    });
    await environment.run(activities().operateHere, aStep());
    expect(before).toBe(0);
  });

  test.each([
    ['is unknown without a status', undefined, 'unknown', 0],
    ['is done where its status says so', exit(0), 'done', 0],
    ['is done now where its status says that it was not', exit(1), 'done', 1],
  ])('what may have begun on another machine %s', async (_, status, outcome, times) => {
    const step = aStep({ begunAt: 'another machine', ...(status ? { status } : {}) });
    expect(await new MockActivityEnvironment().run(activities().operateHere, step)).toMatchObject({
      outcome,
    });
    expect(effects()).toBe(times);
  });

  test('checks without a record', async () => {
    const check = CommandCheckSchema.parse({ id: 'unit', kind: 'command', run: exit(0) });
    const component = { service: 'shop', version: '1.4.0' };
    const input = {
      releaseId: 'rel_1',
      environment: 'production',
      component,
      check,
      round: 1,
      policyDigest: 'd1',
    };
    expect(await new MockActivityEnvironment().run(activities().checkHere, { input })).toMatchObject({
      outcome: 'passed',
      checkId: 'unit',
      subject: 'shop@1.4.0',
    });
  });

  test('is seen by the engine while it asks for work, and one that never did is not', async () => {
    quietRuntime();
    const { temporalAddress } = testServers();
    const connection = await Connection.connect({ address: temporalAddress });
    const native = await NativeConnection.connect({ address: temporalAddress });
    const name = `r${crypto.randomUUID().slice(0, 8)}`;
    expect(await runnerLastPolled(connection, 'default', name)).toBeUndefined();
    const taskQueue = runnerQueue(name);
    const worker = await Worker.create({ connection: native, taskQueue, activities: { ...activities() } });
    const running = worker.run();
    let seen: Date | undefined;
    while (seen === undefined) seen = await runnerLastPolled(connection, 'default', name);
    const workers = await workersLastPolled(connection, 'default', taskQueue);
    const none = await workersLastPolled(connection, 'default', `${taskQueue}-of-nobody`);
    worker.shutdown();
    await running;
    await native.close();
    await connection.close();
    expect(Math.abs(Date.now() - seen.getTime())).toBeLessThan(60_000);
    expect(workers?.getTime()).toBeGreaterThanOrEqual(seen.getTime());
    expect(none).toBeUndefined();
  });
});
