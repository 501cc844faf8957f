import { html, type SafeHtml } from '../../html.ts';
import { showInstant } from '../../instants.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';

/** How ids and instants are read in one dossier. */
export interface Reader {
  nameOf: (person: string) => string;
  names: (people: readonly string[]) => string;
  /** An instant in the organisation's zone and in UTC; nothing where there is none. */
  time: (at: string | undefined) => SafeHtml | undefined;
}

export function readerOf({ people, zone }: Pick<DossierDocument, 'people' | 'zone'>): Reader {
  const known = new Map(people.map(({ id, name }) => [id, name]));
  const nameOf = (person: string): string => {
    const name = known.get(person);
    return name === undefined || name === person ? person : `${name} (${person})`;
  };
  return {
    nameOf,
    names: (list) => list.map(nameOf).join(', '),
    time: (at) =>
      at === undefined ? undefined : html`<time datetime="${at}">${showInstant(at, zone)}</time>`,
  };
}
