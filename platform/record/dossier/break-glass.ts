import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** Who started a stage past its gates, for which incident, past which of them, and what the review found. */
export function breakGlassSection(source: Pick<DossierSource, 'view' | 'entries' | 'reviews'>) {
  const { view, reviews } = source;
  const stages = view.stages.flatMap(({ environment, glass }) => (glass ? [{ environment, ...glass }] : []));
  const breaks = stages.flatMap((stage) => stage.breaks).length;
  const used = stages.filter((stage) => stage.used !== undefined).length;
  const owed = reviews.filter(({ done }) => done === undefined).length;
  return {
    summary:
      breaks === 0
        ? 'Nobody broke the glass.'
        : sentence(
            `the glass was broken ${counted(breaks, 'time')}, and ${counted(used, 'stage')} started by it; ${
              owed === 0 ? 'every review is done' : `${counted(owed, 'review')} still owed`
            }.`,
          ),
    stages,
    reviews,
    log: toldOf(source, ['glass.received', 'glass.broken', 'glass.used', 'glass.reviewed']),
  };
}
