import { evaluateHolds } from '../gates/holds/evaluate.ts';
import { evaluateGates } from '../gates/index.ts';
import { allAllowed, type GateRow, type GateVerdict } from '../verdict.ts';
import { gateFactsOf, type WorkedOut } from './gate-facts.ts';

/** The environment is asked for when all other gates allow, and is had at once where nobody was said to be before. */
export function gateRows(workedOut: WorkedOut): GateRow[] {
  const { facts } = workedOut;
  const ask = (granted: boolean): GateRow[] => {
    const rows = evaluateGates(gateFactsOf(workedOut, granted), [], facts.now).map(withoutSince);
    if (facts.holds.length === 0) return rows;
    const holds = facts.holds.map((hold) => ({
      by: hold.by,
      reason: hold.reason,
      at: hold.at ?? facts.now,
      kind: 'person' as const,
    }));
    return [...rows, { gate: 'hold', ...evaluateHolds(holds) }];
  };
  const rows = ask(false);
  const isOpen = allAllowed(rows.filter(({ gate }) => gate !== 'lock'));
  return isOpen && !facts.lock ? ask(true) : rows;
}

/** Since when a verdict holds is nothing that facts of one instant can tell. */
function withoutSince(verdict: GateVerdict): GateRow {
  const row: GateRow & { since?: string } = { ...verdict };
  delete row.since;
  return row;
}
