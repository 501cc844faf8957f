import type { Kysely } from 'kysely';
import type { EventAction } from '../../../domain/release/events.ts';
import type { Database } from '../../../platform/database/schema.ts';
import type { DoorInput } from '../../contract.ts';

/** Whoever is said to have broken the glass must have said so to the API: a message to the engine alone opens nothing. */
export async function whyGlassWhole(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  if (!input.glass) return undefined;
  const action: EventAction = 'glass.received';
  const rows = await db
    .selectFrom('audit_entries')
    .select('body')
    .where('release_id', '=', input.releaseId)
    .where('action', '=', action)
    .where('object', '=', input.environment)
    .execute();
  const received = rows.map(
    ({ body }) => (JSON.parse(body) as { facts?: { person?: string } }).facts?.person,
  );
  const unknown = input.glass.people.find((person) => !received.includes(person));
  return unknown === undefined
    ? undefined
    : `the record does not know that ${unknown} broke the glass for ${input.environment}.`;
}
