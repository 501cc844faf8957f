import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { resolveLocal } from '../../domain/calendar/resolve-local.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { withoutControls } from '../../platform/plain-text.ts';
import { GantryError } from '../../platform/errors.ts';
import { sha256 } from '../../platform/ids.ts';
import type { KeyedRequest } from '../../platform/record/idempotency.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { Action } from '../auth/access.ts';
import { authorise, requireCaller, type Caller } from '../auth/caller.ts';
import { zoneOf } from '../auth/people.ts';
import { declared } from '../auth/declared.ts';
import { keepTold, takeTold } from '../auth/told-cookie.ts';
import { nowOf, type ApiDeps } from '../deps.ts';
import { localProblem } from '../http/local-problem.ts';
import type { SentForm } from './parts/sent-form.ts';
import { local } from './parts/time.ts';

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
  /** The form that was sent and not done, where that is why the page is shown. */
  sent?: SentForm;
  /** What there is to say of a form that was done, where that came to something else than it looks. */
  told?: string | undefined;
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
    const now = nowOf(deps);
    await handler({
      deps,
      caller,
      now,
      req,
      res,
      policy,
      zone: zoneOf(policy, caller.person),
      nameOf: (id) => names.get(id) ?? id,
      told: req.method === 'GET' ? takeTold(req, res, toldFor(deps, caller, now)) : undefined,
    });
  });

const toldFor = ({ secrets, config }: ApiDeps, { grant }: Caller, now: Date) => ({
  ...{ secrets, now, publicUrl: config.publicUrl, person: grant.person },
});

/** Leads from a form that was done to the page that shows it, with what there is to say beside, its times by the clock of the reader: a reload asks for the page alone. */
export function leadTo({ deps, caller, now, res, zone }: PageCall, address: string, told?: string): void {
  if (told === undefined) {
    res.redirect(303, address);
    return;
  }
  const { pathname, search } = new URL(address, deps.config.publicUrl);
  keepTold(res, pathname, local(told, now.toISOString(), zone), toldFor(deps, caller, now));
  // What is told stands on top of the page: an anchor would lead past it.
  res.redirect(303, `${pathname}${search}`);
}

/**
 * A form behind sign-in. Where it cannot be done, `showAgain` shows the page that it stands on with what was typed and what was
 * wrong: nothing that people wrote is lost. Who may not see that page is told the problem alone.
 */
export const formHandler = (
  deps: ApiDeps,
  action: Action | { within: Action },
  { handle, showAgain }: Record<'handle' | 'showAgain', (call: PageCall) => Promise<void>>,
): RequestHandler =>
  pageHandler(deps, action, async (call) => {
    try {
      await handle(call);
    } catch (error) {
      const { req, res } = call;
      if (!(error instanceof GantryError) || req.accepts(['html', 'json']) !== 'html') throw error;
      const problem = localProblem(error.problem, call);
      deps.log.debug({ code: problem.code, status: problem.status, path: req.path }, problem.title);
      res.status(problem.status);
      await showAgain({ ...call, sent: { ...sentBy(req), problem } }).catch(() => {
        throw error;
      });
    }
  });

/** A form as it came in. */
export function sentBy(req: Request): Omit<SentForm, 'problem'> {
  const body: unknown = req.body;
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return {
    address: req.originalUrl,
    values: Object.fromEntries(names.map((name) => [name, formFields(req, name)])),
  };
}

/** A field that is blank or wrong, with what to write. */
export const wrongField = (name: string, detail: string): GantryError =>
  new GantryError(
    'REQUEST_INVALID',
    { detail },
    { errors: [{ pointer: `/${name}`, code: 'REQUEST_INVALID', detail, remedy: '' }] },
  );

/** What was typed into a field. @throws REQUEST_INVALID with what to write where it is empty */
export function neededField(req: Request, name: string, detail: string): string {
  const typed = formField(req, name);
  if (typed === undefined) throw wrongField(name, detail);
  return typed;
}

/** A day and a time by the clock of the reader, as an instant; undefined where nothing was typed. @throws REQUEST_INVALID */
export function timeIn({ req, zone }: PageCall, name: string): string | undefined {
  const typed = formField(req, name);
  if (typed === undefined) return undefined;
  try {
    return new Date(resolveLocal(typed, zone).ms).toISOString();
  } catch {
    throw wrongField(name, 'Choose a day and a time');
  }
}

/** A named part of the address. */
export const pathPart = (req: Request, name: string): string => String(req.params[name] ?? '');

/** A field of a posted form; what is not text is as good as missing. @throws REQUEST_INVALID where it is too long. */
export function formField(req: Request, name: string): string | undefined {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const typed = withoutControls(value).trim();
  if (typed === '') return undefined;
  if (typed.length > mostTyped) throw wrongField(name, `Write at most ${mostTyped} characters: ${name}`);
  return typed;
}

/** Every value of a field that may be sent several times, such as boxes that are ticked; what is not text is left out. */
export function formFields(req: Request, name: string): string[] {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return [value]
    .flat()
    .filter((one) => typeof one === 'string')
    .map(withoutControls);
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
