import { counted, type DossierSource } from './source.ts';

/** What was planned: its stages with the digest of what each was to be approved for, and the commits that it was made of. */
export function planSection({ view, entries }: DossierSource) {
  const planned = entries.filter(({ action }) => action === 'release.planned');
  const way = view.stages.map(({ environment }) => environment);
  return {
    summary:
      way.length === 0
        ? 'It was never planned.'
        : `It was to go ${way.join(' → ')}${planned.length > 1 ? `, and was planned anew ${counted(planned.length - 1, 'time')}` : ''}.`,
    stages: way,
    plans: planned.map(({ at, releaseSeq, sentence, facts }) => ({ at, entry: releaseSeq, sentence, facts })),
    components: view.components,
  };
}
