import { counted, namesBy, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** Every exception to a failed check: by whom, for which build, in which words, until when. */
export function waiversSection(source: Pick<DossierSource, 'waivers' | 'entries' | 'policy'>) {
  const { waivers } = source;
  const nameOf = namesBy(source);
  const names = waivers
    .map(
      ({ check, service, by, revoked }) =>
        `${check} of ${service} by ${nameOf(by)}${revoked ? `, taken back by ${nameOf(revoked.by)}` : ''}`,
    )
    .join('; ');
  return {
    summary:
      waivers.length === 0
        ? 'No failed check was let pass.'
        : sentence(`${counted(waivers.length, 'waiver')}: ${names}.`),
    waivers,
    log: toldOf(source, ['check.waived', 'waiver.revoked']),
  };
}
