import { readFileSync } from 'node:fs';
import { treeOf } from './process-tree.ts';

/** What one process weighs, in whole megabytes (10^6 bytes). */
export interface ProcessMemory {
  pid: number;
  command: string;
  rssMb: number;
  /** Pages shared with others counted in part: the fair share, which can be summed. */
  pssMb: number;
}

/** A process and all below it, from /proc: Linux only. */
export const memoryOfTree = (root: number): ProcessMemory[] => treeOf(root).map(memoryOf);

function memoryOf(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (field: string): number =>
    Math.round((Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e6);
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 60);
  return { pid, command, rssMb: megabytes('Rss'), pssMb: megabytes('Pss') };
}
