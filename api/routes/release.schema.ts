import { ArgumentValueSchema, IdSchema } from '../../domain/policy/common.schema.ts';
import { meanings } from '../../domain/gates/approvals/assurance.ts';
import { openStates, terminalStates } from '../../domain/release/state.ts';
import { oneLine } from '../../platform/plain-text.ts';
import {
  ActorSchema,
  BesideSchema,
  InstantSchema,
  NamesSchema,
  pageQuery,
  ReasonSchema,
  z,
} from './common.schema.ts';
import { dateFields, isInOrder, outOfOrder, ReleasePlanSchema } from './dates.schema.ts';

export const ComponentSchema = z
  .strictObject({
    service: IdSchema,
    version: ArgumentValueSchema.max(100),
    digest: z
      .string()
      .regex(
        /^[a-z0-9]+:[0-9a-f]{32,128}$/,
        'must be an algorithm and a hexadecimal digest, such as sha256:…',
      )
      .optional()
      .describe('Digest of the artifact that this version is.'),
    ref: ArgumentValueSchema.optional().describe(
      'Git ref or commit, where it is not the tag of the version.',
    ),
    commit: z.string().optional().describe('What the ref was resolved to; found out by planning.'),
  })
  .openapi('Component');

const WantedComponentSchema = ComponentSchema.omit({ commit: true });

export const CreateReleaseSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, ".", "_" or "-", at most 63')
      .optional()
      .describe(
        'Your own id for the release: the same id is one release. Needed where there is no Idempotency-Key.',
      ),
    components: z.array(WantedComponentSchema).min(1).max(50),
    intent: z
      .enum(['deploy', 'redeploy', 'rollback'])
      .default('deploy')
      .describe('What you mean to do; compared with what runs.'),
    to: IdSchema.optional().describe('Last environment to go to; left out: the whole pipeline.'),
    alone: z
      .boolean()
      .optional()
      .describe(
        'Go to `to` alone, without the stages before it and without changing what runs there. Only for versions that were deployed well in that environment, or in the stage right before; else ALONE_REFUSED. All gates of that stage hold as ever.',
      ),
    reason: ReasonSchema.optional(),
    supersede: z
      .boolean()
      .optional()
      .describe(
        'Take the place of open releases of these services: those that have not started end as superseded.',
      ),
    remediates: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe(
        'Release that this one makes good: its id, or `shop@1.4.0`. With the intent rollback it goes to its last environment alone, as with `alone`.',
      ),
    ...dateFields,
  })
  .refine(isInOrder, outOfOrder)
  .refine(({ alone, to }) => alone !== true || to !== undefined, {
    path: ['to'],
    message: 'is needed with alone',
  })
  .openapi('ReleaseOrder');

const stateNames = [...openStates, ...terminalStates] as const;

export const ListReleasesQuery = z.strictObject({
  ...pageQuery,
  service: IdSchema.optional(),
  environment: IdSchema.optional().describe('Those whose pipeline goes there.'),
  state: z
    .string()
    .regex(/^[a-zA-Z]+(,[a-zA-Z]+)*$/)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(stateNames)))
    .optional()
    .describe('One state or several, with commas.'),
  open: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only those that have not ended, or only those that have.'),
  from: InstantSchema.optional().describe('Asked for at this instant or later.'),
  to: InstantSchema.optional().describe('Asked for before this instant.'),
});

const VerdictSchema = z
  .object({
    gate: z.string(),
    kind: z.enum(['allowed', 'waiting', 'needsPeople', 'denied']),
    because: z.string(),
    since: z.string(),
    until: z.string().optional(),
    remedy: z.string().optional(),
    passed: z
      .object({ by: z.string(), because: z.string(), until: z.string() })
      .optional()
      .describe('Who passes it nevertheless; the verdict stays.'),
    who: z
      .array(z.object({ rule: z.string(), candidates: z.array(z.string()), seats: z.number() }))
      .optional(),
  })
  .openapi('Verdict');

const CheckSchema = z
  .looseObject({
    id: z.string(),
    service: z.string(),
    outcome: z.string(),
    required: z.boolean(),
    summary: z.string(),
  })
  .openapi('Check');

const ApprovalSchema = z
  .looseObject({
    requestId: z.string(),
    state: z.string(),
    subjectDigest: z.string(),
    openedAt: z.string(),
    deadline: z.string(),
    asked: z.array(z.string()),
    votes: z.array(z.looseObject({ person: z.string(), choice: z.enum(['approve', 'reject']) })),
    seats: z.array(z.looseObject({ rule: z.string(), atLeast: z.number(), filled: z.number() })),
  })
  .openapi('Approval');

const StageSchema = z
  .looseObject({
    environment: z.string(),
    state: z.string(),
    checks: z.array(CheckSchema),
    verdicts: z.array(VerdictSchema),
    approval: ApprovalSchema.optional(),
    risk: z
      .looseObject({ at: z.string(), points: z.number(), band: z.string() })
      .optional()
      .describe('How risky it was found to be last, where risk is a gate of this stage.'),
    rollout: z.array(z.looseObject({ service: z.string(), version: z.string(), exposure: z.number() })),
  })
  .openapi('Stage');

