import { nothingCameOfIt } from '../../domain/already-so.ts';
import { ArgumentValueSchema, IdSchema } from '../../domain/policy/common.schema.ts';
import { instantText } from '../../domain/instant-text.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { leftIn } from '../../platform/record/asked-beside.ts';
import { once } from '../../platform/record/idempotency.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { adopt, saidAlready, type RunningRow } from '../../platform/record/running.ts';
import { lookForAdopted } from '../look-for-adopted.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route } from '../http/route.ts';
import { ReasonSchema, z } from './common.schema.ts';

const AdoptionSchema = z
  .strictObject({
    service: IdSchema,
    version: ArgumentValueSchema.max(100),
    environment: IdSchema,
    digest: ArgumentValueSchema.optional(),
    commit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/, 'must be a commit id')
      .optional(),
    reason: ReasonSchema.optional().describe('How you know.'),
  })
  .openapi('Adoption');

const create = route({
  method: 'post',
  path: '/v1/adoptions',
  action: 'service.adopt',
  summary:
    'Record what runs already, so that change list, downgrade rule and rollback target are right. Nothing is deployed.',
  body: AdoptionSchema,
  example: { service: 'shop', version: '1.3.0', environment: 'production' },
  answer: {
    status: 201,
    description: 'What is recorded now.',
    schema: AdoptionSchema.extend({
      since: z.string(),
      note: z
        .string()
        .optional()
        .describe('What could not be looked at; or that the record says so already, and since when.'),
      changed: z.literal(false).optional().describe('The record says so already: nothing was recorded.'),
      takenOff: z
        .array(z.string())
        .optional()
        .describe(
          'What ended releases had left there, which stands on the record no more; where something was.',
        ),
    }).openapi('AdoptedVersion'),
  },
  problems: [
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'POLICY_NONE',
    'SERVICE_UNKNOWN',
    'ENVIRONMENT_UNKNOWN',
    'ADOPTION_NEEDS_REASON',
    'VERSION_IS_TAG',
    'COMMIT_UNKNOWN',
  ],
  subject: async ({ body }) => ({ object: { services: [body.service] }, value: undefined }),
  async handle(call) {
    const { deps, body, caller, now } = call;
    const at = now.toISOString();
    const stored = await currentPolicy(deps.store.db);
    const note = stored && (await lookForAdopted(body, { ...stored, dataDir: deps.config.dataDir }));
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      requireKnown((await currentPolicy(trx))?.policy, body);
      const takenOff = await leftIn(trx, body.environment, [body.service]);
      const standing = takenOff.length === 0 ? await saidAlready(trx, body) : undefined;
      if (standing) {
        const { digest, commit, since } = standing;
        const build = {
          ...(digest === undefined ? {} : { digest }),
          ...(commit === undefined ? {} : { commit }),
        };
        return {
          status: 201,
          body: { ...body, ...build, since, note: alreadyWords(standing, body.reason), changed: false },
        };
      }
      await adopt(trx, { ...(body as Parameters<typeof adopt>[1]), by: caller.actor, at });
      const said = {
        ...(note === undefined ? {} : { note }),
        ...(takenOff.length === 0 ? {} : { takenOff }),
      };
      return { status: 201, body: { ...body, since: at, ...said } };
    });
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

function alreadyWords(
  { service, version, environment, since }: RunningRow,
  reason: string | undefined,
): string {
  return `The record says already that ${service} ${version} runs in ${environment}, since ${instantText(since)}. ${nothingCameOfIt({}, { given: reason })}`;
}

function requireKnown(
  policy: Policy | undefined,
  { service, environment }: { service: string; environment: string },
): void {
  if (!policy) throw new GantryError('POLICY_NONE');
  const services = policy.services.map((one) => one.id);
  const environments = policy.environments.map((one) => one.id);
  if (!services.includes(service))
    throw new GantryError('SERVICE_UNKNOWN', { service, known: services.join(', ') });
  if (!environments.includes(environment))
    throw new GantryError('ENVIRONMENT_UNKNOWN', { environment, known: environments.join(', ') });
}

export const adoptionRoutes = [create];
