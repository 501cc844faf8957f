import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** Every decision to delay it, with the authority that it was given by, and how it ended. */
export function postponementsSection(source: Pick<DossierSource, 'view' | 'entries'>) {
  const { postponements = [], schedule, scheduleAsked } = source.view;
  const lifted = postponements.filter((one) => one.lifted !== undefined).length;
  return {
    summary:
      postponements.length === 0
        ? 'Nobody postponed it.'
        : sentence(`${counted(postponements.length, 'postponement')}, ${lifted} lifted before the end.`),
    postponements,
    schedule,
    scheduleAsked,
    log: toldOf(source, [
      'release.postponed',
      'release.postponementLifted',
      'release.postponementOver',
      'schedule.planned',
    ]),
  };
}
