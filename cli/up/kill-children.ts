import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalGroup } from '../../platform/process-identity.ts';

/** Ends the servers of a data folder at once; both recover what they had acknowledged at their next start. */
export function killChildren(dataDir: string): void {
  for (const pid of [temporalPid(dataDir), postgresPid(dataDir)])
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
}

const temporalPid = (dataDir: string): number | undefined =>
  whole(() => {
    const { children } = JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')) as {
      children: Partial<Record<string, { pid: number }>>;
    };
    return children['temporal']?.pid;
  });

/** PostgreSQL keeps its own: the first line of postmaster.pid. */
const postgresPid = (dataDir: string): number | undefined =>
  whole(() => Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]));

function whole(read: () => number | undefined): number | undefined {
  try {
    const pid = read();
    return pid !== undefined && Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined; // it does not run
  }
}
