import type { Request } from 'express';
import { GantryError } from '../../platform/errors.ts';
import { calledAs, type Caller } from '../auth/caller.ts';
import { narrowedTo } from '../auth/narrowed-to.ts';

/** The `Link` header of a page that another one follows. */
export function nextLink(req: Request, next: string | undefined): Record<string, string> {
  if (next === undefined) return {};
  const query = new URLSearchParams(req.query as Record<string, string>);
  query.set('cursor', next);
  return { Link: `<${req.path}?${query.toString()}>; rel="next"` };
}

/** A token for some services lists them one at a time: a page with holes would look like all there is. @throws NOT_ALLOWED */
export function narrowedServices(caller: Caller, service: string | undefined): void {
  const narrowed = narrowedTo(caller);
  if (narrowed === undefined || (service !== undefined && narrowed.includes(service))) return;
  const because = `the token is for ${narrowed.join(', ')} only: name one of them as service`;
  const remedy = `Ask for one of them: \`?service=${narrowed[0] ?? ''}\` (\`--service\` of the command line); or use a token that is for the others, too.`;
  throw new GantryError('NOT_ALLOWED', { person: calledAs(caller), detail: because, remedy });
}
