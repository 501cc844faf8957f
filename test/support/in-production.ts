import { beforeEach } from '@jest/globals';
import type { DeploymentChange } from '../../activities/contract.ts';
import type { ReleaseView, RolloutView } from '../../domain/release/release.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../../platform/record/releases.ts';
import { adopt } from '../../platform/record/running.ts';
import type { ApiUnderTest } from './api-app.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from './record-builders.ts';

/** How far a release got, and how it ended; left out: it has not. */
export interface Way {
  exposure: number;
  status?: DeploymentChange['status'];
  compensation?: RolloutView['compensation'];
  steps?: RolloutView['steps'];
  ended?: Partial<ReleaseView>;
  mode?: DeploymentChange['mode'];
  previousVersion?: string;
  /** What happens while it is under way; it ends an hour after it began then. */
  meanwhile?: (at: string) => Promise<unknown>;
  /** What happens between the end of its deployment and its own, an hour later. */
  between?: (at: string) => Promise<unknown>;
}

/** Aborted at 20 %, and left as it is. */
export const asItIs: Way = {
  ...{ exposure: 20, status: 'left' },
  compensation: { state: 'pending', attempts: 0, because: 'a step may have taken effect' },
  ended: { state: 'aborted', residue: 'left' },
};

/**
 * Releases of the shop that got so far in production, where 1.0.0 runs. One at a time: each begins when those before it have begun, and at
 * `at()`; `later` lets an hour pass.
 */
export function inProduction(api: ApiUnderTest) {
  let hour = 0;
  const at = (): string => `2026-06-01T${10 + hour}:00:00.000Z`;
  const halfAnHourOn = (): string => `2026-06-01T${10 + hour}:30:00.000Z`;
  const later = (): void => {
    hour += 1;
  };
  beforeEach(async () => {
    hour = 0;
    const by = { id: 'ana', kind: 'person' as const };
    const place = { service: 'shop', environment: 'production', at: '2026-06-01T08:00:00.000Z' };
    await adopt(api.deps.store.db, { ...place, version: '1.0.0', by });
  });

  /** A release that got so far in production, as its workflow hands it over. */
  async function released(
    version: string,
    {
      exposure,
      status,
      compensation,
      steps,
      ended,
      mode = 'deploy',
      previousVersion = '1.0.0',
      ...then
    }: Way,
  ): Promise<StoredRelease> {
    const { db } = api.deps.store;
    const policyDigest = (await currentPolicy(db))?.digest ?? '';
    const release = aRelease('shop', version, { policyDigest, intent: mode });
    await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
    later();
    const change: DeploymentChange = {
      ...{
        id: `${release.order.releaseId}+production+shop`,
        environment: 'production',
        service: 'shop',
        version,
      },
      ...{ previousVersion, mode, status: 'running', exposure, at: at() },
    };
    const stages = (state: 'deploying' | 'ended'): Partial<ReleaseView> => ({
      stage: 'production',
      stages: [
        {
          ...{ environment: 'production', state, checks: [], verdicts: [], soak: [] },
          rollout: [
            {
              ...{ service: 'shop', version, previousVersion, mode, metrics: [], exposure },
              steps: steps ?? [{ weight: exposure, state: 'done' }],
              ...(compensation ? { compensation } : {}),
            },
          ],
        },
      ],
    });
    await recordBatch(db, batchOf(release, 1, { state: 'deploying', ...stages('deploying') }, [change]));
    if (ended === undefined) return release;
    if (then.meanwhile) {
      await then.meanwhile(halfAnHourOn());
      later();
    }
    const last = status === undefined ? [] : [{ ...change, status, at: at() }];
    if (then.between) {
      await recordBatch(db, batchOf(release, 2, stages('deploying'), last.splice(0)));
      await then.between(halfAnHourOn());
      later();
    }
    const end = { ...stages('ended'), ended: { at: at(), because: 'enough' }, ...ended };
    await recordBatch(db, batchOf(release, then.between ? 3 : 2, end, last));
    return release;
  }

  return { released, at, later };
}
