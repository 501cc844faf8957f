import type { Condition } from '../domain/release/release.ts';
import { oneLine } from './plain-text.ts';
import { showInstant } from './instants.ts';

/** `web, before production: write the runbook (due Mon 30 Nov 2026, 18:00 CET (17:00 UTC))`: one condition, as page and mail say it. */
export const conditionInWords = (
  { owner, before, title, due }: Condition,
  { zone, nameOf }: { zone: string; nameOf: (id: string) => string },
): string =>
  `${nameOf(owner)}, before ${before}: ${oneLine(title, 500)}${due === undefined ? '' : ` (due ${showInstant(due, zone)})`}`;
