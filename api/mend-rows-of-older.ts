import { endOverlookedDeployments } from '../platform/record/deployments.ts';
import { completeBans } from '../platform/record/gates/complete-bans.ts';
import type { ApiDeps } from './deps.ts';

/**
 * Completes what processes of an older version have written since the record took this version's shape: its migrations have done so once, and
 * while an upgrade goes on such rows come again. Where there are none, two empty indexes are read.
 */
export async function mendRowsOfOlder({ store, log }: Pick<ApiDeps, 'store' | 'log'>): Promise<void> {
  const releaseIds = await endOverlookedDeployments(store.db);
  if (releaseIds.length > 0)
    log.info({ releaseIds }, 'deployments that releases of an older process had left under way are over');
  const quarantineIds = await completeBans(store.db);
  if (quarantineIds.length > 0)
    log.info({ quarantineIds }, 'quarantines that an older process has set hold for their builds, too');
}
