import { expect, test } from '@jest/globals';
import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cannotMake } from './new-file.ts';

async function failureToMake(file: string): Promise<unknown> {
  return open(file, 'wx').then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

test('a file that exists is said to exist, and another name is asked for', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'new-file-')), 'audit.jsonl');
  await (await open(file, 'wx')).close();
  const { problem } = cannotMake(file, await failureToMake(file));
  expect(problem.detail).toContain(`${file} exists already`);
  expect(problem.remedy).toContain('another name');
});

test('any other failure keeps its cause', async () => {
  const { problem } = cannotMake('/nowhere/audit.jsonl', await failureToMake('/nowhere/audit.jsonl'));
  expect(problem.detail).toContain('ENOENT');
});
