import type { Command } from './contract.ts';

// Update: ends a waiver before its time.
export const revokeWaiverUpdate = 'revokeWaiver';

/** Takes back the waivers of a check, so that its gate is judged without them. */
export interface RevokeWaiverInput extends Command {
  check: string;
  /** Left out: every component for which it is waived. */
  service?: string;
  /** Left out: the stage that the release is in. */
  environment?: string;
  reason: string;
}
