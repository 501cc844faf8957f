import type { Response } from 'express';
import type { Person } from '../../domain/policy/policy.schema.ts';
import type { Actor } from '../../domain/release/release.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Session } from '../../platform/record/sessions.ts';
import type { Logger } from '../../platform/logger.ts';
import { may, type Action, type ActionObject, type Grant } from './access.ts';

/** Who sent the request, once it is known. */
export interface Caller {
  actor: Actor;
  grant: Grant;
  /** In which zone times of this person are read and shown. */
  zone: string;
  /** The person in the policy; absent for the built-in administrator. */
  person?: Person;
  /** Only for a browser: what its forms must prove (trust §4.3), and what its sign-in has proven. */
  session?: Pick<Session, 'hash'> & Partial<Pick<Session, 'method' | 'authenticatedAt'>> & { csrf: string };
}

const key = Symbol('caller');
type Marked = Response & { [key]?: Caller };

export const setCaller = (res: Response, caller: Caller): void => void ((res as Marked)[key] = caller);

/** Who is signed in, if anybody is. */
export const callerOf = (res: Response): Caller | undefined => (res as Marked)[key];

/** @throws NOT_SIGNED_IN when nobody is. */
export function requireCaller(res: Response): Caller {
  const caller = callerOf(res);
  if (!caller) throw new GantryError('NOT_SIGNED_IN');
  return caller;
}

/** How people call whoever this is. */
export const calledAs = ({ person, grant }: Pick<Caller, 'person' | 'grant'>): string =>
  person?.name ?? grant.person;

/** Lets the request go on only where the table of access allows it; a refusal is logged with its rule. @throws NOT_ALLOWED */
export function authorise(
  log: Pick<Logger, 'info'>,
  caller: Caller,
  action: Action,
  object: ActionObject = {},
): void {
  const permission = may(caller.grant, action, object);
  if (permission.allowed) return;
  log.info({ action, actor: caller.actor.id, because: permission.because }, 'refused');
  throw new GantryError('NOT_ALLOWED', {
    person: calledAs(caller),
    detail:
      permission.needs.length === 0
        ? permission.because
        : `${permission.because}: ${action} needs ${permission.needs.join(' or ')}`,
    ...(permission.remedy === undefined ? {} : { remedy: permission.remedy }),
  });
}
