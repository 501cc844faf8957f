import { median, spread, type Spread } from '../statistics.ts';
import type { Block } from './measure.ts';

interface SideFigures {
  /** CPU-ms for each release, median over the blocks. */
  cpuMs: { node: number; servers: number; total: number };
  events: number;
  finishMs: Spread;
}

export interface OverheadReport {
  /** Gantry over bare; the median of the blocks. */
  cpuRatio: number;
  eventsRatio: number;
  finishRatio: number;
  spread: { cpuRatio: Spread; eventsRatio: Spread; finishRatio: Spread };
  /** Releases of each side, without those that warmed up; and in how many pairs of blocks. */
  n: number;
  blocks: number;
  gantry: SideFigures;
  bare: SideFigures;
}

interface Pair {
  gantry: Block;
  bare: Block;
}

export function reportOf(pairs: readonly Pair[]): OverheadReport {
  const ratio = (of: (block: Block) => number): Spread =>
    roundedSpread(spread(pairs.map((pair) => of(pair.gantry) / of(pair.bare))), 2);
  const cpuRatio = ratio(totalCpu);
  const eventsRatio = ratio(({ events }) => events);
  const finishRatio = ratio(({ finishMs }) => median(finishMs));
  return {
    cpuRatio: cpuRatio.median,
    eventsRatio: eventsRatio.median,
    finishRatio: finishRatio.median,
    spread: { cpuRatio, eventsRatio, finishRatio },
    n: pairs.reduce((sum, { gantry }) => sum + gantry.finishMs.length, 0),
    blocks: pairs.length,
    gantry: figuresOf(pairs.map((pair) => pair.gantry)),
    bare: figuresOf(pairs.map((pair) => pair.bare)),
  };
}

const totalCpu = ({ cpu }: Block): number => cpu.node + cpu.servers;

function figuresOf(blocks: readonly Block[]): SideFigures {
  const middle = (of: (block: Block) => number): number => round(median(blocks.map(of)), 1);
  return {
    cpuMs: {
      node: middle(({ cpu }) => cpu.node),
      servers: middle(({ cpu }) => cpu.servers),
      total: middle(totalCpu),
    },
    events: middle(({ events }) => events),
    finishMs: roundedSpread(spread(blocks.flatMap(({ finishMs }) => finishMs)), 0),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const roundedSpread = ({ min, median: middle, max }: Spread, digits: number): Spread => ({
  min: round(min, digits),
  median: round(middle, digits),
  max: round(max, digits),
});

export function inWords(report: OverheadReport): string {
  const { gantry, bare, spread: ranges } = report;
  const rows: [string, number, number, Spread][] = [
    ['CPU-ms a release', gantry.cpuMs.total, bare.cpuMs.total, ranges.cpuRatio],
    ['Events a release', gantry.events, bare.events, ranges.eventsRatio],
    ['Start to end, p50 ms', gantry.finishMs.median, bare.finishMs.median, ranges.finishRatio],
  ];
  return [
    `${report.n} releases of each side, one at a time, in ${report.blocks} pairs of blocks; ratio: median (least to most)`,
    '',
    `${''.padEnd(22)}${'Gantry'.padStart(8)}${'bare'.padStart(8)}   ratio`,
    ...rows.map(
      ([name, ours, theirs, { min, median: middle, max }]) =>
        `${name.padEnd(22)}${String(ours).padStart(8)}${String(theirs).padStart(8)}   ${middle} (${min} to ${max})`,
    ),
    '',
    `CPU-ms of worker and client: ${gantry.cpuMs.node} and ${bare.cpuMs.node}; of both servers: ${gantry.cpuMs.servers} and ${bare.cpuMs.servers}`,
    '',
  ].join('\n');
}
