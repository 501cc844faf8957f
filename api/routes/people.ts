import { IdSchema } from '../../domain/policy/common.schema.ts';
import { AccessSchema } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { forgetIdentities } from '../../platform/record/identities.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { endSessionsOf } from '../../platform/record/sessions.ts';
import { createSignInLink } from '../../platform/record/sign-in.ts';
import { actions, may } from '../auth/access.ts';
import { knownPerson } from '../auth/people.ts';
import { signInUrl } from '../auth/sign-in.ts';
import { givenKey } from '../http/idempotency-key.ts';
import { route } from '../http/route.ts';
import { ActorSchema, InstantSchema, NamesSchema, z } from './common.schema.ts';

const me = route({
  method: 'get',
  path: '/v1/me',
  action: 'self.read',
  summary: 'Who you are here, and what you may do.',
  answer: {
    status: 200,
    description: 'You.',
    schema: z
      .object({
        actor: ActorSchema,
        person: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()) }).optional(),
        zone: z
          .string()
          .describe('In which your local times are read and shown: your own, else the organisation’s.'),
        access: z.array(AccessSchema),
        services: z.array(z.string()).describe('Services that your token is narrowed to; none: all.'),
        may: z.array(z.string()).describe('Actions that you may do on something.'),
      })
      .openapi('Me'),
  },
  async handle({ caller: { actor, grant, person, zone } }) {
    const services = grant.token?.services ?? [];
    const allowed = actions.filter((action) => may(grant, action, { services }).allowed);
    const shown = person && { id: person.id, name: person.name, roles: person.roles };
    return {
      body: {
        actor,
        ...(shown ? { person: shown } : {}),
        zone,
        access: grant.token?.access ?? grant.access,
        services,
        may: allowed,
      },
    };
  },
});

const signInLink = route({
  method: 'post',
  path: '/v1/sign-in-links',
  action: 'person.signIn',
  summary: 'Make a link that signs a person in, once, within 15 minutes. Hand it to nobody else.',
  body: z.strictObject({ person: IdSchema }).openapi('SignInLinkOrder'),
  example: { person: 'ana' },
  answer: {
    status: 201,
    description: 'The link.',
    schema: z.object({ url: z.url(), expiresAt: InstantSchema, names: NamesSchema }).openapi('SignInLink'),
  },
  problems: ['IDEMPOTENCY_KEY_MISSING', 'NOT_FOUND'],
  async handle({ deps, body, caller, now, req }) {
    // Links are many and short-lived, and nothing of them may be stored: a repetition makes another one.
    if (givenKey(req) === undefined) throw new GantryError('IDEMPOTENCY_KEY_MISSING');
    if (!(await knownPerson(deps, body.person)))
      throw new GantryError('NOT_FOUND', { what: 'person', id: body.person });
    const { secret, expiresAt } = await createSignInLink(deps.store.db, {
      person: body.person,
      by: caller.actor,
      now,
    });
    const names = await namesFor(deps.store.db, [body.person]);
    return { body: { url: signInUrl(deps.config.publicUrl, secret), expiresAt, ...names } };
  },
});

const endSessions = route({
  method: 'post',
  path: '/v1/people/{id}/sessions/end',
  action: 'person.endSessions',
  summary: 'Sign a person out everywhere.',
  params: z.strictObject({ id: IdSchema }),
  answer: {
    status: 200,
    description: 'How many sessions have ended.',
    schema: z.object({ ended: z.number().int() }).openapi('EndedSessions'),
  },
  handle: async ({ deps, params }) => ({ body: { ended: await endSessionsOf(deps.store.db, params.id) } }),
});

const forget = route({
  method: 'post',
  path: '/v1/people/{id}/identities/forget',
  action: 'person.forgetIdentities',
  summary:
    'Forget which accounts of an OpenID provider are this person, and sign them out everywhere; the next verified sign-in binds one anew.',
  params: z.strictObject({ id: IdSchema }),
  answer: {
    status: 200,
    description: 'How many accounts were forgotten, and how many sessions have ended.',
    schema: z.object({ forgotten: z.number().int(), ended: z.number().int() }).openapi('ForgottenIdentities'),
  },
  handle: async ({ deps, params, caller, requestId, now }) => ({
    body: await forgetIdentities(deps.store.db, { person: params.id, by: caller.actor, requestId, now }),
  }),
});

export const peopleRoutes = [me, signInLink, endSessions, forget];
