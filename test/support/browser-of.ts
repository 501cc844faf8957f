import supertest from 'supertest';
import { csrfToken } from '../../api/auth/csrf.ts';
import { cookieName } from '../../api/auth/session-cookie.ts';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { sha256 } from '../../platform/ids.ts';
import { startSession } from '../../platform/record/sessions.ts';
import { personOf, type ApiUnderTest } from './api-app.ts';

/** A signed-in browser of the person with this access: its forms carry the session's CSRF token, unless `fields` say otherwise. */
export async function browserOf({ app, deps: { store, secrets, config } }: ApiUnderTest, access: Access) {
  const session = await startSession(store.db, personOf[access], new Date());
  const cookie = `${cookieName(config.publicUrl)}=${session}`;
  const csrf = csrfToken(secrets, sha256(session));
  const agent = supertest(app);
  return {
    get: (path: string) => agent.get(path).set('Accept', 'text/html').set('Cookie', cookie),
    post: (path: string, fields: object) =>
      agent
        .post(path)
        .set('Cookie', cookie)
        .set('Accept', 'text/html')
        .set('Sec-Fetch-Site', 'same-origin')
        .type('form')
        .send({ csrf, ...fields }),
  };
}
