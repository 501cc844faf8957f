import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { runCli } from '../test/support/cli-io.ts';

const run = promisify(execFile);

test.each([
  [['gantry', 'de'], ['decide']],
  [['gantry', 'release', 'cre'], ['create']],
  [['gantry', '--json', 'release', 'create', 'shop', '1.4.0', '--wa'], ['--wait']],
  [['gantry', 'policy', 'a'], ['apply']],
])('bash completes %j to %j', async (words, completed) => {
  const script = (await runCli(['completion', 'bash'])).out;
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _gantry; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', `${script}\n${ask}`]);
  expect(stdout.trim().split(' ')).toEqual(completed);
});

test.each(['zsh', 'fish'])('%s gets a script that knows every command', async (shell) => {
  const { code, out } = await runCli(['completion', shell]);
  expect(code).toBe(0);
  for (const word of ['release', 'roll-back', 'sign-in', 'doctor']) expect(out).toContain(word);
});
