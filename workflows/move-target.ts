import type { TargetView } from '../domain/rollout/view.ts';

/** Brings a target into another state; why is kept only where it is told. */
export function move(target: TargetView, state: TargetView['state'], at: string, because?: string): void {
  target.state = state;
  target.at = at;
  if (because === undefined) delete target.because;
  else target.because = because;
}
