import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import type { KeyedRequest } from '../../platform/record/idempotency.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { Action } from '../auth/access.ts';
import { authorise, requireCaller, type Caller } from '../auth/caller.ts';
import { zoneOf } from '../auth/people.ts';
import { declared } from '../auth/declared.ts';
import { nowOf, type ApiDeps } from '../deps.ts';

/** What a page is made with. */
export interface PageCall {
  deps: ApiDeps;
  caller: Caller;
  now: Date;
  req: Request;
  res: Response;
  policy: Policy | undefined;
  /** Time zone of the reader: their own, else the organisation's. */
  zone: string;
  nameOf: (person: string) => string;
}

/**
 * A page behind sign-in. `action` is what the reader must be allowed; `{ within }` names the one that the handler itself
 * authorises, once it has found what it is done to.
 */
export const pageHandler = (
  deps: ApiDeps,
  action: Action | { within: Action },
  handler: (call: PageCall) => Promise<void> | void,
): RequestHandler =>
  declared({ action: typeof action === 'string' ? action : action.within }, async (req, res) => {
    const caller = requireCaller(res);
    if (typeof action === 'string') authorise(deps.log, caller, action);
    // `strict-origin`: with a stricter referrer policy browsers send `Origin: null` with our own forms.
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'strict-origin' });
    const policy = (await currentPolicy(deps.store.db))?.policy;
    const names = new Map((policy?.people ?? []).map((one) => [one.id, one.name]));
    await handler({
      deps,
      caller,
      now: nowOf(deps),
      req,
      res,
      policy,
      zone: zoneOf(policy, caller.person),
      nameOf: (id) => names.get(id) ?? id,
    });
  });

/** A named part of the address. */
export const pathPart = (req: Request, name: string): string => String(req.params[name] ?? '');

/** A field of a posted form; what is not text is as good as missing. @throws REQUEST_INVALID where it is too long. */
export function formField(req: Request, name: string): string | undefined {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const typed = value.trim();
  if (typed.length > mostTyped)
    throw new GantryError('REQUEST_INVALID', { detail: `Write at most ${mostTyped} characters: ${name}` });
  return typed;
}

/** Every value of a field that may be sent several times, such as boxes that are ticked; what is not text is left out. */
export function formFields(req: Request, name: string): string[] {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return [value].flat().filter((one) => typeof one === 'string');
}

/** What the API lets in as a reason; no other field of a form is longer. */
const mostTyped = 2_000;

/**
 * What makes a form that is sent twice, by a reload or a second click, be done once: for `once` of the record. The key that the page
 * gave it is all that is compared.
 */
export function formOnce({ req, caller }: PageCall, path: string): KeyedRequest {
  const key = `page:${(formField(req, 'once') ?? randomUUID()).slice(0, 64)}`;
  return { actor: caller.actor.id, key, fingerprint: sha256(`${path} ${key}`) };
}
