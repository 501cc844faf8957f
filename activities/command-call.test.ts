import { expect, test } from '@jest/globals';
import type { CommandOutput } from '../platform/command/run-command.ts';
import { describeEnd } from './command-call.ts';

const failed = (stderr: string, stdout = ''): CommandOutput => ({
  how: 'exited',
  exitCode: 1,
  workFolder: '/work',
  startedAt: '2026-06-01T10:00:00.000Z',
  endedAt: '2026-06-01T10:00:01.000Z',
  stdout,
  stderr,
});

test.each([
  ['the last line that it said on standard error', 'first\nno such table\n\n', 'built', 'no such table'],
  ['its last output where standard error is empty', '', 'one\ntwo\n', 'two'],
  [
    'what it said before the notices of npm',
    'no such table\nnpm notice\nnpm notice New version\n',
    '',
    'no such table',
  ],
  ['its output where standard error has only notices', 'npm notice New version\n', 'two', 'two'],
])('the end of a command is told with %s', (_, stderr, stdout, said) => {
  expect(describeEnd(failed(stderr, stdout), 'make', 1_000)).toBe(`make ended with exit code 1: ${said}`);
});
