import { z } from 'zod';
import { EnvironmentSchema, PersonSchema, ServiceSchema, StageSchema } from '../policy/policy.schema.ts';
import { DurationSchema, IdSchema, ZoneSchema } from '../policy/common.schema.ts';
import { MomentSchema, NameSchema, SentenceSchema } from './moment.schema.ts';
import {
  AbsenceFactSchema,
  GlassFactSchema,
  PostponementFactSchema,
  ReviewFactSchema,
  TaskFactSchema,
  VoteFactSchema,
  WaiverFactSchema,
} from './people.schema.ts';
import { RiskFactSchema } from './risk.schema.ts';
import {
  ArtifactFactSchema,
  AdoptedSchema,
  DeploymentFactSchema,
  QuarantineFactSchema,
  RehearsalFactSchema,
  SamplesFactSchema,
} from './way.schema.ts';

const BuildSchema = z.strictObject({
  version: NameSchema,
  digest: NameSchema.optional(),
});

const ChangedFileSchema = z.strictObject({
  path: NameSchema,
  text: z
    .string()
    .max(100_000)
    .optional()
    .describe('What is in it: a migration says by it what it does to the data. Left out: nobody can tell.'),
  removed: z.boolean().default(false).describe('It is not there any more, so it does nothing.'),
});

const ComponentFactSchema = z.strictObject({
  service: IdSchema,
  version: NameSchema,
  digest: NameSchema.optional().describe('Digest of its artifact.'),
  commit: NameSchema.optional(),
  running: BuildSchema.extend({ adopted: AdoptedSchema })
    .optional()
    .describe('What runs in the environment now. Left out: nothing.'),
  branches: z
    .array(NameSchema)
    .max(1_000)
    .optional()
    .describe('Branches from which its commit can be reached. Left out: nobody can tell.'),
  files: z
    .array(z.union([NameSchema, ChangedFileSchema]))
    .max(10_000)
    .optional()
    .describe(
      'Files that differ from what runs, as paths or with their text: migrations are detected by them, for the way back and the risk. Left out: nobody can tell.',
    ),
  firstSeenAt: MomentSchema.optional().describe(
    'When this version was first released. Left out: nobody can tell.',
  ),
});

const CheckFactSchema = z.strictObject({
  id: IdSchema.describe('Id of a check of the stage.'),
  service: IdSchema.optional().describe('Left out: of every service that is released.'),
  outcome: z.enum(['pending', 'running', 'passed', 'failed', 'error', 'inconclusive', 'cancelled']),
  summary: SentenceSchema.optional(),
});

const RequestFactSchema = z.strictObject({
  openedAt: MomentSchema.optional().describe(
    'When people were asked. Left out: at the first vote, else `now`.',
  ),
  deadline: MomentSchema.optional().describe('Left out: `approval.expires` after the opening.'),
  subjectDigest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is not a digest: write the `subjectDigest` of an earlier answer')
    .optional()
    .describe(
      'What the votes were given to: `subjectDigest` of an earlier answer. Where it is another now, they count no more.',
    ),
  risk: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'Points that people were shown. Left out: those of now. Where the band has risen, votes count no more.',
    ),
  withdrawnAt: MomentSchema.optional().describe('When the release ended or its request was withdrawn.'),
});

const CalendarFactSchema = z.strictObject({
  at: MomentSchema.optional().describe('When it is to start.'),
  startBy: MomentSchema.optional().describe('When it must have started. Left out: an hour after `at`.'),
  takes: DurationSchema.optional().describe(
    'How long deployment and way back take together. Left out: what is assumed of a service that was never measured.',
  ),
  overrides: z
    .array(
      z.strictObject({
        freeze: IdSchema.describe('Freeze that it may pass.'),
        by: IdSchema,
        reason: SentenceSchema.default('as tested'),
        expiresAt: MomentSchema,
      }),
    )
    .max(50)
    .default([]),
  reserved: z
    .array(
      z.strictObject({
        title: NameSchema.describe('For what.'),
        start: MomentSchema,
        end: MomentSchema,
        overlap: z.boolean().default(false),
      }),
    )
    .max(50)
    .default([])
    .describe('Times at which others have reserved the environment.'),
});

const DependencyFactSchema = z.strictObject({
  service: IdSchema,
  environment: IdSchema,
  atLeast: NameSchema.describe('Version that must at least run there.'),
  state: z.enum(['deployed', 'verified', 'soaked']).default('deployed'),
  soak: DurationSchema.optional().describe('With `soaked`: for how long.'),
  running: z
    .strictObject({
      version: NameSchema,
      verifiedAt: MomentSchema.optional().describe('When its deployment was finished.'),
    })
    .optional(),
});

const LockFactSchema = z.strictObject({
  position: z.int().min(1).optional().describe('Place in the queue.'),
  holder: z
    .strictObject({ title: NameSchema, since: MomentSchema })
    .optional()
    .describe('Who has the environment now.'),
});

