import { html, type SafeHtml } from '../../../platform/html.ts';

/** A sentence of ours in which commands stand between backticks, with these set as code. */
export const withCode = (sentence: string): SafeHtml =>
  html`${sentence.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
