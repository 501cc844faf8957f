import type { CheckResultRow } from '../../platform/record/results.ts';
import type { PerformedOperation } from '../contract-runner.ts';

/** Characters of one stream that travel: both streams, escaped as badly as can be, stay below the 2 MiB that the engine takes. */
const MOST_CHARACTERS = 64 * 1024;
const MOST_FINDINGS = 2000;

/** First and last half of a text that is too long, and what was cut. */
export function fittedText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const half = MOST_CHARACTERS / 2;
  const cut = text.length - 2 * half;
  return `${text.slice(0, half)}\n[… ${cut} characters were cut on the way from the runner …]\n${text.slice(-half)}`;
}

export const fitted = (performed: PerformedOperation): PerformedOperation => ({
  ...performed,
  stdout: fittedText(performed.stdout),
  stderr: fittedText(performed.stderr),
});

export function fittedCheck(made: CheckResultRow): CheckResultRow {
  const { found } = made;
  const isMuch = found !== undefined && found.keys.length > MOST_FINDINGS;
  return {
    ...made,
    stdout: fittedText(made.stdout),
    stderr: fittedText(made.stderr),
    ...(isMuch ? { found: { keys: found.keys.slice(0, MOST_FINDINGS), isCut: true } } : {}),
  };
}
