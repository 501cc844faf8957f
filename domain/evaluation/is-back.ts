import { goesBackFor } from '../release/goes-back.ts';
import type { Facts } from './facts.schema.ts';
import { artifactOf, endedWellIn } from './way-facts.ts';

/** Whether what is called a rollback goes back there by what is given of it. Where nobody said what is released, the word is all there is. */
export function isBackBy(facts: Facts, stage: string): boolean {
  const { components, intent } = facts;
  if (intent !== 'rollback' || !components) return intent === 'rollback';
  const endedWell = endedWellIn(stage, facts);
  return goesBackFor(
    components.map(({ running, ...component }) => ({ build: artifactOf(component), running, endedWell })),
  );
}
