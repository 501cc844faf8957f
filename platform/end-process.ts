import { setTimeout as wait } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

const lookEveryMs = 25;

/** Asks a process to end, and ends it after `graceMs`. Returns once it is gone; a stranger with its pid is left alone. */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isRunning(target)) return;
  send(target.pid, 'SIGTERM');
  const limit = Date.now() + graceMs;
  while (isRunning(target)) {
    if (Date.now() > limit) send(target.pid, 'SIGKILL');
    await wait(lookEveryMs);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
