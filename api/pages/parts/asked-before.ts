import { ownVoteBefore, type AskedBefore } from '../../../domain/release/asked-before.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { showInstant } from '../../../platform/instants.ts';

/** Those who were asked before must see what is another now (trust §1.2), and that what they voted then does not count, wherever they decide. */
export function askedBeforeSection(
  before: AskedBefore,
  { reader, zone }: { reader: string; zone: string },
): SafeHtml {
  const { because, difference, beside } = before;
  const own = ownVoteBefore(before, reader, (at) => showInstant(at, zone));
  return html`<section>
    <h2>${beside === undefined ? 'What has changed since people were asked before' : `Compared with ${beside}`}</h2>
    <p>${because}${beside === undefined ? ' Votes that were given then are void.' : ''}${own === undefined ? '' : ` ${own}`}</p>
    ${
      difference.length === 0
        ? html`<p>Nothing of what you are asked about is another.</p>`
        : html`<dl>
            ${difference.map(({ part, before: was, after }) => html`<dt>${part}</dt><dd><del>${was}</del> <ins>${after}</ins></dd>`)}
          </dl>`
    }
  </section>`;
}
