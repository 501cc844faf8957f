import { readDossier } from '../../platform/record/dossier/index.ts';
import { mayKnowAbsences } from '../auth/told-to.ts';
import { narrowedTo } from '../auth/narrowed-to.ts';
import { route } from '../http/route.ts';
import { releaseParams, z } from './common.schema.ts';
import { releaseOf } from './release-of.ts';

const SectionSchema = z.looseObject({ summary: z.string().describe('What it says, in one sentence.') });

const DossierSchema = z
  .object({
    sha256: z.string().describe('Of `document` as canonical JSON (RFC 8785), hexadecimal.'),
    document: z
      .looseObject({
        schema: z.literal('gantry/dossier'),
        v: z.literal(1).describe('Version of this document. Fields are only ever added to it.'),
        zone: z.string().describe('Zone of the organisation.'),
        withheld: z
          .literal('absences')
          .optional()
          .describe(
            'Set for a token for some services: who was away is left out, and the names of other services’ releases; in the log, the text that tells of either.',
          ),
        people: z.array(z.looseObject({ id: z.string(), name: z.string() })),
        release: SectionSchema,
        changes: SectionSchema,
        checks: SectionSchema,
        approvals: SectionSchema,
        risk: SectionSchema,
        gates: SectionSchema,
        waivers: SectionSchema,
        tasks: SectionSchema,
        postponements: SectionSchema,
        breakGlass: SectionSchema,
        amendments: SectionSchema,
        calendar: SectionSchema,
        acts: SectionSchema,
        deployments: SectionSchema,
        measurements: SectionSchema,
        analysis: SectionSchema,
        rollback: SectionSchema,
        plan: SectionSchema,
        policy: SectionSchema,
        log: SectionSchema,
      })
      .describe('See docs/guides/dossier.md. Decimals are text.'),
  })
  .openapi('Dossier');

const dossier = route({
  method: 'get',
  path: '/v1/releases/{id}/dossier',
  action: 'release.read',
  summary:
    'Everything decided on for one release, by whom, when, on which evidence, in which words, with hashes.',
  params: releaseParams,
  answer: { status: 200, description: 'One document that stands alone.', schema: DossierSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  handle: async ({ deps, caller }, view) => ({
    body: await readDossier(deps.store.db, view, {
      tellsAbsences: mayKnowAbsences(caller),
      services: narrowedTo(caller),
    }),
  }),
});

export const dossierRoutes = [dossier];
