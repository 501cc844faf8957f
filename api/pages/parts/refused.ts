import { attribute, html, type Attribute, type SafeHtml } from '../../../platform/html.ts';

/** What is wrong with one field: where the reader finds it, what it is called there, and what to do. */
export interface WrongField {
  /** Id of the field; left out where it stands in no form of this page. */
  id?: string;
  name?: string;
  says: string;
}

/** On top of a page whose form was not done: what was wrong, each mistake linked to its field. */
export const refusedSection = (o: {
  title: string;
  notice?: string | undefined;
  wrong: readonly WrongField[];
  more?: SafeHtml | undefined;
}): SafeHtml =>
  html`<section class="errors" role="alert">
    <h2>${o.title}</h2>
    ${o.notice === undefined ? undefined : html`<p>${o.notice}</p>`}
    ${
      o.wrong.length === 0
        ? undefined
        : html`<ul>
            ${o.wrong.map(wrongItem)}
          </ul>`
    }
    ${o.more}
  </section>`;

function wrongItem({ id, name, says }: WrongField): SafeHtml {
  if (id === undefined) return html`<li>${says}</li>`;
  return name === undefined
    ? html`<li><a href="#${id}">${says}</a></li>`
    : html`<li><a href="#${id}">${name}</a>: ${says}</li>`;
}

/** Names the sentence below the field to programs that read it out. `id` is that of the field. */
export const describedBy = (id: string, says: string | undefined): Attribute =>
  attribute('aria-describedby', says === undefined ? undefined : `${id}-error`);

export const fieldError = (id: string, says: string | undefined): SafeHtml | undefined =>
  says === undefined ? undefined : html`<p class="error" id="${id}-error">${says}</p>`;
