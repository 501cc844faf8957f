import { z } from 'zod';

// All of it is optional and without defaults: a policy that says nothing of risk is the policy that it was.

const points = (what: string) => z.number().int().min(1).max(100).optional().describe(what);
const labels = (severity: string) =>
  z
    .array(z.string().min(1).max(100))
    .max(10)
    .optional()
    .describe(
      `Labels of a ${severity}; placeholders such as \`{{version}}\` are filled. Left out: none count.`,
    );
const pointer = (severity: string) =>
  z
    .string()
    .regex(/^(\/.*)?$/, 'is no JSON pointer: begin with "/", such as /open/blocker')
    .optional()
    .describe(`JSON pointer to a number of ${severity} bugs, or to a list of them.`);

const GithubBugsSchema = z
  .strictObject({
    kind: z.literal('github').describe('Counts the open issues of a repository by their labels.'),
    repository: z
      .string()
      .regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, 'is no repository: write owner/name, such as acme/shop')
      .describe('Owner and name, such as acme/shop.'),
    url: z.string().min(1).optional().describe('Address of the API. Left out: https://api.github.com.'),
    token: z
      .string()
      .regex(
        /^secret:\/\/[A-Za-z_][A-Za-z0-9_]*$/,
        'is no reference to a secret: write secret://GITHUB_TOKEN',
      )
      .optional()
      .describe('Reference to a secret of the worker, such as `secret://GITHUB_TOKEN`.'),
    labels: z
      .strictObject({ blocker: labels('blocker'), major: labels('major bug'), minor: labels('minor bug') })
      .describe('Which labels mean which severity. An issue with several counts as the worst of them.'),
  })
  .meta({ title: 'Known bugs of kind github' });

const JsonBugsSchema = z
  .strictObject({
    kind: z.literal('json').describe('Reads numbers of bugs from a JSON document.'),
    url: z.string().min(1).describe('Address asked; placeholders are allowed.'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('Headers to send. A value `secret://NAME` is read from the worker’s environment.'),
    pointers: z
      .strictObject({ blocker: pointer('blocker'), major: pointer('major'), minor: pointer('minor') })
      .describe('Where the numbers stand. A severity that is left out is not counted.'),
  })
  .meta({ title: 'Known bugs of kind json' });

const FileBugsSchema = z
  .strictObject({
    kind: z
      .literal('file')
      .describe(
        'Reads a JSON list of `{id, severity, title, open}` that lies with the version, or beside this file.',
      ),
    path: z
      .string()
      .min(1)
      .describe(
        'Path in the repository of the service; for a service without a source, in the folder of this file.',
      ),
  })
  .meta({ title: 'Known bugs of kind file' });

const BugSourceSchema = z.discriminatedUnion('kind', [GithubBugsSchema, JsonBugsSchema, FileBugsSchema]);
export type BugSource = z.infer<typeof BugSourceSchema>;
export type GithubBugs = z.infer<typeof GithubBugsSchema>;
export type JsonBugs = z.infer<typeof JsonBugsSchema>;
export type FileBugs = z.infer<typeof FileBugsSchema>;

const patterns = (what: string) =>
  z
    .array(z.string().min(1).max(200))
    .max(100)
    .optional()
    .describe(
      `${what} Patterns with \`**\`, \`*\`, \`?\` and \`{a,b}\`. Left out: the usual ones (docs/gates/risk.md).`,
    );

/** What makes one service more or less risky. */
export const ServiceRiskSchema = z.strictObject({
  tier: z
    .union([z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe(
      'How much hangs on it: 1 much, 2 some, 3 little. Left out: unknown, which counts as half of the most.',
    ),
  bugs: z
    .array(BugSourceSchema)
    .max(5)
    .optional()
    .describe('Where its known bugs are counted; several are added up. Left out: bugs do not count.'),
  paths: z
    .strictObject({
      ignore: patterns('Generated and lock files, which do not count towards the size.'),
      migrations: patterns('Migrations of data.'),
      contract: patterns('Descriptions of public interfaces and events.'),
      settings: patterns('Settings.'),
      secrets: patterns('References to secrets.'),
      infrastructure: patterns('Infrastructure.'),
    })
    .optional()
    .describe('Which files of its repository mean what.'),
  rollForward: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      'Where its plan lies for going forward past an irreversible migration. Left out: such a migration is denied.',
    ),
});

const dayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const ClockSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day: write 09:00, in quotes')
  .optional();

/** How risk is judged before one stage. */
export const StageRiskSchema = z.strictObject({
  needsReleaseManagerFrom: points(
    'Points from which on somebody with the role release-manager must agree. Left out: from the highest band on.',
  ),
  refuseFrom: points('Points from which on nothing is released. Left out: no such limit.'),
  bands: z
    .strictObject({
      moderate: points('First points of the band moderate. Left out: 20.'),
      high: points('First points of the band high. Left out: 40.'),
      veryHigh: points('First points of the band very high. Left out: 60.'),
    })
    .optional()
    .describe('Where the bands begin.'),
  workingHours: z
    .strictObject({
      days: z.array(z.enum(dayNames)).min(1).optional().describe('Working days. Left out: MO to FR.'),
      from: ClockSchema.describe('Local time at which they begin. Left out: 09:00.'),
      to: ClockSchema.describe('Local time at which they end. Left out: 17:00.'),
    })
    .optional()
    .describe('When people are there, in the zone of the organisation.'),
});
export type StageRiskSettings = z.infer<typeof StageRiskSchema>;