const HoldSchema = z
  .looseObject({ by: z.string(), reason: z.string(), at: z.string(), kind: z.string() })
  .openapi('Hold');

const EndSchema = z.object({ at: z.string(), because: z.string(), by: z.string().optional() });

const WhatIsWhereSchema = z
  .looseObject({
    service: z.string(),
    environment: z.string(),
    version: z.string(),
    previousVersion: z.string().optional(),
    exposure: z.number().describe('Percent that the new version had when that was last known.'),
    runs: z.string().describe('What runs now, in words; what nobody knows is said so.'),
    undo: z
      .string()
      .describe(
        '`failed`: it was tried; `needsPeople`: it was not, and waits for that of others; and so on.',
      ),
    attempts: z.number().int().describe('How often its undo was tried.'),
    because: z.string(),
    waitsFor: z.array(z.string()).optional().describe('Services whose undo failed, where it waits for that.'),
    command: z.string().optional().describe('What would undo it by hand.'),
  })
  .openapi('WhatIsWhere');

/** Fields and words may be added at any time; clients must bear that (ux §2.1). */
export const ReleaseSchema = z
  .looseObject({
    id: z.string(),
    workflowId: z.string(),
    attempt: z.number().int(),
    components: z.array(ComponentSchema),
    intent: z.enum(['deploy', 'redeploy', 'rollback']),
    requestedBy: ActorSchema,
    state: z.enum(stateNames),
    headline: z.string(),
    stalled: z
      .object({ since: z.string(), because: z.string() })
      .optional()
      .describe('Its workflow fails at every try, so nothing moves it until that is mended.'),
    stage: z.string().optional(),
    stages: z.array(StageSchema),
    residue: z
      .enum(['none', 'restored', 'partial', 'left'])
      .describe(
        'What is left of it in its stage: `restored`, what ran before runs again; `partial`, something was not undone; `left`, a person left it on purpose. While it goes back or needs a person, `partial` as long as something may still stand there; while it goes forward, `none`.',
      ),
    whatIsWhere: z
      .array(WhatIsWhereSchema)
      .optional()
      .describe(
        'While it needs a person for its way back: each component that was touched. In the answer on one release.',
      ),
    holds: z.array(HoldSchema),
    createdAt: z.string(),
    updatedAt: z.string(),
    ended: EndSchema.optional(),
    seq: z.number().int(),
    live: z.boolean().optional().describe('With `live=true`: whether the workflow itself answered.'),
    note: z.string().optional(),
    changed: z
      .literal(false)
      .optional()
      .describe('After a command that has had its effect before: nothing has changed, and `note` says why.'),
    plan: ReleasePlanSchema.optional(),
    beside: BesideSchema.optional(),
    saidSince: z
      .array(
        z.object({
          environment: z.string(),
          service: z.string(),
          version: z.string(),
          at: z.string(),
          by: z.string(),
          releaseId: z
            .string()
            .optional()
            .describe(
              'The later release. Left out where a person recorded it, or where that release has other services, too.',
            ),
          sentence: z.string().describe('All of it in words.'),
        }),
      )
      .optional()
      .describe(
        'What has the place since where it had left something when it ended: by somebody’s word (`gantry adopt`), or by a later release. Its stages tell of then, and `headline` says both. Only where one release is asked for.',
      ),
  })
  .openapi('Release');

export const ReleaseListSchema = z
  .object({ items: z.array(ReleaseSchema), next: z.string().optional() })
  .openapi('ReleaseList');

export const ExplanationSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    state: z.enum(stateNames),
    word: z.string(),
    headline: z.string(),
    stage: z.string().optional(),
    verdicts: z.array(VerdictSchema),
    holds: z.array(HoldSchema),
    mayAct: z.array(z.object({ rule: z.string(), candidates: z.array(z.string()), seats: z.number() })),
    next: z
      .object({
        because: z.string(),
        command: z.string(),
        action: z.string().optional().describe('What the command does; left out: it only reads.'),
        whoCan: z.string().optional().describe('Who may do it, where you may not.'),
      })
      .optional(),
    names: NamesSchema,
    ended: EndSchema.optional(),
    asOf: z.string(),
  })
  .openapi('Explanation');

export const TimelineSchema = z
  .object({
    items: z.array(
      z.looseObject({
        seq: z.number(),
        globalSeq: z.number(),
        at: z.string(),
        action: z.string(),
        actor: ActorSchema,
        object: z.string(),
        sentence: z.string(),
      }),
    ),
    scanned: z
      .array(z.object({ at: z.string(), person: z.string(), looks: z.number(), environment: z.string() }))
      .optional()
      .describe(
        'With the last page: links that mail scanners have probably opened. Nothing was decided by it.',
      ),
    next: z.string().optional(),
  })
  .openapi('Timeline');

