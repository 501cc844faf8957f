import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { missingFiles } from './missing-files.ts';
import { openPolicy } from './read-policy.ts';

const text = `gantry: 1
organisation: { name: Acme }
people: [{ id: ana, name: Ana, email: ana@acme.test }]
environments: [{ id: staging }]
services:
  - { id: shop, pipeline: web, source: { git: ./shop } }
pipelines:
  web:
    - environment: staging
      deploy:
        kind: command
        apply: [./deploy.sh, '{{version}}']
        undo: [./undo.sh]
        status: [kubectl, get]
`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-missing-'));
});
afterAll(() => rm(dir, { recursive: true }));

const look = async (): Promise<string[]> => {
  const { reading, positions } = openPolicy(text);
  if (!reading.policy || !positions) throw new Error(JSON.stringify(reading.problems));
  return (await missingFiles(reading.policy, positions, dir)).map(
    ({ line, column, path, detail }) => `${line}:${column} ${path} ${detail}`,
  );
};

test('scripts and folders that are not there, or may not be run, are named with their places; programs of the PATH are not looked for', async () => {
  expect(await look()).toEqual([
    '6:47 services[0].source.git The folder ./shop is not here.',
    '12:17 pipelines.web[0].deploy.apply[0] ./deploy.sh is not here yet.',
    '13:16 pipelines.web[0].deploy.undo[0] ./undo.sh is not here yet.',
  ]);
  await mkdir(join(dir, 'shop'));
  await writeFile(join(dir, 'deploy.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(dir, 'undo.sh'), '#!/bin/sh\n', { mode: 0o644 });
  expect(await look()).toEqual([
    '13:16 pipelines.web[0].deploy.undo[0] ./undo.sh may not be run: try chmod +x ./undo.sh.',
  ]);
  await chmod(join(dir, 'undo.sh'), 0o755);
  expect(await look()).toEqual([]);
});
