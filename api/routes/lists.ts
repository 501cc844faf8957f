import type { Request } from 'express';
import { GantryError } from '../../platform/errors.ts';
import type { Caller } from '../auth/caller.ts';

/** The `Link` header of a page that another one follows. */
export function nextLink(req: Request, next: string | undefined): Record<string, string> {
  if (next === undefined) return {};
  const query = new URLSearchParams(req.query as Record<string, string>);
  query.set('cursor', next);
  return { Link: `<${req.path}?${query.toString()}>; rel="next"` };
}

/** The services that a token is for; undefined where it is for all of them, as a person is. */
export function narrowedTo(caller: Caller): readonly string[] | undefined {
  const narrowed = caller.grant.token?.services ?? [];
  return narrowed.length === 0 ? undefined : narrowed;
}

/** Which services a caller may see. */
export function visibleServices(caller: Caller): (service: string) => boolean {
  const narrowed = narrowedTo(caller);
  return (service) => narrowed === undefined || narrowed.includes(service);
}

/** Whether what is about these services, or about all of them, concerns somebody who may see some. */
export const concernsVisible =
  (isVisible: (service: string) => boolean) =>
  ({ services }: { services: readonly string[] }): boolean =>
    services.length === 0 || services.some(isVisible);

/** A token for some services lists them one at a time: a page with holes would look like all there is. @throws NOT_ALLOWED */
export function narrowedServices(caller: Caller, service: string | undefined): void {
  const narrowed = caller.grant.token?.services ?? [];
  if (narrowed.length === 0 || (service !== undefined && narrowed.includes(service))) return;
  const because = `the token is for ${narrowed.join(', ')} only: name one of them as service`;
  throw new GantryError('NOT_ALLOWED', { person: caller.grant.person, detail: because });
}
