import { z } from 'zod';
import { DurationSchema, IdSchema, PositiveDurationSchema, VariableNameSchema } from './common.schema.ts';

// Everything here came after the first version of the format: optional, without defaults.

/** How a check is asked again and again until it is good for long enough (semantics §3, "Sampling"). */
export const SampleSchema = z.strictObject({
  delay: DurationSchema.optional().describe(
    'Time from the opening of the gate to the first sample. Left out: 0s.',
  ),
  interval: PositiveDurationSchema.describe(
    'Time between two samples; an answer that takes longer counts as none.',
  ),
  minSuccess: DurationSchema.optional().describe(
    'How long all samples in a row must have been good. Left out: 0s, one good sample is enough.',
  ),
  timeout: PositiveDurationSchema.describe(
    'Time from the opening of the gate after which nothing is asked any more and the release expires.',
  ),
});
export type SampleSettings = z.infer<typeof SampleSchema>;

/** How it is looked at whether an undo has worked. */
export const ProbeSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('command').describe('Runs a program; exit 0 says that the undo has worked.'),
      run: z
        .array(z.string().min(1))
        .min(1)
        .describe('File and arguments, no shell. `{{previousVersion}}` is what must run again.'),
      environment: z
        .array(VariableNameSchema)
        .optional()
        .describe('Variables handed on from the worker; nothing else is inherited.'),
      secrets: z
        .array(VariableNameSchema)
        .optional()
        .describe('Like environment, and masked wherever output is shown.'),
    })
    .meta({ title: 'Probe of kind command' }),
  z
    .strictObject({
      kind: z.literal('http').describe('Asks an address and looks at the answer.'),
      url: z.string().min(1).describe('Address asked; `{{previousVersion}}` is what must run again.'),
      headers: z.record(z.string(), z.string()).optional().describe('Headers to send.'),
      status: z
        .number()
        .int()
        .min(100)
        .max(599)
        .optional()
        .describe('Status of a good answer. Left out: 200.'),
      contains: z
        .string()
        .min(1)
        .optional()
        .describe('Text that a good answer contains, such as the version before.'),
    })
    .meta({ title: 'Probe of kind http' }),
]);

/** What a stage asks of the way that a version has come, and of the way back. */
export const StageGatesSchema = z.strictObject({
  promotion: z
    .strictObject({
      from: z
        .array(IdSchema)
        .min(1)
        .optional()
        .describe(
          'Environments that must have verified these very builds. Left out: the stage before this one.',
        ),
      which: z
        .enum(['any', 'all'])
        .optional()
        .describe('Whether one of them is enough, or all must have. Left out: any.'),
    })
    .optional()
    .describe('Takes only builds, by digest, that the stage before has verified.'),
  soak: z
    .strictObject({
      from: IdSchema.optional().describe('Environment to stand in. Left out: the stage before this one.'),
      atLeast: PositiveDurationSchema.describe(
        'How long a version must have stood there since it was verified.',
      ),
      maxAge: PositiveDurationSchema.optional().describe(
        'How old a version may be, since it was first released.',
      ),
    })
    .optional()
    .describe('Takes only versions that stood long enough upstream.'),
  rollback: z
    .enum(['required', 'shown'])
    .optional()
    .describe('Whether a flaw in the way back shuts the stage. Left out: as its environment says.'),
  rehearsed: PositiveDurationSchema.optional().describe(
    'How long ago the undo of this build may have been rehearsed at most. Left out: it need not be.',
  ),
  waive: z
    .strictObject({
      role: IdSchema.describe('Role of those who may waive a failed check of this stage.'),
    })
    .optional()
    .describe('Who may waive a failed check. Left out: release-manager.'),
});
export type StageGates = z.infer<typeof StageGatesSchema>;

/** Names of the ways by which versions come. */
export const laneNames = ['trunk', 'release', 'hotfix'] as const;

const LaneSchema = z.strictObject({
  branches: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Branches that the commit must be reachable from one of; `*` is anything but a slash, `**` anything.',
    ),
  versions: z
    .string()
    .min(1)
    .optional()
    .describe('Range of versions, asked without the pre-release. Left out: all.'),
  preReleases: z
    .string()
    .min(1)
    .optional()
    .describe('Pattern of pre-releases that may pass, such as `^rc`. Left out: none may.'),
  to: z.array(IdSchema).min(1).optional().describe('Environments that this way leads to. Left out: all.'),
  urgent: z.boolean().optional().describe('Only for releases that are marked urgent. Left out: for all.'),
});

export const LanesSchema = z
  .strictObject({
    trunk: LaneSchema.optional().describe('What comes from the main line.'),
    release: LaneSchema.optional().describe('What comes from branches that are kept for older versions.'),
    hotfix: LaneSchema.optional().describe('What cannot wait.'),
  })
  .describe('Which versions may come from which branches, and how far. Left out: no such rule.');
export type Lanes = z.infer<typeof LanesSchema>;

export const MigrationSchema = z.strictObject({
  kind: z
    .enum(['additive', 'backfill', 'reversible', 'irreversible'])
    .describe('What becomes of the code before: only after an irreversible one it cannot run.'),
  paths: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Files by whose change it is detected, such as `db/migrations/**`. Left out: every version has one.',
    ),
  compatible: z
    .string()
    .min(1)
    .optional()
    .describe('Versions that can run after an irreversible one all the same, such as `>=1.3.0`.'),
});

export const ArtifactSchema = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .describe(
        'Address that answers with status 200 while the artifact is there; placeholders are allowed.',
      ),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.'),
  })
  .describe(
    'Where an artifact of this service can be asked for. Left out: its commit must be in the source.',
  );
