import type { Kysely } from 'kysely';
import type { Database } from '../../../platform/database/schema.ts';
import { runsAt } from '../../../platform/record/running.ts';
import type { DoorInput } from '../../contract.ts';

/** The rollback target is part of what was approved: another release may have come in between planning and this moment. */
export async function whyStale(db: Kysely<Database>, input: DoorInput): Promise<string | undefined> {
  for (const { service, previousVersion } of input.planned) {
    const now = await runsAt(db, input.environment, service);
    if (now?.version === previousVersion) continue;
    return `${input.environment} runs ${now ? `${service} ${now.version}` : `no ${service}`} now; this was planned when it ran ${previousVersion ?? 'none'}.`;
  }
  return undefined;
}
