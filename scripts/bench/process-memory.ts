import { readFileSync } from 'node:fs';
import { treeOf } from './process-tree.ts';

/** What one process weighs, in whole megabytes (10^6 bytes) and in KiB. */
export interface ProcessMemory {
  pid: number;
  command: string;
  rssMb: number;
  rssKib: number;
  /** Pages shared with others counted in part: the fair share, which can be summed. */
  pssMb: number;
  pssKib: number;
}

/** A process and all below it, from /proc: Linux only. */
export const memoryOfTree = (root: number): ProcessMemory[] => treeOf(root).flatMap(memoryOf);

function memoryOf(pid: number): ProcessMemory[] {
  const rollup = readOf(pid);
  if (rollup === undefined) return [];
  const kibOf = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]);
  const [rssKib, pssKib] = [kibOf('Rss'), kibOf('Pss')];
  const megabytes = (kib: number): number => Math.round((kib * 1024) / 1e6);
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 60);
  return [{ pid, command, rssMb: megabytes(rssKib), rssKib, pssMb: megabytes(pssKib), pssKib }];
}

function readOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  } catch {
    return undefined; // it has ended meanwhile
  }
}
