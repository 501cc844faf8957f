import { z } from 'zod';
import { CheckSchema } from './check.schema.ts';
import { DurationSchema, IdSchema, ZoneSchema } from './common.schema.ts';
import { DeployerSchema } from './deployer.schema.ts';
import { MetricSchema } from './metric.schema.ts';

/** What a person or token may do in Gantry itself; who may vote is a matter of `roles`. */
export const AccessSchema = z.enum(['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin']);
export type Access = z.infer<typeof AccessSchema>;

export const PersonSchema = z.strictObject({
  id: IdSchema,
  name: z.string().min(1).max(120),
  email: z.email(),
  zone: ZoneSchema.optional().describe('Zone in which this person reads times; default: the organisation’s.'),
  team: IdSchema.optional(),
  roles: z.array(IdSchema).default([]).describe('Roles that approval rules ask for, such as qa or security.'),
  aliases: z.array(z.string().min(1)).default([]).describe('Other mail addresses and Git names of the same person; folded together before votes are counted.'),
  access: z.array(AccessSchema).default(['viewer', 'approver']),
});
export type Person = z.infer<typeof PersonSchema>;

export const EnvironmentSchema = z.strictObject({
  id: IdSchema,
  production: z.boolean().default(false).describe('Stricter defaults: grace of 5 minutes, version typed by hand, engine signals refused.'),
  exclusive: z.boolean().default(false).describe('One release at a time for the whole environment; else one for each service.'),
});
export type Environment = z.infer<typeof EnvironmentSchema>;

export const ServiceSchema = z.strictObject({
  id: IdSchema,
  owner: IdSchema.optional().describe('Person who owns releases that a program asked for.'),
  dependsOn: z.array(IdSchema).default([]),
  source: z
    .strictObject({
      git: z.string().min(1).describe('Repository: an address, or a folder relative to this file.'),
      branch: z.string().min(1).optional().describe('Commits must be reachable from this branch.'),
      tag: z.string().min(1).default('v{version}').describe('How a version is tagged.'),
      versions: z.string().min(1).optional().describe('Range of versions that may be released, such as ">=1.0.0".'),
    })
    .optional(),
  versions: z.string().min(1).optional().describe('The same rule for a service without a source.'),
  pipeline: IdSchema,
});
export type Service = z.infer<typeof ServiceSchema>;

export const ExclusionSchema = z.enum(['author', 'committer', 'requester', 'policyEditor']);
export type Exclusion = z.infer<typeof ExclusionSchema>;

export const ApprovalRuleSchema = z.strictObject({
  role: IdSchema.optional(),
  people: z.array(IdSchema).min(1).optional(),
  atLeast: z.number().int().min(1).default(1),
  not: z.array(ExclusionSchema).default(['author', 'committer', 'requester', 'policyEditor']).describe('Who may not vote under this rule. [] lets everybody in it vote.'),
});
export type ApprovalRule = z.infer<typeof ApprovalRuleSchema>;

export const StageSchema = z.strictObject({
  environment: IdSchema,
  checks: z.array(CheckSchema).default([]),
  approvals: z.array(ApprovalRuleSchema).default([]),
  approval: z
    .strictObject({
      expires: DurationSchema.default('72h'),
      onExpiry: z.enum(['close', 'hold']).default('close').describe('What silence means. There is no approve.'),
      grace: DurationSchema.optional().describe('How long a deciding vote may still be changed. Default: 5m in production, else 0s.'),
      assurance: z.enum(['link']).default('link'),
    })
    .prefault({}),
  deploy: DeployerSchema,
  analysis: z.array(MetricSchema).default([]),
  observe: z.strictObject({ soak: DurationSchema.default('0s') }).prefault({}),
  autoRollback: z.boolean().default(true).describe('Roll back when analysis fails; else hold and ask.'),
  engineSignals: z.enum(['allow', 'refuse']).optional().describe('Whether approve and reject signals sent through Temporal count. Default: refuse in production, else allow.'),
});
export type Stage = z.infer<typeof StageSchema>;

/** The whole of gantry.yaml. */
export const PolicySchema = z.strictObject({
  gantry: z.literal(1),
  organisation: z.strictObject({ name: z.string().min(1), zone: ZoneSchema.default('UTC'), onCall: z.array(IdSchema).default([]) }),
  people: z.array(PersonSchema).min(1),
  environments: z.array(EnvironmentSchema).min(1),
  services: z.array(ServiceSchema).min(1),
  pipelines: z.record(IdSchema, z.array(StageSchema).min(1)),
});
export type Policy = z.infer<typeof PolicySchema>;
