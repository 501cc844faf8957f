import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as it can be found again: pids are reused, so its start belongs to its name. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** The identity of a running process; undefined where there is none (any more). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether exactly this process still runs: not merely one with its pid. */
export const isRunning = (identity: ProcessIdentity): boolean =>
  identityOf(identity.pid)?.startedAt === identity.startedAt;

/** Sends a signal to a whole process group; one that is gone is no problem. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether any process of the group still lives; its leader may be long gone. */
export function groupExists(leader: number): boolean {
  if (process.platform === 'linux') return groupOnLinux(leader);
  try {
    process.kill(-leader, 0);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

/**
 * Ends every process of ours that inherited exactly this variable, `NAME=value`, however far it has gone from the group in which it
 * began. Only Linux shows what others inherited; elsewhere it finds nobody. A process that hides its environment stays.
 */
export function endHeirsOf(variable: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one) && one !== String(process.pid))) {
    if (!inherited(name).includes(variable)) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** What a process was started with; nothing of one that is gone or belongs to somebody else. */
function inherited(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * Whether this process still leads a living group, or left one behind. As long as a group lives its number is not given
 * away, so another process under that number means that the group is gone.
 */
export function leadsGroup(leader: ProcessIdentity): boolean {
  const now = identityOf(leader.pid);
  if (now !== undefined) return now.startedAt === leader.startedAt;
  return (
    bootOf(leader.startedAt) === bootOf(identityOf(process.pid)?.startedAt ?? '') && groupExists(leader.pid)
  );
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ESRCH';

const bootOf = (startedAt: string): string =>
  startedAt.includes('/') ? (startedAt.split('/')[0] ?? '') : '';

function startOnLinux(pid: number): string | undefined {
  const fields = statOf(String(pid));
  if (!fields || isDead(fields)) return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${fields[19] ?? ''}`;
}

// kill(-group, 0) would also find dead ones that nobody has collected yet, for ever where process 1 collects none
function groupOnLinux(leader: number): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((name) => {
      const fields = statOf(name);
      return fields !== undefined && !isDead(fields) && fields[2] === String(leader);
    });
}

/** Fields from the third on (state, parent, group, …): the name before them may hold spaces and parentheses itself. */
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

const isDead = (fields: readonly string[]): boolean => fields[0] === 'Z' || fields[0] === 'X';

function startElsewhere(pid: number): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    return output.trim() || undefined;
  } catch {
    return undefined;
  }
}
