import { readdirSync, readFileSync } from 'node:fs';

/** What one process weighs, in whole megabytes (10^6 bytes). */
export interface ProcessMemory {
  pid: number;
  command: string;
  rssMb: number;
  /** Pages shared with others counted in part: the fair share, which can be summed. */
  pssMb: number;
}

/** A process and all below it, from /proc: Linux only. */
export function memoryOfTree(root: number): ProcessMemory[] {
  const parents = new Map(allPids().map((pid) => [pid, parentOf(pid)]));
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree.map(memoryOf);
}

const allPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function memoryOf(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (field: string): number =>
    Math.round((Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e6);
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 60);
  return { pid, command, rssMb: megabytes('Rss'), pssMb: megabytes('Pss') };
}
