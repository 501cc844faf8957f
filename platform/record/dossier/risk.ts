import { pointsText } from '../../../domain/risk/words.ts';
import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** How risky each stage was said to be: as people were shown it when they were asked, and as it was found last. */
export function riskSection(source: Pick<DossierSource, 'requests' | 'view' | 'entries'>) {
  const { requests, view } = source;
  const decided = requests.flatMap(({ id, stage, state, plan }) =>
    plan.risk?.snapshot ? [{ stage, request: id, state, ...plan.risk.snapshot }] : [],
  );
  const last = view.stages.flatMap(({ environment, risk }) => (risk ? [{ environment, ...risk }] : []));
  const found = last.map((one) => `${one.environment} ${pointsText(one)}`).join('; ');
  return {
    summary:
      last.length === 0
        ? 'Risk was no gate of its stages.'
        : sentence(`found last: ${found}. It stood beside ${counted(decided.length, 'request')}.`),
    decided,
    last,
    looks: toldOf(source, ['risk.assessed']),
  };
}
