import type { Kysely } from 'kysely';
import { remindersAt } from '../../domain/calendar/task-reminders.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Database } from '../../platform/database/schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { absencesAt } from '../../platform/record/absences.ts';
import { policyByDigest } from '../../platform/record/policies.ts';
import type { Activities } from '../contract.ts';
import type { TaskReminders, TaskRemindersInput } from '../contract-tasks.ts';

/** Reads who is away and in which zones people live, and computes who is to be reminded of their tasks (semantics §9). */
export function createPlanTaskReminders(db: Kysely<Database>): Activities['planTaskReminders'] {
  return async (input) => {
    const stored = await policyByDigest(db, input.policyDigest);
    if (!stored) throw new GantryError('POLICY_NONE');
    const absences = await absencesAt(db, input.now);
    return planTaskReminders(
      input,
      stored.policy,
      absences.map(({ person }) => person),
    );
  };
}

/** The same without looks at the record. */
export function planTaskReminders(
  input: TaskRemindersInput,
  { people, organisation }: Pick<Policy, 'people' | 'organisation'>,
  away: readonly string[],
): TaskReminders {
  const zones = new Map(people.map(({ id, zone }) => [id, zone]));
  return remindersAt(input, {
    zoneOf: (person) => zones.get(person) ?? organisation.zone,
    isAway: (person) => away.includes(person),
  });
}
