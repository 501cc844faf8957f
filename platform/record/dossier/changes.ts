import { changesOf } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** The whole change list of each component, as it was read from Git. */
export async function changesSection({ db, view }: DossierSource) {
  const services = await changesOf(db, view.id);
  const all = services.flatMap(({ changes }) => changes);
  const breaking = all.filter(({ kind }) => kind === 'breaking').length;
  const authors = new Set(all.map(({ author }) => author)).size;
  return {
    summary:
      all.length === 0
        ? 'No changes were read from Git.'
        : sentence(
            `${counted(all.length, 'change')} by ${counted(authors, 'author')}${breaking > 0 ? `, ${breaking} of them breaking` : ''}.`,
          ),
    services,
  };
}
