import { sql } from 'kysely';
import type { Config } from '../../platform/config.ts';
import { openStore } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { disagreements } from '../../platform/record/agreement.ts';
import { connectTemporal } from '../../platform/temporal/connect.ts';
import { releaseRuns } from '../../platform/temporal/release-runs.ts';
import { releaseWorkflow, toldQuery } from '../../workflows/contract.ts';

/**
 * Whether record and Temporal are of one moment: a restore of two copies may have parted them. Embedded ones are looked at by `gantry up` itself.
 * @throws ENGINE_DISAGREES
 */
export async function lookAtAgreement(config: Config): Promise<string> {
  const { databaseUrl: url, temporal } = config;
  if (url === undefined || temporal.address === undefined)
    return '`gantry up` compares its record with its Temporal at its start; `gantry status` says what it found.';
  const store = await openStore({ url });
  try {
    const { rows } = await sql<{
      there: boolean;
    }>`select to_regclass('releases') is not null as there`.execute(store.db);
    if (rows[0]?.there !== true) return 'The record is empty.';
    const { close, ...engine } = await connectTemporal(config);
    try {
      const ask = (workflowIds: readonly string[]) =>
        releaseRuns(engine, { type: releaseWorkflow, query: toldQuery, workflowIds });
      const { sentences, isWhole } = await disagreements(store.db, ask, () => new Date());
      if (sentences.length > 0) throw new GantryError('ENGINE_DISAGREES', { detail: sentences.join(' ') });
      return isWhole
        ? 'Record and Temporal have the same releases, each as far.'
        : 'Record and Temporal have the same releases; how far each is, no worker says.';
    } finally {
      await close();
    }
  } finally {
    await store.close();
  }
}