const HoldFactSchema = z.strictObject({
  by: IdSchema,
  reason: SentenceSchema,
  at: MomentSchema.optional(),
});

/**
 * What is given as true where a policy is evaluated without a release. Everything but `now` may be left out. Facts of a gate
 * that comes later are one more optional field here, and one line in `gate-facts.ts`.
 */
export const FactsSchema = z.strictObject({
  now: MomentSchema.describe('The instant that is asked about.'),
  components: z
    .array(ComponentFactSchema)
    .min(1)
    .max(50)
    .optional()
    .describe('What is released, and what runs. Left out: some version of the service, and nothing runs.'),
  intent: z.enum(['deploy', 'redeploy', 'rollback']).default('deploy'),
  urgent: SentenceSchema.optional().describe('Why it cannot wait: it passes calendars as a hotfix.'),
  commits: z.array(NameSchema).max(5_000).default([]).describe('Ids of the commits in the change list.'),
  authors: z
    .array(NameSchema)
    .max(1_000)
    .default([])
    .describe(
      'Authors and co-authors of the commits, one entry a commit: person id, name, address, or `Name <address>`.',
    ),
  committers: z.array(NameSchema).max(1_000).default([]).describe('Committers, written alike.'),
  requester: IdSchema.optional().describe('Person who asked for the release.'),
  policyEditor: IdSchema.optional().describe('Person who edited the policy last.'),
  owner: IdSchema.optional().describe('Person who owns the release.'),
  checks: z
    .array(CheckFactSchema)
    .max(500)
    .default([])
    .describe('Results. A check of the stage without one has not run yet.'),
  request: RequestFactSchema.optional().describe(
    'The approval request. Left out with no votes: not opened yet.',
  ),
  votes: z.array(VoteFactSchema).max(1_000).default([]).describe('Every vote received, replaced ones, too.'),
  calendar: CalendarFactSchema.optional().describe('Beside the windows and freezes of the policy.'),
  dependencies: z.array(DependencyFactSchema).max(50).default([]).describe('What it waits for elsewhere.'),
  lock: LockFactSchema.optional().describe('Left out: the environment is free once all other gates allow.'),
  holds: z.array(HoldFactSchema).max(50).default([]).describe('Holds on the release.'),
  samples: SamplesFactSchema.optional().describe('What sampled checks said. Left out: the gate cannot tell.'),
  deployments: z
    .array(DeploymentFactSchema)
    .max(1_000)
    .optional()
    .describe('What was deployed where, and how that ended. Left out: promotion and soak cannot tell.'),
  artifacts: z
    .array(ArtifactFactSchema)
    .max(100)
    .default([])
    .describe('Whether what one would go back to is still there. One that is left out: nobody can tell.'),
  rehearsals: z
    .array(RehearsalFactSchema)
    .max(100)
    .default([])
    .describe('Undos that were tried out. Left out: none was.'),
  quarantines: z.array(QuarantineFactSchema).max(100).default([]).describe('Bans on builds.'),
  waivers: z.array(WaiverFactSchema).max(100).default([]).describe('Exceptions to failed checks.'),
  risk: RiskFactSchema.optional().describe('How risky it is. Left out: the gate cannot tell.'),
  absences: z.array(AbsenceFactSchema).max(200).default([]).describe('Who is away.'),
  tasks: z.array(TaskFactSchema).max(200).default([]).describe('Work that stages wait for.'),
  postponements: z
    .array(PostponementFactSchema)
    .max(50)
    .default([])
    .describe('Decisions to postpone, in their order.'),
  breakGlass: z
    .array(GlassFactSchema)
    .max(20)
    .default([])
    .describe('Who has broken the glass of this stage.'),
  reviews: z.array(ReviewFactSchema).max(50).default([]).describe('Reviews of earlier broken glass.'),
});
export type Facts = z.infer<typeof FactsSchema>;

/** A person of a fragment: who votes needs an id and roles, nothing else. */
const FragmentPersonSchema = PersonSchema.partial({ name: true, email: true });

/** The part of a policy that one stage is: for trying out rules without the rest of the file. */
export const FragmentSchema = z.strictObject({
  zone: ZoneSchema.optional().describe('Left out: UTC.'),
  people: z.array(FragmentPersonSchema).min(1).max(1_000),
  environment: EnvironmentSchema.omit({ id: true }).partial().optional(),
  service: ServiceSchema.omit({ id: true, pipeline: true })
    .partial()
    .optional()
    .describe('What the policy says of the service, such as its lanes and migrations.'),
  before: z
    .array(IdSchema)
    .max(20)
    .default([])
    .describe('Environments of the stages before this one, for promotion and soak.'),
  stage: StageSchema.partial({ environment: true, deploy: true }).describe(
    'A stage as in gantry.yaml; `deploy` may be left out.',
  ),
});
export type Fragment = z.infer<typeof FragmentSchema>;
