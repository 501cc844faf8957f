import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';
import { approveUpdate, type BareOrder } from './contract.ts';

// The options of workflows/proxies.ts, so that only the shape of the two workflows differs.
const { check, deploy } = proxyActivities<BareActivities>({
  startToCloseTimeout: '17m',
  heartbeatTimeout: '20s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500ms', maximumAttempts: 5 },
});
const { mail } = proxyActivities<BareActivities>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '36h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});
const { record } = proxyActivities<BareActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** The same release as a good engineer writes it in an afternoon: three checks, one row, one mail, one yes, one deployment. */
export async function bareRelease(order: BareOrder): Promise<{ state: 'succeeded'; approvedBy: string }> {
  let approvedBy: string | undefined;
  setHandler(defineUpdate<string, [string]>(approveUpdate), (person) => (approvedBy ??= person), {
    validator: (person) => {
      if (person === '') throw new Error('A person must be named.');
    },
  });
  await Promise.all(order.checks.map(async (id) => check({ order, id })));
  await record({ order, state: 'waiting for approval' });
  await mail({ order });
  await condition(() => approvedBy !== undefined);
  await deploy({ order });
  return { state: 'succeeded', approvedBy: approvedBy ?? '' };
}
