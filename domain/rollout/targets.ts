import type { TargetState, TargetView } from './view.ts';
import { shareOf } from './plan.ts';

/** Before anything is sent: every target in the order in which it is deployed to. */
export const openingTargets = (names: readonly string[]): TargetView[] =>
  names.map((name) => ({ name, state: 'pending' }));

/** Something may have happened there that was not taken back: only these are undone. */
const touched: readonly TargetState[] = ['applying', 'done', 'failed', 'unknown', 'undoing', 'undoFailed'];

export const isTouched = ({ state }: TargetView): boolean => touched.includes(state);

/** Share of the targets that are known to have the new version, in whole per cent. */
export const targetExposure = (targets: readonly TargetView[]): number =>
  shareOf(targets.filter(({ state }) => state === 'done').length, targets.length);

/** Targets on which it did not work. */
export const failedTargets = (targets: readonly TargetView[]): TargetView[] =>
  targets.filter(({ state }) => state === 'failed');

/** Whether so many targets failed that the rollout ends. The limit is inclusive: with 3, the third one decides. */
export const isOverLimit = (targets: readonly TargetView[], maxFailures: number): boolean =>
  failedTargets(targets).length >= maxFailures;

/**
 * What is to be undone, wave by wave, the last one first and within a wave the last target first: only what was touched. Targets
 * of one wave are undone side by side, as they were deployed to.
 * @param waves names of the targets of each wave, in the order of deployment
 */
export function undoWaves(waves: readonly (readonly string[])[], targets: readonly TargetView[]): string[][] {
  const toUndo = new Set(targets.filter(isTouched).map(({ name }) => name));
  return waves
    .toReversed()
    .map((names) => names.toReversed().filter((name) => toUndo.has(name)))
    .filter((names) => names.length > 0);
}

/** How an undo over several targets ended, as one sentence; `done` where nothing is left to undo. */
export function undoOutcome(targets: readonly TargetView[]): { done: boolean; because: string } {
  const failed = targets.filter(isTouched);
  if (failed.length === 0) {
    const back = targets.filter(({ state }) => state === 'undone').length;
    return { done: true, because: `${back} of ${targets.length} targets were touched and are back` };
  }
  const which = failed.map(({ name, because }) => (because ? `${name}: ${because}` : name)).join('; ');
  return { done: false, because: `${failed.length} of ${targets.length} targets are not back (${which})` };
}

/** After a rehearsal: what is back was never deployed to for real; what is not, may still be as the rehearsal left it. */
export const openAgain = (targets: readonly TargetView[]): TargetView[] =>
  targets.map((target) => (target.state === 'undone' ? { name: target.name, state: 'pending' } : target));

/** A person's answer to a failed undo, for every target that was not brought back. */
export function settleTargets(targets: readonly TargetView[], as: 'doneByHand' | 'left', at: string): void {
  for (const target of targets) {
    if (!isTouched(target)) continue;
    target.state = as;
    target.at = at;
  }
}

/** What runs on a target, as far as it is known. */
export type Runs = 'before' | 'new' | 'unknown';

export const runsOn = ({ state }: TargetView): Runs => runs[state];

const runs: Record<TargetState, Runs> = {
  pending: 'before',
  applying: 'unknown',
  done: 'new',
  failed: 'unknown',
  unknown: 'unknown',
  undoing: 'unknown',
  undone: 'before',
  undoFailed: 'unknown',
  doneByHand: 'before',
  left: 'unknown',
};
