import type { StageView } from '../../../domain/release/release.ts';
import type { DriftFinding } from '../../../domain/rollout/drift.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { time } from './time.ts';
import { word } from './words.ts';

const words: Record<DriftFinding['kind'], SafeHtml> = {
  same: word('as recorded', 'good'),
  drifted: word('differs', 'bad'),
  unknown: word('unknown', 'wait'),
};

/** What really ran there before the first step, against what the record says. */
export const driftSection = (
  { drift, missingRunner }: Pick<StageView, 'drift' | 'missingRunner'>,
  zone: string,
): SafeHtml =>
  html`${
    missingRunner &&
    html`<p>${word('waits for its runner', 'bad')} since ${time(missingRunner.since, zone)}: ${oneLine(missingRunner.because)}</p>`
  }${
    drift &&
    html`<h3>What ran before</h3>
    <p class="small quiet">Looked at ${time(drift.at, zone)}.</p>
    <ul>
      ${drift.findings.map(({ kind, because }) => html`<li>${words[kind]}: ${oneLine(because)}</li>`)}
    </ul>`
  }`;
