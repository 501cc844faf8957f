import type { LockRows } from '../../activities/environments/lock-rows.ts';
import { collide } from '../../domain/gates/lock/queue.ts';
import { leave, type EnvironmentLocks } from '../../domain/gates/lock/environment-locks.ts';

const none: EnvironmentLocks = { holders: [], queue: [], fence: 0 };

/** Locks of environments in memory, as the record keeps them; or not yet. */
export class WorldLocks implements LockRows {
  /** `workflow`: as in an installation that some old worker still serves. */
  keptBy: 'record' | 'workflow' = 'record';
  private readonly places = new Map<string, EnvironmentLocks>();

  change: LockRows['change'] = async (environment, work) => {
    if (this.keptBy === 'workflow') return 'keptByWorkflow';
    const after = work(this.places.get(environment) ?? none);
    this.places.set(environment, after);
    assertApart(after);
    return after;
  };

  takeOver: LockRows['takeOver'] = async () => this.keptBy === 'record';

  beside: LockRows['beside'] = async (_, ask) => (this.keptBy === 'record' ? undefined : ask());

  /** As if an owner had never asked. */
  forget(environment: string, owner: string): void {
    this.places.set(environment, leave(this.of(environment), owner));
  }

  of(environment: string): EnvironmentLocks {
    return this.places.get(environment) ?? none;
  }

  unwanted(owner: string, wants: readonly string[]): string[] {
    const isOwners = ({ holders, queue }: EnvironmentLocks): boolean =>
      [...holders, ...queue].some((one) => one.owner === owner);
    return [...this.places]
      .filter(([environment, locks]) => isOwners(locks) && !wants.includes(environment))
      .map(([environment]) => environment);
  }

  /** Nobody deploys without the lock (promise P9). */
  assertHeld({ environment, releaseId }: { environment: string; releaseId: string }): void {
    if (this.keptBy === 'workflow') return;
    if (!this.of(environment).holders.some((holder) => holder.releaseId === releaseId))
      throw new Error(`${releaseId} deploys to ${environment} without its lock`);
  }
}

function assertApart({ holders }: EnvironmentLocks): void {
  for (const [index, one] of holders.entries())
    for (const other of holders.slice(index + 1))
      if (collide(one.keys, other.keys))
        throw new Error(`${one.title} and ${other.title} hold the same keys`);
}
