import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** What was changed of it, whose place it took, and what those who had approved before were shown as different. */
export function amendmentsSection(source: Pick<DossierSource, 'view' | 'entries' | 'differences'>) {
  const { view, differences } = source;
  const log = toldOf(source, ['release.amended', 'release.supersedes', 'release.newer']);
  const amended = log.filter(({ action }) => action === 'release.amended').length;
  const { supersedes = [], notes } = view;
  const places = supersedes.map(({ title }) => title).join(', ');
  return {
    summary:
      log.length === 0 && differences.length === 0
        ? 'Nothing was amended, and it took nobody’s place.'
        : sentence(
            [
              counted(amended, 'amendment'),
              ...(places === '' ? [] : [`in the place of ${places}`]),
              `${counted(differences.length, 'request')} with a difference to what was asked before.`,
            ].join('; '),
          ),
    notes,
    supersedes,
    differences,
    log,
  };
}
