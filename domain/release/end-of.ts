import type { Residue, TerminalState } from './state.ts';

/** Why a release has left its forward way, as far as its end hangs on that. */
export interface Leaving {
  kind: 'refused' | 'rejected' | 'expired' | 'superseded' | 'abort' | 'rollBack' | 'failed';
  /** What has been deployed stays as it is: people say so with `abort`, or a failure has no way back. */
  leave?: boolean;
}

/** What became of the stage that it was in. */
export interface Taken {
  /** A step was announced there, so something may have been done. */
  hasStarted: boolean;
  /** How many components were taken back, by Gantry or by hand. */
  compensated: number;
  /** How many a person left as they are. */
  left: number;
}

/** Terminal state and residue by cause and by what could be undone (semantics §12). */
export function endOf(
  stop: Leaving,
  { hasStarted, compensated, left }: Taken,
): { state: TerminalState; residue: Residue } {
  if (stop.kind === 'rejected' || stop.kind === 'expired' || stop.kind === 'superseded')
    return { state: stop.kind, residue: 'none' };
  if (stop.kind === 'refused') return { state: 'failed', residue: 'none' };
  const isAbort = stop.kind === 'abort';
  if (!hasStarted) return { state: isAbort ? 'cancelled' : 'failed', residue: 'none' };
  if (stop.leave) return { state: isAbort ? 'aborted' : 'failed', residue: 'left' };
  if (left > 0) return { state: isAbort ? 'aborted' : 'failed', residue: 'partial' };
  if (compensated === 0) return { state: isAbort ? 'aborted' : 'failed', residue: 'none' };
  return { state: isAbort ? 'aborted' : 'rolledBack', residue: 'restored' };
}
