import type { CalendarRule } from '../../../domain/calendar/model.ts';
import { ruleTitle } from '../../../domain/calendar/rule-words.ts';
import type { Db } from '../../database/open.ts';
import { appendEvents } from '../append.ts';
import { personNames } from '../person-names.ts';
import type { ChangeOrigin } from './write-rule.ts';

/** Overrides that are neither revoked nor void; whether they have run out is a question of the instant. */
const standing = (db: Db, freezeId: string) =>
  db
    .selectFrom('overrides')
    .select(['id', 'release_id', 'environment', 'by_id'])
    .where('freeze_id', '=', freezeId)
    .where('revoked_at', 'is', null)
    .where('voided_at', 'is', null);

/** Ends all overrides of a freeze that became longer or harder; each release is told in its own log. */
export async function voidOverrides(trx: Db, freeze: CalendarRule, origin: ChangeOrigin): Promise<void> {
  const because = `${ruleTitle(freeze)} became longer or stricter (revision ${freeze.revision}).`;
  const rows = await standing(trx, freeze.id).where('expires_at', '>', new Date(origin.at)).execute();
  if (rows.length === 0) return;
  await trx
    .updateTable('overrides')
    .set({ voided_at: origin.at, voided_because: because })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const nameOf = await personNames(trx);
  for (const row of rows)
    await appendEvents(trx, row.release_id, [
      {
        key: `override/${row.id}/voided`,
        at: origin.at,
        actor: origin.by,
        action: 'override.voided',
        object: ruleTitle(freeze),
        sentence: `The override by ${nameOf(row.by_id)} for ${row.environment} counts no more: ${because}`,
        facts: { overrideId: row.id, freezeId: freeze.id, revision: freeze.revision },
      },
    ]);
}

/** Lets the overrides of the revision before stand for this one, too. */
export async function carryOverrides(trx: Db, freeze: CalendarRule, at: string): Promise<void> {
  await trx
    .updateTable('overrides')
    .set({ revision: freeze.revision })
    .where('freeze_id', '=', freeze.id)
    .where('revision', '=', freeze.revision - 1)
    .where('revoked_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', new Date(at))
    .execute();
}
