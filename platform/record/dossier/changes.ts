import type { Person } from '../../../domain/policy/policy.schema.ts';
import { personOf } from '../../../domain/release/exclusions.ts';
import { changesOf } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** The whole change list of each component, as it was read from Git. */
export async function changesSection({ db, view, policy }: DossierSource) {
  const services = await changesOf(db, view.id);
  const all = services.flatMap(({ changes }) => changes);
  const breaking = all.filter(({ kind }) => kind === 'breaking').length;
  const authors = authorsOf(
    all.map(({ author }) => author),
    policy?.policy.people ?? [],
  );
  return {
    summary:
      all.length === 0
        ? 'No changes were read from Git.'
        : sentence(
            `${counted(all.length, 'change')} by ${counted(authors.length, 'author')}${breaking > 0 ? `, ${breaking} of them breaking` : ''}.`,
          ),
    authors,
    services,
  };
}

/** Everybody who wrote a change, as Git calls them, with the person who answers to that name in the policy. */
export function authorsOf(
  authors: readonly string[],
  people: readonly Person[],
): { name: string; person?: string }[] {
  return [...new Set(authors)].map((name) => {
    const person = personOf(people, { name, email: '' });
    return { name, ...(person === undefined ? {} : { person: person.id }) };
  });
}
