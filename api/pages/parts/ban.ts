import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import type { BannedRow } from '../../../platform/record/gates/what-runs-banned.ts';
import { time } from './time.ts';
import { word } from './words.ts';

/** Beside what runs: that it is banned, since when, by whom and why. */
export const banOn = (
  { by, at, reason }: NonNullable<BannedRow['quarantine']>,
  { zone, nameOf }: { zone: string; nameOf: (person: string) => string },
): SafeHtml =>
  html`${word('quarantined', 'bad')} since ${time(at, zone)} by ${nameOf(by)}: ${oneLine(reason, 300)}`;
