import { isQuarantined } from '../../../domain/gates/quarantine/evaluate.ts';
import type { Db } from '../../database/open.ts';
import { whatRuns, type RunningRow } from '../running.ts';
import { standingQuarantines } from './quarantines.ts';

/** What runs at one place, and the quarantine that stands on it. */
export interface BannedRow extends RunningRow {
  quarantine?: { id: string; by: string; reason: string; at: string };
}

/** All places, as {@link whatRuns} has them, each with the ban on what runs there. */
export async function whatRunsBanned(db: Db): Promise<BannedRow[]> {
  const [rows, quarantines] = await Promise.all([whatRuns(db), standingQuarantines(db)]);
  return rows.map((row) => {
    const found = quarantines.find((one) => isQuarantined(one, row));
    if (!found) return row;
    const { id, by, reason, at } = found;
    return { ...row, quarantine: { id, by, reason, at } };
  });
}
