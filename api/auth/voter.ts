import { GantryError } from '../../platform/errors.ts';
import { calledAs, type Caller } from './caller.ts';

/** The person whose vote it is. A token votes as its owner; what is nobody in the policy has no vote. @throws NOT_ALLOWED */
export function voterOf(caller: Caller): string {
  if (caller.person) return caller.person.id;
  const because = 'only people vote, and this is nobody in the policy';
  throw new GantryError('NOT_ALLOWED', { person: calledAs(caller), detail: because });
}
