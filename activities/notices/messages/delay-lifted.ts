import { ruling } from '../../../domain/release/postpone.ts';
import { isShut } from '../../../domain/verdict.ts';
import type { Occasion } from '../occasion.ts';
import { news } from './news.ts';
import { delayInWords } from './postponed.ts';

/** Whoever was told that the release is delayed is told that it is not any more. */
export const delayLifted = news({
  tag: 'Postponement lifted',
  act: 'Look at the release',
  now: nowLifted,
  then: () => [
    'People are asked again only where facts have changed: then each of them gets a mail of their own.',
  ],
});

/** Until its gates are looked at again the headline tells the delay that is lifted; another one may still run. */
function nowLifted(occasion: Occasion): string | undefined {
  const { postponements = [], stages, stage } = occasion.release;
  const liftedAt = postponements
    .flatMap(({ lifted }) => (lifted ? [lifted.at] : []))
    .sort()
    .at(-1);
  const verdicts = stages.find(({ environment }) => environment === stage)?.verdicts ?? [];
  const tellsDelay = verdicts.some((verdict) => verdict.gate === 'postponed' && isShut(verdict));
  if (liftedAt === undefined || !tellsDelay) return undefined;
  const left = ruling(postponements, liftedAt);
  return left ? delayInWords(left, occasion) : 'postponed no more; its gates are asked again';
}
