import { sql } from 'kysely';
import type { CalendarScope } from '../../../domain/calendar/model.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { addRule, type NewRule } from './change-rules.ts';
import { rulesInForce, ruleById, type RuleRecord } from './rules.ts';
import type { ChangeOrigin } from './write-rule.ts';

/**
 * Stops the line, or answers with the stop that holds for the same scope already: a second click, a form that was sent twice, or
 * two people in the same minute make one stop, and one override passes it. `isNew` says which it was.
 */
export async function stopLine(
  db: Db,
  o: ChangeOrigin & { rule: NewRule & { id: string } },
): Promise<{ record: RuleRecord; isNew: boolean }> {
  return inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('gantry/stop-the-line'))`.execute(trx);
    const { rules } = await rulesInForce(trx);
    const standing = rules.find(
      ({ stopTheLine, scope }) => stopTheLine === true && namesOf(scope) === namesOf(o.rule.scope),
    );
    const known = standing && (await ruleById(trx, standing.id));
    return known ? { record: known, isNew: false } : { record: await addRule(trx, o), isNew: true };
  });
}

const namesOf = ({ services, environments, labels }: CalendarScope): string =>
  JSON.stringify([services, environments, labels].map((names) => [...names].sort()));
