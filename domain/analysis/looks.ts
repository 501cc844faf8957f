import type { MeasurementVerdict } from './measurement.ts';

/** Which of the declared looks this is, from 1; the last one decides. */
export interface Look {
  look: number;
  looks: number;
}

/** Each declared look has an equal part of alpha, so that looking often raises no more false alarms (semantics §6.3). */
export const alphaAtLook = (alpha: number, { looks }: Look): number => alpha / looks;

/** Before the last declared look only harm decides: whatever else was found may still change. */
export function atLook<T extends { verdict: MeasurementVerdict; because: string }>(
  found: T,
  { look, looks }: Look,
): T {
  if (look >= looks || found.verdict === 'failed' || found.verdict === 'error') return found;
  return { ...found, verdict: 'running', because: `look ${look} of ${looks}: ${found.because}` };
}
