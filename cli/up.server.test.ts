import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { isRunning } from '../platform/process-identity.ts';
import { builtGantry } from '../test/support/built-gantry.ts';
import { until } from '../test/support/until.ts';
import { gantryUp, type GantryUp } from '../test/support/gantry-up.ts';

jest.setTimeout(120_000);

let main: string;
const started: GantryUp[] = [];
const folder = () => mkdtempSync(join(tmpdir(), 'gantry-up-'));

beforeAll(async () => {
  main = await builtGantry();
});

function up(dir: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): GantryUp {
  const running = gantryUp(main, dir, flags, env);
  started.push(running);
  return running;
}

const readJson = (dir: string, file: string) => JSON.parse(readFileSync(join(dir, '.gantry', file), 'utf8'));

async function readiness(dir: string): Promise<unknown> {
  return (await fetch(`${readJson(dir, 'cli.json').url}/ready`)).json();
}

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await ended;
  }
});

test('everything starts, a second start on the same folder names the first, and SIGTERM leaves nothing running', async () => {
  const dir = folder();
  const first = up(dir);
  await first.ready;
  expect(await readiness(dir)).toMatchObject({ status: 'up' });
  expect(first.said()).toMatch(/Sign in +http:\/\/127\.0\.0\.1:\d+\/sign-in\/[\w-]{43}/);
  expect(first.said()).toContain('gantry init');
  expect(statSync(join(dir, '.gantry/cli.json')).mode & 0o777).toBe(0o600);

  const second = up(dir);
  expect(await second.ended).toBe(7);
  expect(second.said()).toContain(`belongs to process ${first.child.pid}`);

  const { temporal } = readJson(dir, 'lock.json').children;
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(isRunning(temporal)).toBe(false);
  expect(readdirSync(join(dir, '.gantry'))).not.toContain('lock.json');
});

test('the first Ctrl-C while it starts says what it does, a second one ends all at once, and the next start goes on', async () => {
  const dir = folder();
  const first = up(dir);
  await until('the start of the servers', () => first.said().includes('Starting PostgreSQL and Temporal'));
  first.child.kill('SIGINT');
  await until('the answer to Ctrl-C', () => first.said().includes('It stops as soon as it has started'));
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(130);
  expect(first.said()).toContain('Stopping at once.');

  const second = up(dir);
  await second.ready;
  const { temporal } = readJson(dir, 'lock.json').children;
  second.child.kill('SIGINT');
  await until('the words of the stop', () => second.said().includes('Stopping: requests'));
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(130);
  expect(isRunning(temporal)).toBe(false);

  const third = up(dir);
  await third.ready;
  expect(await readiness(dir)).toMatchObject({ status: 'up' });
  third.child.kill('SIGINT');
  expect(await third.ended).toBe(0);
  expect(third.said()).toContain('Stopped.');
});

test('after a kill -9 the next start ends what was left, goes on, and keeps the token of the command line', async () => {
  const dir = folder();
  const first = up(dir);
  await first.ready;
  const { token } = readJson(dir, 'cli.json');
  const { temporal } = readJson(dir, 'lock.json').children;
  first.child.kill('SIGKILL');
  await first.ended;
  expect(isRunning(temporal)).toBe(true);

  const second = up(dir);
  await second.ready;
  expect(isRunning(temporal)).toBe(false);
  expect(await readiness(dir)).toMatchObject({ status: 'up' });
  expect(readJson(dir, 'cli.json').token).toBe(token);
});

test('a policy with mistakes is told loudly with their places, and whoever mends it goes on as the first administrator in it', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'gantry.yaml'), 'gantry: 1\nsurprise: true\n');
  const running = up(dir);
  await running.ready;
  expect(running.said()).toContain('POLICY NOT APPLIED');
  expect(running.said()).toMatch(/gantry\.yaml:2:1 surprise POLICY_FIELD_UNKNOWN/);

  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const { url, token } = readJson(dir, 'cli.json') as { url: string; token: string };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return (await fetch(`${url}${path}`, { ...init, headers })).json() as Promise<Record<string, unknown>>;
  };
  const ana = { id: 'ana', name: 'Ana', email: 'ana@acme.test', access: ['admin', 'viewer'] };
  const text = JSON.stringify({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'UTC' },
    people: [ana],
    environments: [{ id: 'live' }],
    services: [{ id: 'shop', pipeline: 'main' }],
    pipelines: {
      main: [{ environment: 'live', deploy: { kind: 'command', apply: ['true'], undo: ['true'] } }],
    },
  });
  expect(await call('/v1/policy', { method: 'POST', body: JSON.stringify({ text }) })).toMatchObject({
    changed: true,
    actsAs: 'ana',
  });
  expect(await call('/v1/me')).toMatchObject({ person: { id: 'ana' } });
});

test('a taken port stops the start with the flag that chooses another', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const running = up(folder(), ['--port', String(port)]);
  expect(await running.ended).not.toBe(0);
  taken.close();
  expect(running.said()).toMatch(new RegExp(`PORT_IN_USE: Port ${port} .*--port NUMBER`, 's'));
});

test('a Temporal CLI that is not there stops the start with the place that was tried, and nothing stays', async () => {
  const dir = folder();
  const running = up(dir, [], { TEMPORAL_CLI_PATH: '/nowhere/temporal' });
  expect(await running.ended).not.toBe(0);
  expect(running.said()).toMatch(
    /TEMPORAL_CLI_MISSING.*TEMPORAL_CLI_PATH \/nowhere\/temporal \(no such program\)/s,
  );
  expect(readdirSync(join(dir, '.gantry'))).not.toContain('lock.json');
});
