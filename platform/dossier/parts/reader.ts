import { html, type SafeHtml } from '../../html.ts';
import { showInstant } from '../../instants.ts';
import { localSentence } from '../../local-sentence.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';

/** How ids and instants are read in one dossier. */
export interface Reader {
  nameOf: (person: string) => string;
  names: (people: readonly string[]) => string;
  /** A sentence of the record, written then, with its times in the organisation's zone; the words of people stay. */
  words: (sentence: string, at?: string) => string;
  /** An instant in the organisation's zone and in UTC; nothing where there is none. */
  time: (at: string | undefined) => SafeHtml | undefined;
}

/** An instant as programs write it, outside the words of people: sentences from before they were written for people have some. */
const rawInstant = /“[^”]*”|\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z\b/g;

export function readerOf({ people, zone }: Pick<DossierDocument, 'people' | 'zone'>): Reader {
  const known = new Map(people.map(({ id, name }) => [id, name]));
  const nameOf = (person: string): string => {
    const name = known.get(person);
    return name === undefined || name === person ? person : `${name} (${person})`;
  };
  return {
    nameOf,
    words: (sentence, at) => {
      const local =
        at === undefined ? sentence : localSentence(sentence, { zone, now: new Date(at), withUtc: true });
      return local.replace(rawInstant, (text) => (text.startsWith('“') ? text : showInstant(text, zone)));
    },
    names: (list) => list.map(nameOf).join(', '),
    time: (at) =>
      at === undefined ? undefined : html`<time datetime="${at}">${showInstant(at, zone)}</time>`,
  };
}
