import type { Db } from '../../database/open.ts';
import { overridesOfRelease, type OverrideRecord } from '../calendar/overrides.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** What the calendar said of each stage, by which revision and zone data, and what was passed by override. */
export async function calendarSection({ db, view, entries }: DossierSource) {
  const until = view.ended?.at ?? view.updatedAt;
  const given = await overridesOfRelease(db, view.id, until);
  const overrides = await Promise.all(given.map(async (one) => ({ ...one, rule: await ruleOf(db, one) })));
  const stages = view.stages.flatMap(({ environment, calendar, proceed }) =>
    calendar || proceed ? [{ environment, proceed, ...calendar }] : [],
  );
  const shut = stages.filter(({ verdicts = [] }) => verdicts.length > 0).length;
  const needs = entries
    .filter(({ action }) => action.startsWith('dependency.'))
    .map(({ at, sentence: said, reason, releaseSeq }) => ({ at, sentence: said, reason, entry: releaseSeq }));
  return {
    summary:
      stages.length === 0
        ? 'The calendar was not asked.'
        : sentence(
            `the calendar had something to say about ${shut} of ${counted(stages.length, 'stage')}; ${counted(overrides.length, 'override')} given.`,
          ),
    ...{ stages, overrides, dependencies: needs },
  };
}

/** The freeze as it was when the override was given. */
async function ruleOf(db: Db, { freezeId, revision }: OverrideRecord): Promise<unknown> {
  const row = await db
    .selectFrom('calendar_rule_revisions')
    .select('body')
    .where('rule_id', '=', freezeId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row?.body;
}
