import { z } from 'zod';
import { assurances } from '../gates/approvals/assurance.ts';
import { FreezeSchema, WindowSchema } from './calendar.schema.ts';
import { AfterRollbackSchema } from './back.schema.ts';
import { CheckSchema } from './check.schema.ts';
import { DurationSchema, IdSchema, PositiveDurationSchema, ZoneSchema } from './common.schema.ts';
import { DeployerSchema } from './deployer.schema.ts';
import { DriftSchema, RunnerSchema } from './place.schema.ts';
import { ArtifactSchema, LanesSchema, MigrationSchema, StageGatesSchema } from './gates.schema.ts';
import { MetricSchema } from './metric.schema.ts';
import { watchFields } from './observe.schema.ts';
import { ServiceRiskSchema, StageRiskSchema } from './risk.schema.ts';
import { TrainSchema } from './train.schema.ts';
import { WebhookSchema } from './webhook.schema.ts';

/** What a person or token may do in Gantry itself; who may vote is a matter of `roles`. */
export const AccessSchema = z.enum(['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin']);
export type Access = z.infer<typeof AccessSchema>;

export const PersonSchema = z.strictObject({
  id: IdSchema.describe('Short name by which the rest of the file means this person.'),
  name: z.string().min(1).max(120).describe('Name as pages and mails show it.'),
  email: z
    .email('is not a mail address: write one such as ana@acme.test')
    .describe('Where requests and notices are sent.'),
  zone: ZoneSchema.optional().describe(
    'Zone in which this person reads times. Left out: the organisation’s.',
  ),
  team: IdSchema.optional().describe('Team of this person, shown beside the name.'),
  roles: z.array(IdSchema).default([]).describe('Roles that approval rules ask for, such as qa or security.'),
  aliases: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Other mail addresses and Git names of the same person; folded together before votes are counted.',
    ),
  access: z
    .array(AccessSchema)
    .default(['viewer', 'approver'])
    .describe('What this person may do in Gantry itself; who may vote is a matter of roles.'),
  manager: IdSchema.optional().describe(
    'Person who is told when a request that waits for this one is about to run out.',
  ),
});
export type Person = z.infer<typeof PersonSchema>;

// What came after the first version of this format is optional and has no default: policies that were stored before it do
// not have it, and the digest of a file that does not use it stays the same.

const LabelsSchema = z.array(IdSchema);

export const EnvironmentSchema = z.strictObject({
  id: IdSchema.describe('Name of the environment, such as staging.'),
  production: z
    .boolean()
    .default(false)
    .describe('Stricter defaults: grace of 5 minutes, version typed by hand, engine signals refused.'),
  exclusive: z
    .boolean()
    .default(false)
    .describe('One release at a time for the whole environment; else one for each service.'),
  labels: LabelsSchema.optional().describe('Words by which windows and freezes mean it, such as eu.'),
  windows: z
    .array(WindowSchema)
    .optional()
    .describe('When it may be released to; left out, and where no other window is about it: always.'),
  freezes: z.array(FreezeSchema).optional().describe('When nothing may be released to it.'),
  queue: z
    .enum(['fifo', 'newestWins'])
    .optional()
    .describe(
      'Who waits for it: all of them in turn (fifo), or of the same services only the newest version (newestWins; older ones that have not started there end superseded). Left out: fifo.',
    ),
  reservations: z
    .enum(['refuse', 'queue'])
    .optional()
    .describe(
      'What happens to who wants to reserve what is reserved: refused, or queued until it is released. Left out: queue.',
    ),
  rollback: z
    .enum(['required', 'shown'])
    .optional()
    .describe(
      'Whether a release needs a way back without a flaw to come here. Left out: the way back is not judged.',
    ),
  runner: RunnerSchema.optional(),
  drift: DriftSchema.optional(),
});
export type Environment = z.infer<typeof EnvironmentSchema>;

const LockSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*(:[a-z0-9._-]+)?$/,
    'is no name of a lock: use lower-case letters, digits, "-", "_" and ".", with one ":" if you like, such as db:orders',
  )
  .max(63);

