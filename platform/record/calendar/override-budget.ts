import { sql } from 'kysely';
import {
  budgetSince,
  overrideBudget,
  type OverrideBudget,
} from '../../../domain/calendar/override-budget.ts';
import type { Db } from '../../database/open.ts';
import { personNames } from '../person-names.ts';
import { overridesGivenSince } from './overrides.ts';

/** What is left of a budget. Asked in a transaction, nobody else takes of it until that has ended; ask before anything is locked. */
export async function budgetLeft(db: Db, o: { team: string; now: string }): Promise<OverrideBudget> {
  if (db.isTransaction)
    await sql`select pg_advisory_xact_lock(hashtext(${`gantry/override-budget/${o.team}`}))`.execute(db);
  const given = await overridesGivenSince(db, { since: budgetSince(o.now), ...o });
  return overrideBudget({ ...o, given, nameOf: await personNames(db) });
}
