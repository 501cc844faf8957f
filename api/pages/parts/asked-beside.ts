import { html, type SafeHtml } from '../../../platform/html.ts';
import { besideWords, type AskedBeside } from '../../../platform/record/asked-beside.ts';

/** What ended releases have left where this one is to go, and that it passes no stage before. Nothing where there is neither. */
export function askedBesideSection(stage: string, beside: AskedBeside | undefined): SafeHtml | undefined {
  const words = beside ? besideWords(beside, stage) : [];
  return words.length === 0
    ? undefined
    : html`<section>
        <h2>To know before you decide</h2>
        <ul class="plain">
          ${words.map((sentence) => html`<li><strong>${sentence}</strong></li>`)}
        </ul>
      </section>`;
}