export const ServiceSchema = z.strictObject({
  id: IdSchema.describe('Name of the service, as releases call it.'),
  owner: IdSchema.optional().describe('Person who owns releases that a program asked for.'),
  dependsOn: z
    .array(IdSchema)
    .default([])
    .describe('Services that are deployed before this one and undone after it.'),
  source: z
    .strictObject({
      git: z.string().min(1).describe('Repository: an address, or a folder relative to this file.'),
      branch: z.string().min(1).optional().describe('Commits must be reachable from this branch.'),
      tag: z
        .string()
        .min(1)
        .default('v{version}')
        .describe('How a version is tagged; `{version}` stands for it.'),
      versions: z
        .string()
        .min(1)
        .optional()
        .describe('Range of versions that may be released, such as `>=1.0.0`.'),
    })
    .optional()
    .describe(
      'Where the versions come from: the change list is read there, and checks run in a checkout of it.',
    ),
  versions: z
    .string()
    .min(1)
    .optional()
    .describe('Range of versions that may be released, for a service without a source.'),
  pipeline: IdSchema.describe('Name of the pipeline that its releases pass.'),
  labels: LabelsSchema.optional().describe('Words by which windows and freezes mean it, such as pci.'),
  locks: z
    .array(LockSchema)
    .optional()
    .describe(
      'Things that it shares with other services, such as db:orders: who shares one never deploys at the same moment.',
    ),
  windows: z
    .array(WindowSchema)
    .optional()
    .describe('When it may be released; left out, and where no other window is about it: always.'),
  freezes: z.array(FreezeSchema).optional().describe('When it may not be released.'),
  lanes: LanesSchema.optional(),
  migrations: z
    .array(MigrationSchema)
    .optional()
    .describe(
      'Which changes of the database its versions bring, declared or detected by the files that change.',
    ),
  artifact: ArtifactSchema.optional(),
  risk: ServiceRiskSchema.optional().describe('What makes its releases more or less risky.'),
});
export type Service = z.infer<typeof ServiceSchema>;

export const ExclusionSchema = z.enum(['author', 'committer', 'requester', 'policyEditor']);

export const ApprovalRuleSchema = z.strictObject({
  role: IdSchema.optional().describe('Everybody with this role may vote. Either role or people.'),
  people: z
    .array(IdSchema)
    .min(1)
    .optional()
    .describe('Exactly these people may vote. Either role or people.'),
  atLeast: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('How many different people must agree. One person fills one seat over all rules of the stage.'),
  not: z
    .array(ExclusionSchema)
    .default(['author', 'committer', 'requester', 'policyEditor'])
    .describe('Who may not vote under this rule. `[]` lets everybody in it vote.'),
  assurance: z
    .enum(assurances)
    .optional()
    .describe(
      'How sure Gantry must be of who votes under this rule. Left out: as `approval.assurance` of the stage says.',
    ),
  backup: z
    .strictObject({
      role: IdSchema.optional().describe('Everybody with this role. Either role or people.'),
      people: z.array(IdSchema).min(1).optional().describe('Exactly these people. Either role or people.'),
    })
    .optional()
    .describe(
      'Who may fill seats of this rule as well when a quarter of the time is left, when the request escalates, and at once for who is away.',
    ),
});
export type ApprovalRule = z.infer<typeof ApprovalRuleSchema>;

