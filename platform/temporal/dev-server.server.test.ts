import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '../../test/support/until.ts';
import { claimPort } from '../ports.ts';
import { identityOf, isRunning } from '../process-identity.ts';
import { connectTemporal, within } from './connect.ts';
import { startDevServer } from './dev-server.ts';
import { findTemporalCli } from './find-cli.ts';
import { keepHistories } from './namespace.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { engineFile } from './version-mark.ts';

const plan = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'gantry-temporal-'));
  const port = await claimPort({ port: 0, host: '127.0.0.1', use: 'Temporal', flag: 'temporal-port' });
  const { path } = await findTemporalCli();
  return { cliPath: path, port, file: engineFile(dir), logFile: join(dir, 'temporal.log') };
};

test('a server that is killed serves again with what it knew, and a stop ends it', async () => {
  const pids: number[] = [];
  const warned: string[] = [];
  let restarted = (): void => undefined;
  const again = new Promise<void>((resolve) => (restarted = resolve));
  const server = await startDevServer({
    ...(await plan()),
    log: { warn: (_facts: unknown, message?: string) => void warned.push(message ?? '') },
    started: (pid) => {
      pids.push(pid);
      if (pids.length === 2) restarted();
    },
  });
  const temporal = { address: server.address, namespace: 'default', env: {} };
  const { connection, close } = await connectTemporal({ temporal });
  await ensureSearchAttributes(connection, 'default', ['GantryPhase']);
  await ensureSearchAttributes(connection, 'default', ['GantryPhase', 'GantryRisk']);
  const searchAttributes = { GantryRisk2: 3 }; // whole numbers
  await within(connection, 10_000, () =>
    connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes }),
  );
  await until('the attribute of another type', () =>
    connection.workflowService.countWorkflowExecutions({
      ...{ namespace: 'default', query: 'GantryRisk2 IS NULL' },
    }),
  );
  await expect(ensureSearchAttributes(connection, 'default', ['GantryRisk2'])).rejects.toMatchObject({
    code: 'SEARCH_ATTRIBUTES_MISTYPED',
    message: expect.stringContaining('(GantryRisk2: Int)'),
  });
  await keepHistories(connection, 'default', 30);

  process.kill(pids[0]!, 'SIGKILL');
  await again;
  const { config } = await within(connection, 20_000, () =>
    connection.workflowService.describeNamespace({ namespace: 'default' }),
  );
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  const { customAttributes } = await within(connection, 10_000, () =>
    connection.operatorService.listSearchAttributes({ namespace: 'default' }),
  );
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['GantryPhase', 'GantryRisk']));
  expect(warned).toContain('the Temporal server ended by itself; starting it again');

  const second = identityOf(pids[1]!)!;
  await close();
  await server.stop();
  expect(isRunning(second)).toBe(false);
});

test('a stop in the middle of a restart ends the server that was being started', async () => {
  const pids: number[] = [];
  let restarted = (): void => undefined;
  const again = new Promise<void>((resolve) => (restarted = resolve));
  const server = await startDevServer({
    ...(await plan()),
    log: { warn: () => undefined },
    started: (pid) => {
      if (pids.push(pid) === 2) restarted();
    },
  });
  process.kill(pids[0]!, 'SIGKILL');
  await again;
  const second = identityOf(pids[1]!)!;
  await server.stop();
  expect(isRunning(second)).toBe(false);
});

test('a server that cannot have its port says so with the end of its log', async () => {
  const taken = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const start = { ...(await plan()), port, log: { warn: () => undefined } };
  await expect(startDevServer(start)).rejects.toMatchObject({ code: 'TEMPORAL_START_FAILED' });
  taken.close();
  expect(readFileSync(start.logFile, 'utf8')).not.toBe('');
});

test('what the cache holds is the version that we pin', async () => {
  const { path, version } = await findTemporalCli();
  expect(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout).toContain(version);
});
