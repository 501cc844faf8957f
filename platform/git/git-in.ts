import { join } from 'node:path';
import { simpleGit, type SimpleGit } from 'simple-git';

const SILENCE_LIMIT_MS = 120_000;

/** What Git may know of this machine: nothing of it, unless `extra` says so. GIT_* of our own surroundings is never handed on. */
export function gitIn(folder: string, extra: Record<string, string>): SimpleGit {
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? folder,
    LC_ALL: 'C.UTF-8',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh:git',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...extra,
  };
  return simpleGit({
    baseDir: folder,
    trimmed: false,
    allowEnvironment: Object.keys(environment).filter((name) => name.startsWith('GIT_')),
    config: ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0'],
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeTemplateDir: true,
    },
    timeout: { block: SILENCE_LIMIT_MS },
  }).env(environment);
}

/** Fetching may use the credentials that the worker's own user has set up: helper, proxy, ssh agent. */
export function userConfiguration(): Record<string, string> {
  const home = process.env['HOME'];
  const agent = process.env['SSH_AUTH_SOCK'];
  return {
    ...(home === undefined ? {} : { GIT_CONFIG_GLOBAL: join(home, '.gitconfig') }),
    ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
  };
}