export const StageSchema = z.strictObject({
  environment: IdSchema.describe('Environment of this stage, once in its pipeline.'),
  checks: z
    .array(CheckSchema)
    .default([])
    .describe('Automatic tests that run side by side before the gates.'),
  approvals: z.array(ApprovalRuleSchema).default([]).describe('Who must agree; every rule must be filled.'),
  approval: z
    .strictObject({
      expires: PositiveDurationSchema.default('72h').describe('How long people have time to decide.'),
      onExpiry: z
        .enum(['close', 'hold', 'escalate'])
        .default('close')
        .describe(
          'What silence means: the release ends, it is held for its owner, or backup groups get half the time again and then it ends. There is no approve.',
        ),
      grace: DurationSchema.optional().describe(
        'How long a deciding vote may still be changed. Left out: 5m in production, else 0s.',
      ),
      assurance: z
        .enum(assurances)
        .default('link')
        .describe(
          'How sure Gantry must be of who votes: by the personal link in the mail, by a code besides, by a sign-in, or by a fresh sign-in for this vote. Left out in production: login where an OpenID provider is configured.',
        ),
      sameTeamAtMost: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('How many people of one team may fill seats, over all rules. Left out: any number.'),
      rejectQuorum: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('How many people must reject before the release is rejected. Left out: 1.'),
      clock: z
        .enum(['elapsed', 'working'])
        .optional()
        .describe(
          'What `expires` counts: all hours, or those of Monday to Friday from 09:00 to 17:00 in the zone of the organisation. Left out: elapsed.',
        ),
    })
    .prefault({})
    .describe('How the approval request of this stage behaves.'),
  deploy: DeployerSchema.describe('How a version comes into the environment, and how it goes away again.'),
  parallel: z
    .number()
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe(
      'How many services of one release may be deployed side by side, where none depends on another. Left out: one.',
    ),
  analysis: z
    .array(MetricSchema)
    .default([])
    .describe('Metrics measured between rollout steps and while the version soaks.'),
  observe: z
    .strictObject({
      soak: DurationSchema.default('0s').describe(
        'How long the version must stand, healthy, after the last step.',
      ),
      ...watchFields,
    })
    .prefault({})
    .describe('What happens after the last rollout step.'),
  autoRollback: z.boolean().default(true).describe('Roll back when analysis fails; else hold and ask.'),
  afterRollback: AfterRollbackSchema.optional().describe('What follows when a version was rolled back here.'),
  breakGlass: z
    .strictObject({
      roles: z
        .array(IdSchema)
        .min(1)
        .describe('Roles whose holders may, also for what they wrote themselves.'),
      atLeast: z.number().int().min(1).default(1).describe('How many different people it takes.'),
      reviewWithin: PositiveDurationSchema.default('24h').describe('How soon somebody else must review it.'),
    })
    .optional()
    .describe(
      'Who may start this stage past quorum, windows, freezes and soak, for an incident. Left out: nobody.',
    ),
  hotfix: z
    .strictObject({
      approvals: z.array(ApprovalRuleSchema).optional().describe('Who must agree then.'),
      expires: PositiveDurationSchema.optional().describe('How long people have time to decide then.'),
      grace: DurationSchema.optional().describe('How long a deciding vote may still be changed then.'),
      checks: z.array(IdSchema).optional().describe('Which of the stage’s checks it must pass then.'),
    })
    .optional()
    .describe(
      'Shorter rules of the same gates for a release that was ordered as urgent. What is left out stays as it is.',
    ),
  rollbackApprovals: z
    .array(ApprovalRuleSchema)
    .optional()
    .describe(
      'Who must agree before it goes back, by a release of its own, to what ran here well before. Left out: nobody.',
    ),
  engineSignals: z
    .enum(['allow', 'refuse'])
    .optional()
    .describe(
      'Whether approve and reject signals sent through Temporal count. Left out: refuse in production, else allow.',
    ),
  drift: DriftSchema.optional(),
  gates: StageGatesSchema.optional().describe('What the way here and the way back must be like.'),
  risk: StageRiskSchema.optional().describe(
    'Risk as a gate of this stage; `{}` takes all of its defaults. Left out: risk is no gate here.',
  ),
});
export type Stage = z.infer<typeof StageSchema>;

/** The whole of gantry.yaml. */
export const PolicySchema = z.strictObject({
  gantry: z.literal(1).describe('Version of this format.'),
  organisation: z
    .strictObject({
      name: z.string().min(1).describe('Name as pages and mails show it.'),
      zone: ZoneSchema.default('UTC').describe('Time zone of everything that names none.'),
      onCall: z
        .array(IdSchema)
        .default([])
        .describe('People who are told when a release needs a person and nobody else would be.'),
      escalateAfter: PositiveDurationSchema.optional().describe(
        'How long a release that needs a person waits before the managers of the people on call are told, too. Left out: 30m.',
      ),
      webhooks: z
        .array(WebhookSchema)
        .max(20)
        .optional()
        .describe('Addresses that are told what happens, signed.'),
    })
    .describe('Whose releases these are.'),
  people: z.array(PersonSchema).min(1).describe('Everybody who requests, approves or owns releases.'),
  environments: z.array(EnvironmentSchema).min(1).describe('Places where services run.'),
  services: z.array(ServiceSchema).min(1).describe('What is released, each under one name.'),
  pipelines: z
    .record(IdSchema, z.array(StageSchema).min(1))
    .describe('Ordered stages that releases pass, by the pipeline’s name.'),
  windows: z
    .array(WindowSchema)
    .optional()
    .describe('Times at which releases may start; each may say for what by its `scope`.'),
  freezes: z
    .array(FreezeSchema)
    .optional()
    .describe(
      'Times at which nothing may start; each may say for what by its `scope`. A freeze beats a window.',
    ),
  trains: z
    .array(TrainSchema)
    .optional()
    .describe('Recurring departures that take along what is ready, as one release.'),
});
export type Policy = z.infer<typeof PolicySchema>;
