import { GantryError } from '../../platform/errors.ts';
import type { Caller } from './caller.ts';

/** The person whose vote it is. A token votes as its owner; what is nobody in the policy has no vote. @throws NOT_ALLOWED */
export function voterOf(caller: Caller): string {
  if (caller.person) return caller.person.id;
  const because = `${caller.grant.person} is not a person of the policy, and only people vote`;
  throw new GantryError('NOT_ALLOWED', {
    action: 'decision.make',
    because,
    needs: 'a person of gantry.yaml',
  });
}
