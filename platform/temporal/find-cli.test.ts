import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { GantryError } from '../errors.ts';
import { pinnedCliVersion } from './cli-pin.ts';
import { refuseOtherChecksum, type CliSource } from './fetch-cli.ts';
import { findTemporalCli } from './find-cli.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'gantry-cli-'));

function program(path: string, version: string): string {
  writeFileSync(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`);
  chmodSync(path, 0o755);
  return path;
}

const broken = (name: string): CliSource => ({
  name,
  fetch: async () => {
    throw new Error(`progress\n${name} is out of reach`);
  },
});

const working: CliSource = {
  name: 'shelf',
  fetch: async (version, into) => program(join(into, 'raw'), version),
};

const nothing = () => ({ searchPath: '/nowhere', cacheDir: folder() });

async function failure(search: Parameters<typeof findTemporalCli>[0]): Promise<GantryError> {
  const outcome = await findTemporalCli(search).catch((error: unknown) => error);
  if (outcome instanceof GantryError) return outcome;
  throw new Error(`It found ${JSON.stringify(outcome)}.`);
}

test('when nothing has it, every place that was tried is named with its trouble', async () => {
  const error = await failure({ ...nothing(), sources: [broken('mirror'), broken('wheel')] });
  expect(error.code).toBe('TEMPORAL_CLI_MISSING');
  expect(error.problem.detail).toMatch(
    /PATH \(none there\).*cache \(.*bin\/temporal is not there\).*mirror \(mirror is out of reach\).*wheel/,
  );
  expect(error.problem.remedy).toMatch(/TEMPORAL_CLI_PATH.*TEMPORAL_ADDRESS/);
});

test('a path that was given is the only candidate', async () => {
  const given = program(join(folder(), 'mine'), '1.2.3');
  expect(await findTemporalCli({ cliPath: given })).toEqual({ path: given, version: '1.2.3' });
  const error = await failure({ cliPath: '/nowhere/temporal', sources: [working] });
  expect(error.problem.detail).toContain('TEMPORAL_CLI_PATH /nowhere/temporal (no such program)');
});

test('another version on the PATH is passed by and named', async () => {
  const searchPath = folder();
  program(join(searchPath, 'temporal'), '0.9.0');
  const error = await failure({ searchPath: `${searchPath}:/bin`, cacheDir: folder(), sources: [] });
  expect(error.problem.detail).toContain('PATH (it has version 0.9.0)');
});

test('the right version on the PATH is used', async () => {
  const searchPath = folder();
  program(join(searchPath, 'temporal'), pinnedCliVersion);
  expect(await findTemporalCli({ searchPath: `${searchPath}:/bin`, sources: [] })).toMatchObject({
    version: pinnedCliVersion,
  });
});

test('what was fetched once is found in the cache the next time', async () => {
  const place = nothing();
  const said: string[] = [];
  const first = await findTemporalCli({
    ...place,
    sources: [broken('mirror'), working],
    say: (line) => said.push(line),
  });
  expect(said).toHaveLength(2);
  expect(await findTemporalCli({ ...place, sources: [] })).toEqual(first);
});

test('a fetch that fails leaves nothing behind that a later start would use', async () => {
  const place = nothing();
  const half: CliSource = { name: 'half', fetch: async (_version, into) => join(into, 'never-written') };
  await failure({ ...place, sources: [half] });
  expect(readdirSync(place.cacheDir)).toEqual([]);
});

test('an engine file of another version gets the version that wrote it', async () => {
  const place = nothing();
  mkdirSync(join(place.cacheDir, 'temporal-1.8.0/bin'), { recursive: true });
  const kept = program(join(place.cacheDir, 'temporal-1.8.0/bin/temporal'), '1.8.0');
  expect(await findTemporalCli({ ...place, version: '1.8.0', sources: [] })).toEqual({
    path: kept,
    version: '1.8.0',
  });
});

test('an executable with another checksum is refused', async () => {
  const path = program(join(folder(), 'temporal'), pinnedCliVersion);
  await expect(refuseOtherChecksum(path, '0'.repeat(64))).rejects.toThrow(
    /has the checksum [0-9a-f]{64}, expected 0{64}/,
  );
  await expect(refuseOtherChecksum(path, undefined)).resolves.toBeUndefined();
});
