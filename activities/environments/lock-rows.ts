import type { EnvironmentLocks } from '../../domain/gates/lock/environment-locks.ts';
import type { Db } from '../../platform/database/open.ts';
import { besideWorkflow, changeLocks, takeLocksOver } from '../../platform/record/environment-locks.ts';

/** Where locks are written down. */
export interface LockRows {
  change(
    environment: string,
    work: (locks: EnvironmentLocks) => EnvironmentLocks,
  ): Promise<EnvironmentLocks | 'keptByWorkflow'>;
  /** See `takeLocksOver`. */
  takeOver(environment: string, retire: () => Promise<number | 'busy'>): Promise<boolean>;
  /** See `besideWorkflow`. */
  beside<Answer>(environment: string, ask: () => Promise<Answer>): Promise<Answer | undefined>;
}

export const lockRows = (db: Db): LockRows => ({
  change: async (environment, work) => changeLocks(db, environment, work),
  takeOver: async (environment, retire) => takeLocksOver(db, environment, retire),
  beside: async (environment, ask) => besideWorkflow(db, environment, ask),
});
