import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deployByHand } from '../../scripts/demo/processes.ts';
import { repeatedEffects } from '../../scripts/demo/report.ts';
import { setStage, type DemoStage } from '../../scripts/demo/stage.ts';

const run = promisify(execFile);
let stage: DemoStage;

beforeEach(async () => {
  stage = await setStage({ withPrometheus: false });
});
afterEach(async () => {
  for (const service of ['payments', 'shop']) await deployByHand(stage, service, '--stop-all');
  await rm(stage.home, { recursive: true, force: true });
});

const environment = (operation: string) => ({
  PATH: process.env['PATH'],
  SHOP_HOME: stage.home,
  GANTRY_OPERATION_ID: operation,
});

const deploy = async (operation: string, ...args: string[]): Promise<string> =>
  (await run(stage.deployScript, args, { env: environment(operation) })).stdout.trim();

const exitCodeOf = (operation: string, ...args: string[]): Promise<number> =>
  deploy(operation, ...args).then(
    () => 0,
    (error: { code: number }) => error.code,
  );

const shop = async (path: string) => fetch(`http://127.0.0.1:${stage.ports.production}${path}`);
const versions = async (count: number): Promise<Record<string, number>> => {
  const seen: Record<string, number> = {};
  for (let number = 0; number < count; number += 1) {
    const version = (await shop('/')).headers.get('x-version') ?? 'none';
    seen[version] = (seen[version] ?? 0) + 1;
  }
  return seen;
};
const ledger = async (): Promise<{ operation: string; effect: string; version: string }[]> =>
  (await readFile(stage.ledgerFile, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the deployer of the sample shop', () => {
  test('gives a new version exactly its share of the traffic', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    await deploy('b', 'production', '1.4.0', '10');
    expect(await versions(20)).toEqual({ '1.3.0': 18, '1.4.0': 2 });
  });

  test('does an operation once, however often it is called', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    await deploy('b', 'production', '1.4.0', '10');
    await deploy('c', '--undo', 'production', '1.4.0', '1.3.0');
    expect(await deploy('b', 'production', '1.4.0', '10')).toContain('was done before');
    expect(await deploy('again', '--probe', 'production')).toBe('1.3.0');
    expect(await repeatedEffects(stage.ledgerFile)).toEqual([]);
  });

  test('two calls of one operation at the same time have one effect', async () => {
    await Promise.all([deploy('a', 'production', '1.3.0', '100'), deploy('a', 'production', '1.3.0', '100')]);
    expect((await ledger()).map(({ effect, version }) => `${effect} ${version}`)).toEqual([
      'start 1.3.0',
      'route 1.3.0',
    ]);
  });

  test('a call that is killed half-way is finished by the next, and nothing was started twice', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    const child = spawn(stage.deployScript, ['production', '1.4.0', '50'], { env: environment('b') });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await exitCodeOf('b', '--status')).toBe(1);
    await deploy('b', 'production', '1.4.0', '50');
    expect(await exitCodeOf('b', '--status')).toBe(0);
    expect((await ledger()).filter(({ operation }) => operation === 'b').map(({ effect }) => effect)).toEqual(
      ['start', 'route'],
    );
  });

  test('undoing what never happened is harmless', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    expect(await exitCodeOf('b', '--undo', 'production', '1.4.0', '1.3.0')).toBe(0);
    expect(await versions(5)).toEqual({ '1.3.0': 5 });
  });

  test('undoing a first deployment leaves nothing behind', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    await deploy('b', '--undo', 'production', '1.3.0', 'none');
    expect((await shop('/')).status).toBe(503);
    expect(await deploy('c', '--probe', 'production')).toBe('none');
  });

  test('a version that does not exist changes nothing and fails', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    expect(await exitCodeOf('b', 'production', '9.9.9', '10')).toBe(1);
    expect(await versions(5)).toEqual({ '1.3.0': 5 });
  });

  test('a version that closes a kept connection just as it is used again costs no customer an error', async () => {
    await deploy('a', 'production', '1.3.0', '100');
    const used = new Set<Socket>();
    const version = createServer(({ socket }, response) => {
      if (used.has(socket)) return void socket.destroy();
      used.add(socket);
      response.end();
    });
    version.listen(0, '127.0.0.1');
    await once(version, 'listening');
    try {
      const { port } = version.address() as AddressInfo;
      const route = {
        operation: 'b',
        version: '1.4.0',
        backends: { '1.4.0': { port, weight: 100 } },
      };
      const router = `http://127.0.0.1:${stage.ports.production}/router/route`;
      expect((await fetch(router, { method: 'PUT', body: JSON.stringify(route) })).status).toBe(200);
      expect(await versions(6)).toEqual({ '1.4.0': 6 });
      const metrics = await (await shop('/metrics.json?version=1.4.0')).json();
      expect(metrics).toMatchObject({ requests: 6, errors: 0 });
    } finally {
      version.closeAllConnections();
      version.close();
    }
  });

  test('only large carts show what is wrong with 1.5.0', async () => {
    await deployByHand(stage, 'payments', 'production', '2.0.0', '100');
    await deploy('a', 'production', '1.5.0', '100');
    expect((await shop('/checkout?articles=tea,mug,tea,mug')).status).toBe(200);
    expect((await shop('/checkout?articles=tea,mug,tea,mug,tea')).status).toBe(500);
    const metrics = await (await shop('/metrics.json?version=1.5.0')).json();
    expect(metrics).toMatchObject({ requests: 2, errors: 1, errorRate: 0.5 });
    expect(await (await shop('/metrics')).text()).toContain(
      'http_requests_total{service="shop",environment="production",version="1.5.0",code="500"} 1',
    );
  });
});
