import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ledgerFile } from './places.js';

// One line for each thing that was really done, written by the process that did it. Two lines with the same operation
// and effect would mean that something ran twice.

export function recordEffect(line) {
  mkdirSync(dirname(ledgerFile), { recursive: true });
  appendFileSync(ledgerFile, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}

export function readLedger() {
  try {
    const lines = readFileSync(ledgerFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether traffic was already routed for this operation: its last effect, so the whole of it is done. */
export const isDone = (operation) =>
  readLedger().some((line) => line.operation === operation && line.effect === 'route');
