import { html, type SafeHtml } from '../../../platform/html.ts';
import { showInstant } from '../../../platform/instants.ts';

/** An instant as pages show it: absolute, in the reader's zone and in UTC, and readable by programs. */
export const time = (at: string, zone: string): SafeHtml =>
  html`<time datetime="${at}">${showInstant(at, zone)}</time>`;

/** A sentence of the record with its times as {@link time} shows them. */
export { shownBetween as localBetween, shownSentence as local } from '../../../platform/local-sentence.ts';
