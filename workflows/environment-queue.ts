import {
  condition,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Served } from '../activities/contract-locks.ts';
import {
  environmentQuery,
  grantedSignal,
  outrunSignal,
  queueChangedSignal,
  type EnvironmentQueue,
  type LockGrant,
  type OutrunMessage,
} from './contract.ts';
import { record } from './proxies.ts';

/** While somebody waits, all owners are asked about this often: a lock is freed when its owner has closed, never by age. */
const lookAtOwnersMs = 60_000;

/**
 * The queue of an environment whose locks the record keeps: grants what is free in its turn and tells those who waited. The record
 * is the truth; this is who acts on it, and ends when nobody waits any more.
 */
export async function keepQueue({ environment, told: toldBefore = [] }: EnvironmentQueue): Promise<void> {
  let changes = 0;
  let served: Served = { granted: [], outrun: [], waiting: 0 };
  let told: readonly string[] = toldBefore;
  setHandler(defineSignal(queueChangedSignal), () => void (changes += 1), {
    description: 'Somebody waits, or has left: look again',
  });
  setHandler(defineQuery<Served>(environmentQuery), () => served, {
    description: 'Who was granted after waiting, who is outrun, how many wait',
  });

  let looksAtOwners = true; // whoever holds it when somebody has to wait may be long gone
  for (;;) {
    const seen = changes;
    served = await record.serveEnvironment({ environment, looksAtOwners });
    const lost = await tell(environment, served, told);
    told = served.granted.filter(({ owner }) => !lost.has(owner)).map(grantOf);
    if (lost.size > 0 && !looksAtOwners) {
      looksAtOwners = true; // they have closed: the next ones
      continue;
    }
    if (served.waiting === 0 && changes === seen) return;
    if (workflowInfo().continueAsNewSuggested)
      await makeContinueAsNewFunc<typeof keepQueue>({})({
        environment,
        version: 3,
        told: [...told],
      });
    const isWoken = await condition(() => changes !== seen, lookAtOwnersMs, {
      summary: 'look whether the holder still runs',
    });
    looksAtOwners = !isWoken;
  }
}

/** A fence alone may come twice, where the record was put back to an earlier time. */
const grantOf = ({ owner, fence }: Served['granted'][number]): string => `${owner}#${fence}`;

/** Tells each new holder of its grant, and the outrun that they need not wait; answers who could not be reached. */
async function tell(
  environment: string,
  { granted, outrun }: Served,
  told: readonly string[],
): Promise<Set<string>> {
  const grants = granted.filter((one) => !told.includes(grantOf(one)));
  const lost = await Promise.all([
    ...grants.map(async ({ owner, fence }) => {
      const grant: LockGrant = { environment, fence, keptBy: 'record' };
      return unreached(owner, grantedSignal, grant);
    }),
    ...outrun.map(async ({ owner, because }) => {
      const message: OutrunMessage = { environment, because };
      return unreached(owner, outrunSignal, message);
    }),
  ]);
  return new Set(lost.flat());
}

async function unreached(
  owner: string,
  signal: string,
  message: LockGrant | OutrunMessage,
): Promise<string[]> {
  try {
    await getExternalWorkflowHandle(owner).signal(signal, message);
    return [];
  } catch {
    return [owner];
  }
}
