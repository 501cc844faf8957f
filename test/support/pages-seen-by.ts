import type { Express } from 'express';
import { setCaller } from '../../api/auth/caller.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { mountPages } from '../../api/pages/index.ts';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { appWith, peoplePolicy } from './asked-release.ts';

/** The pages as somebody signed in sees them; a token may narrow that to some services. Forms carry `the-token` as their CSRF token. */
export function pagesSeenBy(
  deps: ApiDeps,
  id: string,
  access: Access[],
  services: readonly string[] = [],
): Express {
  const person = peoplePolicy.people.find((one) => one.id === id);
  return appWith(deps, (app) => {
    app.use((_req, res, next) => {
      setCaller(res, {
        actor: { id, kind: 'person' },
        ...(person ? { person } : {}),
        grant: { person: id, access, ...(services.length > 0 ? { token: { access, services } } : {}) },
        zone: 'UTC',
        session: { hash: 'h', csrf: 'the-token' },
      });
      next();
    });
    mountPages(app, deps);
  });
}
