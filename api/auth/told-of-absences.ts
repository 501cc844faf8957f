import { withoutAbsences } from '../../domain/release/without-absences.ts';
import { may } from './access.ts';
import type { Caller } from './caller.ts';

/**
 * What this caller may be told of releases: all of it, or, to a token for some services, the same without who is away. Absences are of people and
 * not of services, so that such a token does not learn of them where it lists them either.
 */
export const toldTo = <T>(caller: Pick<Caller, 'grant'>, told: T): T =>
  mayKnowAbsences(caller) ? told : withoutAbsences(told);

export const mayKnowAbsences = ({ grant }: Pick<Caller, 'grant'>): boolean =>
  may(grant, 'absence.list').allowed;
