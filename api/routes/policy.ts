import path from 'node:path';
import { describePolicyChange } from '../../domain/policy/diff.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { namesOf } from '../../domain/release/names.ts';
import { GantryError } from '../../platform/errors.ts';
import { readPolicy, type Installation } from '../../platform/policy/read-policy.ts';
import { currentPolicy, storePolicy } from '../../platform/record/policies.ts';
import { tokenById } from '../../platform/record/tokens.ts';
import type { Caller } from '../auth/caller.ts';
import { builtInAdmin, firstAdmin } from '../auth/people.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../http/route.ts';
import { InstantSchema, NamesSchema, z } from './common.schema.ts';

const PolicyTextSchema = z
  .strictObject({ text: z.string().min(1).max(1_000_000).describe('The whole of gantry.yaml.') })
  .openapi('PolicyText');

const ApplyPolicySchema = PolicyTextSchema.extend({
  baseDir: z
    .string()
    .max(4_096)
    .refine((dir) => path.isAbsolute(dir), 'must be an absolute path')
    .optional()
    .describe(
      'Folder that relative paths in the policy start from, on the machine of the worker. Left out: as before.',
    ),
  dryRun: z.boolean().default(false).describe('Say what it would change, and change nothing.'),
}).openapi('ApplyPolicy');

const StoredPolicySchema = z
  .object({
    digest: z.string(),
    text: z.string(),
    baseDir: z.string(),
    appliedAt: InstantSchema,
    appliedBy: z.object({
      id: z.string(),
      person: z.string().optional().describe('Whose token it is, where `id` is one.'),
    }),
    editedBy: z.string().optional(),
    names: NamesSchema,
  })
  .openapi('Policy');

const show = route({
  method: 'get',
  path: '/v1/policy',
  action: 'policy.read',
  summary: 'The policy in force.',
  answer: { status: 200, description: 'The policy as it was written.', schema: StoredPolicySchema },
  problems: ['POLICY_NONE'],
  async handle({ deps }) {
    const stored = await currentPolicy(deps.store.db);
    if (!stored) throw new GantryError('POLICY_NONE');
    const { digest, text, baseDir, appliedAt, appliedBy, editedBy } = stored;
    const person = (await tokenById(deps.store.db, appliedBy))?.owner;
    const names = namesOf([person ?? appliedBy, editedBy], stored.policy.people);
    return {
      body: {
        digest,
        text,
        baseDir,
        appliedAt,
        appliedBy: { id: appliedBy, ...(person === undefined ? {} : { person }) },
        ...(editedBy === undefined ? {} : { editedBy }),
        ...(names === undefined ? {} : { names }),
      },
    };
  },
});

const apply = route({
  method: 'post',
  path: '/v1/policy',
  action: 'policy.apply',
  summary:
    'Put a policy into force for releases that start from now on; or, with dryRun, say what that would change.',
  body: ApplyPolicySchema,
  example: { text: 'gantry: 1\n…', baseDir: '/srv/shop', dryRun: true },
  answer: {
    status: 200,
    description: 'What changes, in sentences.',
    schema: z
      .object({
        digest: z.string(),
        changed: z.boolean(),
        sentences: z.array(z.string()),
        actsAs: z
          .string()
          .optional()
          .describe(
            'Id of the person whom the command line on the server’s machine acts for from now on. Only where this is the first policy that names an administrator, and the built-in one applied it.',
          ),
      })
      .openapi('PolicyChange'),
  },
  problems: ['POLICY_INVALID', 'POLICY_UNREADABLE', 'CALENDAR_RULE_EXISTS'],
  async handle({ deps, body, caller }) {
    const { policy, digest } = readable(body.text, hereIn(deps));
    const before = await currentPolicy(deps.store.db);
    const sentences = describePolicyChange(before?.policy, policy);
    if (body.dryRun) return { body: { digest, changed: before?.digest !== digest, sentences } };
    const baseDir = body.baseDir ?? before?.baseDir ?? path.dirname(deps.config.policyFile);
    const editor = caller.person ? { editedBy: caller.person.id } : {};
    const applied = { policy, digest, text: body.text, baseDir, sentences, by: caller.actor, ...editor };
    const { changed } = await storePolicy(deps.store.db, applied);
    const actsAs = await handOver(deps, caller, policy);
    return { body: { digest, changed, sentences, ...(actsAs === undefined ? {} : { actsAs }) } };
  },
});

/** The built-in administrator ends with the first policy that names one; whoever acted as it goes on as that person. */
async function handOver(deps: ApiDeps, caller: Caller, policy: Policy): Promise<string | undefined> {
  const person = firstAdmin(policy);
  const ends = caller.person === undefined && caller.grant.person === builtInAdmin && person !== builtInAdmin;
  if (!ends || !deps.handOver) return undefined;
  try {
    await deps.handOver(person);
    return person;
  } catch (error) {
    // The policy is in force all the same; the next start leaves a token for that person.
    deps.log.error(
      { error, person },
      'the command line of this machine has no token now: start `gantry up` again',
    );
    return undefined;
  }
}

const check = route({
  method: 'post',
  path: '/v1/policy/check',
  action: 'policy.check',
  summary: 'Check a policy: every problem at once, with line and column.',
  body: PolicyTextSchema,
  example: { text: 'gantry: 1\n…' },
  answer: {
    status: 200,
    description: 'Problems, in the order of the file; none means that it may be applied.',
    schema: z
      .object({
        valid: z.boolean(),
        problems: z.array(
          z.looseObject({
            line: z.number(),
            column: z.number(),
            path: z.string(),
            code: z.string(),
            detail: z.string(),
            remedy: z.string(),
          }),
        ),
      })
      .openapi('PolicyReport'),
  },
  async handle({ deps, body }) {
    const { problems } = readPolicy(body.text, undefined, hereIn(deps));
    return { body: { valid: problems.length === 0, problems } };
  },
});

const hereIn = ({ provider }: ApiDeps): Installation => ({ hasProvider: provider !== undefined });

/** @throws POLICY_INVALID with every mistake */
function readable(text: string, here: Installation): { policy: Policy; digest: string } {
  const { policy, digest, problems } = readPolicy(text, undefined, here);
  if (policy && digest !== undefined && problems.length === 0) return { policy, digest };
  const errors = problems.map((one) => ({
    pointer: `${one.file}:${one.line}:${one.column} ${one.path}`.trimEnd(),
    code: one.code,
    detail: one.detail,
    remedy: one.remedy,
  }));
  const detail = errors.map((one) => `${one.pointer}: ${one.detail}`).join('; ');
  throw new GantryError('POLICY_INVALID', { detail, count: errors.length, file: 'gantry.yaml' }, { errors });
}

export const policyRoutes = [show, apply, check];
