import type { AskedBefore } from '../../../domain/release/asked-before.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';

/** Those who were asked before must see what is another now (trust §1.2), wherever they decide. */
export const askedBeforeSection = ({ because, difference }: AskedBefore): SafeHtml =>
  html`<section>
    <h2>What has changed since people were asked before</h2>
    <p>${because} Votes that were given then are void.</p>
    ${
      difference.length === 0
        ? html`<p>Nothing of what you are asked about is another.</p>`
        : html`<dl>
            ${difference.map(({ part, before, after }) => html`<dt>${part}</dt><dd><del>${before}</del> <ins>${after}</ins></dd>`)}
          </dl>`
    }
  </section>`;
