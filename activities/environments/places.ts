import { enqueue, placeIn } from '../../domain/gates/lock/environment-locks.ts';
import type { LockPlace, LockRequest } from '../../workflows/contract.ts';
import type { LockRows } from './lock-rows.ts';
import type { WorkflowLocks } from './workflow-locks.ts';

/** An attempt is given up after 10 s (`workflows/proxies.ts`); what it wrote later nobody would hear of. */
const attemptMs = 9_000;

interface PlaceDeps {
  rows: LockRows;
  before: WorkflowLocks;
  /** Sees to it that the turn of whoever waits comes. */
  ring: (environment: string) => Promise<void>;
}

/** Takes a place among those who want an environment: in the record, or in its workflow where that keeps the locks still. */
export async function takePlace(
  { rows, before, ring }: PlaceDeps,
  environment: string,
  request: LockRequest,
): Promise<LockPlace> {
  const begun = performance.now(); // of the attempt, however often it asks
  for (;;) {
    const place = await placeInRecord({ rows, ring }, { environment, request, begun });
    if (place !== 'keptByWorkflow') return place;
    if (await rows.takeOver(environment, async () => before.retire(environment))) continue;
    const answer = await before.enqueue(environment, request);
    if (answer) return answer;
  }
}

async function placeInRecord(
  { rows, ring }: Pick<PlaceDeps, 'rows' | 'ring'>,
  { environment, request, begun }: { environment: string; request: LockRequest; begun: number },
): Promise<LockPlace | 'keptByWorkflow'> {
  const locks = await rows.change(environment, (seen) => {
    if (performance.now() - begun > attemptMs) throw new Error('This attempt is over; another asks by now.');
    return enqueue(seen, request, new Date().toISOString());
  });
  if (locks === 'keptByWorkflow') return locks;
  const { fence, ...place } = placeIn(locks, request);
  if (fence !== undefined) return { ...place, grant: { environment, fence } };
  await ring(environment);
  return { ...place, lastFence: locks.fence };
}
