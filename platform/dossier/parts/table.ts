import { html, type Insertable, type SafeHtml } from '../../html.ts';

/** A table that scrolls by itself on a phone, and whose rows are never cut on paper; nothing where there are no rows. */
export function table(
  caption: string,
  headers: readonly string[],
  rows: readonly (readonly Insertable[])[],
): SafeHtml | undefined {
  if (rows.length === 0) return undefined;
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headers.map((header) => html`<th scope="col">${header}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Terms with what they are; what is unknown or empty is left out. */
export function facts(pairs: readonly (readonly [term: string, value: Insertable])[]): SafeHtml {
  const known = pairs.filter(([, value]) => value !== undefined && value !== '' && value !== null);
  return html`<dl>
    ${known.map(
      ([term, value]) =>
        html`<dt>${term}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
