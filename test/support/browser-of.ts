import supertest, { type Response } from 'supertest';
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
    /** The page that a form led to, asked for with what the answer gave to keep. */
    follow: (done: Response) =>
      agent
        .get(done.headers['location'] as string)
        .set('Accept', 'text/html')
        .set('Cookie', [cookie, ...keptOf(done)].join('; ')),
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

/** The cookies of an answer, as a browser sends them back. */
export const keptOf = ({ headers }: Response): string[] =>
  ([headers['set-cookie'] ?? []].flat() as string[]).map((one) => one.split(';')[0] ?? '');
