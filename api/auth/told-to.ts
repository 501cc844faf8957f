import { withoutAbsences } from '../../domain/release/without-absences.ts';
import { withoutOthers } from '../../domain/release/without-others.ts';
import { may } from './access.ts';
import type { Caller } from './caller.ts';
import { narrowedTo } from './narrowed-to.ts';

/**
 * What this caller may be told of releases: all of it, or, to a token for some services, the same without who is away and without the titles of
 * releases of other services that hold the lock. Absences are of people and not of services, so that such a token does not learn of them where
 * it lists them either.
 */
export function toldTo<T>(caller: Pick<Caller, 'grant'>, told: T): T {
  const known = mayKnowAbsences(caller) ? told : withoutAbsences(told);
  const services = narrowedTo(caller);
  return services === undefined ? known : withoutOthers(known, services);
}

export const mayKnowAbsences = ({ grant }: Pick<Caller, 'grant'>): boolean =>
  may(grant, 'absence.list').allowed;
