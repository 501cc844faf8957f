import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { explainConfig, readConfig, urlHost } from './config.ts';
import { GantryError } from './errors.ts';

const problemsOf = (env: Record<string, string>, flags = {}) => {
  try {
    readConfig(env, flags);
  } catch (error) {
    if (error instanceof GantryError) return error;
  }
  throw new Error('The configuration was accepted.');
};

describe('configuration', () => {
  test('an empty environment gives a loopback server with its data beside the policy file', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8640,
      publicUrl: 'http://127.0.0.1:8640',
      cachedWorkflows: 100,
      logLevel: 'info',
    });
    expect(config.dataDir).toBe(resolve('.gantry'));
    expect(config).not.toHaveProperty('databaseUrl');
  });

  test('a flag beats a variable, a variable beats the file it could have named', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gantry-config-')), 'port');
    writeFileSync(file, '9003\n');
    expect(readConfig({ GANTRY_PORT_FILE: file }).port).toBe(9003);
    expect(readConfig({ GANTRY_PORT: '9002', GANTRY_PORT_FILE: file }).port).toBe(9002);
    expect(readConfig({ GANTRY_PORT: '9002', GANTRY_PORT_FILE: file }, { port: '9001' }).port).toBe(9001);
  });

  test('the data folder lies beside a policy file named elsewhere', () => {
    expect(readConfig({ GANTRY_POLICY: '/srv/shop/gantry.yaml' }).dataDir).toBe('/srv/shop/.gantry');
  });

  test('all mistakes are reported at once, by variable and without the value', () => {
    const error = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      GANTRY_PORT: '99999',
      GANTRY_SECRET: 'short-one',
    });
    expect(error.code).toBe('CONFIGURATION_INVALID');
    expect(error.problem.errors?.map(({ pointer }) => pointer)).toEqual([
      'DATABASE_URL',
      'GANTRY_PORT',
      'GANTRY_SECRET',
    ]);
    expect(JSON.stringify(error.problem)).not.toMatch(/hunter2|99999|short-one/);
  });

  test('a file that cannot be read is named by its variable', () => {
    const error = problemsOf({ GANTRY_SECRET_FILE: '/nowhere/at/all' });
    expect(error.problem.errors?.[0]).toMatchObject({ pointer: 'GANTRY_SECRET_FILE' });
    expect(error.problem.errors?.[0]?.detail).toContain('ENOENT');
  });

  test.each([
    ['10.0.0.5:9090, prom.internal:80', ['10.0.0.5:9090', 'prom.internal:80']],
    ['[::1]:9090', ['[::1]:9090']],
  ])('the allow list %s is read', (text, list) => {
    expect(readConfig({ GANTRY_OUTGOING_ALLOW: text }).outgoingAllow).toEqual(list);
  });

  test.each([
    ['10', 10],
    ['100000', 100_000],
  ])('%s workflows may be cached', (text, cached) => {
    expect(readConfig({ GANTRY_CACHED_WORKFLOWS: text }).cachedWorkflows).toBe(cached);
  });

  test.each(['0', '9', '100001', '1e3', 'all'])('%s cached workflows are refused', (text) => {
    expect(problemsOf({ GANTRY_CACHED_WORKFLOWS: text }).problem.detail).toContain('from 10 to 100000');
  });

  test('an allow list without a port is refused', () => {
    expect(problemsOf({ GANTRY_OUTGOING_ALLOW: 'prom.internal' }).problem.detail).toContain('host:port');
  });

  test('a database on a socket of this machine is an address, too', () => {
    const url = 'postgresql://gantry@/postgres?host=%2Frun%2Fpostgresql';
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  test('the public address loses its slash, so that links can be put behind it', () => {
    expect(readConfig({ PUBLIC_URL: 'https://gantry.acme.test/' }).publicUrl).toBe(
      'https://gantry.acme.test',
    );
  });

  test('the clock of workflows cannot be moved unless somebody allows it', () => {
    expect(readConfig({}).timeSkipping).toBe(false);
    expect(readConfig({ GANTRY_TIME_SKIPPING: 'allow' }).timeSkipping).toBe(true);
    expect(problemsOf({ GANTRY_TIME_SKIPPING: 'yes' }).code).toBe('CONFIGURATION_INVALID');
  });

  test.each([
    ['DATABASE_URL', 'postgres://gantry@db/gantry'],
    ['TEMPORAL_ADDRESS', 'temporal:7233'],
    ['SMTP_URL', 'smtp://mail.acme.test'],
    ['GANTRY_HOST', '0.0.0.0'],
    ['PUBLIC_URL', 'https://gantry.acme.test'],
  ])('the clock of workflows is not moved beside %s, which reaches beyond this machine', (name, value) => {
    const { problem } = problemsOf({ GANTRY_TIME_SKIPPING: 'allow', [name]: value });
    expect(problem.errors).toMatchObject([{ pointer: 'GANTRY_TIME_SKIPPING' }]);
    expect(problem.detail).toContain(`but ${name} reaches beyond it`);
    expect(() => readConfig({ [name]: value })).not.toThrow();
  });

  test('an API key from a file reaches the variables that the engine reads', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gantry-config-')), 'key');
    writeFileSync(file, 'k-123\n');
    const { temporal } = readConfig({ TEMPORAL_API_KEY_FILE: file, TEMPORAL_ADDRESS: 'eu.tmprl.test:7233' });
    expect(temporal.env).toMatchObject({ TEMPORAL_API_KEY: 'k-123' });
    expect(temporal.address).toBe('eu.tmprl.test:7233');
  });
});

describe('the explanation', () => {
  test('says where each value comes from and hides secrets', () => {
    const lines = explainConfig(
      { DATABASE_URL: 'postgres://u:hunter2@db/x', GANTRY_PORT: '9000' },
      { 'ui-port': '9001' },
    );
    const line = (name: string) => lines.find((candidate) => candidate.name === name);
    expect(line('DATABASE_URL')).toMatchObject({ value: '(set)', source: 'DATABASE_URL' });
    expect(line('GANTRY_PORT')).toMatchObject({ value: '9000', source: 'GANTRY_PORT' });
    expect(line('GANTRY_UI_PORT')).toMatchObject({ value: '9001', source: '--ui-port' });
    expect(line('GANTRY_HOST')).toMatchObject({ value: '127.0.0.1', source: 'default' });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('explains a configuration that does not start', () => {
    const line = explainConfig({ GANTRY_PORT: 'eighty' }).find(({ name }) => name === 'GANTRY_PORT');
    expect(line?.value).toContain('whole number');
    expect(line?.value).not.toContain('eighty');
  });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '[::1]'],
  ['0.0.0.0', 'localhost'],
])('the host %s stands in an address as %s', (host, expected) => {
  expect(urlHost(host)).toBe(expected);
});
