import type { Output } from './output.ts';

/** What to do now: the command stands on a line of its own, where it can be copied whole. */
export function noteNext(
  output: Pick<Output, 'note'>,
  next: { because?: string; command: string; whoCan?: string },
): void {
  output.note(next.because === undefined ? 'Next:' : `Next: ${next.because}`);
  if (next.whoCan !== undefined) output.note(next.whoCan);
  output.note(next.command);
}
