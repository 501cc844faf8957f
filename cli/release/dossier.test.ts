import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../../test/support/cli-against-stub.ts';
import { aRelease } from '../../test/support/release-view.ts';

const { against } = cliAgainstStub();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-dossier-'));
});
afterEach(() => rm(folder, { recursive: true }));

const release = { ...aRelease(), title: 'shop 1.4.0', word: 'succeeded', summary: 'shop 1.4.0 <has> ended.' };
const dossier = {
  sha256: 'a'.repeat(64),
  document: { schema: 'gantry/dossier', v: 1, zone: 'UTC', people: [], release },
};
const answers = { 'GET /v1/releases/rel_1/dossier': { body: dossier } };
const run = (...flags: string[]) =>
  against(answers, ['release', 'dossier', 'rel_1', ...flags], { cwd: folder });

test('prints what each section says, and the whole document as JSON', async () => {
  const short = await run();
  expect([short.code, short.out]).toEqual([0, 'shop 1.4.0 <has> ended.\n']);
  expect(short.err).toContain(dossier.sha256);
  expect(JSON.parse((await run('--json')).out)).toEqual(dossier);
});

test('writes a file that needs nothing else, and never over an earlier one', async () => {
  expect((await run('--html', 'dossier.html')).code).toBe(0);
  const file = await readFile(join(folder, 'dossier.html'), 'utf8');
  expect(file).toContain('shop 1.4.0 &lt;has&gt; ended.');
  expect(file).not.toContain('<link');
  const again = await run('--html', 'dossier.html');
  expect(again.code).toBe(2);
  expect(again.err).toContain('exists already');
});
