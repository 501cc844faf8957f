import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** What was concluded from the measurements: of each step, of the soak, and what followed from it. */
export function analysisSection(source: Pick<DossierSource, 'view' | 'entries'>) {
  const stages = source.view.stages.flatMap(({ environment, rollout, soak }) => [
    ...rollout.flatMap(({ service, metrics }) =>
      metrics.map((metric) => ({ environment, service, during: 'rollout' as const, ...metric })),
    ),
    ...soak.map((metric) => ({ environment, service: '', during: 'soak' as const, ...metric })),
  ]);
  const log = toldOf(source, ['analysis.finished', 'soak.started', 'soak.finished']);
  const failed = stages.filter(({ phase, dryRun }) => phase === 'failed' && !dryRun).length;
  return {
    summary:
      stages.length === 0
        ? 'No metric was analysed.'
        : sentence(`${counted(stages.length, 'metric')} analysed, ${failed === 0 ? 'none' : failed} failed.`),
    metrics: stages,
    log,
  };
}