export const ReasonBodySchema = z.strictObject({ reason: ReasonSchema.optional() }).openapi('Reason');

export const AbortSchema = z
  .strictObject({
    reason: ReasonSchema.optional(),
    leave: z.boolean().optional().describe('Leave what is deployed as it is; needs a reason.'),
  })
  .refine((body) => body.leave !== true || body.reason !== undefined, {
    message: 'is needed with leave',
    path: ['reason'],
  })
  .openapi('Abort');

export const AdvanceSchema = z
  .strictObject({
    to: z
      .literal(100)
      .optional()
      .describe(
        'Go to all traffic or targets at once, without the pauses between; left out: to the next step.',
      ),
    service: IdSchema.optional().describe('Only this service; left out: all that pause.'),
    reason: ReasonSchema,
  })
  .openapi('Advance');

export const RecoverSchema = z
  .strictObject({
    how: z
      .enum(['retry', 'doneByHand', 'leave'])
      .describe(
        'doneByHand is looked at where the deployer has a `probe`: where something else runs, it needs a person still.',
      ),
    service: IdSchema.optional().describe('Left out: all whose undo failed.'),
    reason: ReasonSchema.optional(),
  })
  .refine((body) => body.how === 'retry' || body.reason !== undefined, {
    message: 'is needed unless how is retry',
    path: ['reason'],
  })
  .openapi('Recover');

export const WaiverOrderSchema = z
  .strictObject({
    check: IdSchema.describe('The check that has failed.'),
    service: IdSchema.optional().describe('Only of this service; left out: of each of which it has failed.'),
    reason: z.string().trim().min(10).max(2_000).describe('Why, in 10 characters or more.'),
    expires: InstantSchema.describe('When it ends: within 7 days.'),
  })
  .openapi('WaiverOrder');

export const WaiverRevocationSchema = z
  .strictObject({
    check: IdSchema.describe('The check whose waiver is taken back.'),
    service: IdSchema.optional().describe('Only of this service; left out: of each for which it is waived.'),
    environment: IdSchema.optional().describe('Left out: the stage that the release is in.'),
    reason: z.string().trim().min(10).max(2_000).describe('Why, in 10 characters or more.'),
  })
  .openapi('WaiverRevocation');

export const RetryCheckSchema = z
  .strictObject({
    check: IdSchema.optional().describe('Left out: all that have not passed.'),
    reason: ReasonSchema.optional(),
  })
  .openapi('RetryCheck');

export const ConditionSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(200).describe('What is to be done.'),
    owner: IdSchema.describe('Person or team who does it.'),
    before: IdSchema.describe('Environment whose stage waits for it.'),
    due: InstantSchema.optional().describe('By when.'),
  })
  .openapi('Condition');

export const TaskOrderSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(200).describe('What is to be done.'),
    owner: IdSchema.describe('Person or team who does it.'),
    before: IdSchema.optional().describe('Environment whose stage waits for it. Left out: none does.'),
    due: InstantSchema.optional().describe('By when.'),
  })
  .openapi('TaskOrder');

export const DecisionSchema = z
  .strictObject({
    requestId: z.uuid(),
    choice: z.enum(['approve', 'reject', 'postpone']),
    until: InstantSchema.optional().describe('With postpone: until when it is to wait.'),
    subjectDigest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'is the digest that the approval shows')
      .describe('What you have looked at.'),
    comment: z.string().trim().min(1).max(2_000).optional(),
    conditions: z
      .array(ConditionSchema)
      .min(1)
      .max(10)
      .optional()
      .describe('With approve: they become tasks, and the stages that they name wait for them.'),
    meaning: z
      .enum(meanings)
      .optional()
      .describe(
        'What you sign with it, where the stage asks for `reauth`; it counts with a fresh sign-in only.',
      ),
  })
  .refine((body) => body.choice === 'approve' || oneLine(body.comment ?? '') !== '', {
    message: 'is needed to reject and to postpone',
    path: ['comment'],
  })
  .refine((body) => (body.choice === 'postpone') === (body.until !== undefined), {
    message: 'is needed to postpone, and only then',
    path: ['until'],
  })
  .refine((body) => body.choice === 'approve' || body.conditions === undefined, {
    message: 'belong to an approval',
    path: ['conditions'],
  })
  .openapi('Decision');

export const ReceiptSchema = z
  .object({
    state: z.enum(['counted', 'received']),
    decisionId: z.string(),
    choice: z.enum(['approve', 'reject', 'postpone']),
    receivedAt: z.string(),
    headline: z.string().optional(),
    filled: z.number().optional(),
    seats: z.number().optional(),
    closesAt: z.string().optional(),
  })
  .openapi('Receipt');

export const WithdrawSchema = z.strictObject({ requestId: z.uuid() }).openapi('Withdrawal');

export const ChangesSchema = z
  .object({ items: z.array(z.looseObject({ service: z.string() })) })
  .openapi('Changes');
