import { readFileSync } from 'node:fs';
import { treeOf } from '../process-tree.ts';

/** Linux counts process time in hundredths of a second, on every architecture that Node runs on. */
const tickMs = 10;

/** CPU time so far, in ms: of one process, and of everything below it, ended children included. */
export interface CpuTime {
  self: number;
  below: number;
}

export function cpuOf(pid: number): CpuTime {
  const own = ticks(pid);
  const below = treeOf(pid)
    .filter((child) => child !== pid)
    .map((child) => ticks(child));
  const sum = below.reduce((total, each) => total + each.self + each.ended, own.ended);
  return { self: own.self * tickMs, below: sum * tickMs };
}

function ticks(pid: number): { self: number; ended: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, so fields are counted after it: utime is the 14th of all.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { self: user + system, ended: endedUser + endedSystem };
  } catch {
    return { self: 0, ended: 0 }; // it has ended meanwhile; its parent counts it
  }
}
