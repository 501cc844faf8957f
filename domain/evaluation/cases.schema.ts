import { z } from 'zod';
import { IdSchema } from '../policy/common.schema.ts';
import type { SchemaNode } from '../policy/known-fields.ts';
import { suggestion, type PolicyMistake } from '../policy/problem.ts';
import { schemaMistakes } from '../policy/schema-mistakes.ts';
import { riskBands } from '../risk/model.ts';
import { FactsSchema, FragmentSchema } from './facts.schema.ts';
import { gateNames } from './gate-names.ts';
import { requestStates } from './request-states.ts';

const KindSchema = z.enum(['allowed', 'waiting', 'needsPeople', 'denied', 'passed', 'absent']);

/** What a gate is expected to say: a kind, or a kind and a part of its sentence (`/…/`: a regular expression). */
const ExpectedGateSchema = z.union(
  [KindSchema, z.strictObject({ kind: KindSchema.optional(), because: z.string().min(1).optional() })],
  'is no verdict: write allowed, waiting, needsPeople, denied, passed or absent, or kind and because',
);
export type ExpectedGate = z.infer<typeof ExpectedGateSchema>;

const ExpectSchema = z
  .object({
    headline: ExpectedGateSchema.optional(),
    request: z.enum([...requestStates, 'absent']).optional(),
    seats: z
      .string()
      .regex(/^\d+ of \d+$/, 'is no count of seats: write one such as 1 of 2')
      .optional(),
    asked: z.array(IdSchema).optional(),
    refused: z.array(IdSchema).optional(),
    unreachable: z.boolean().optional(),
    refusals: z.array(z.string().min(1)).optional(),
    points: z.int().min(0).max(100).optional(),
    band: z.enum(riskBands).optional(),
  })
  .catchall(ExpectedGateSchema);
export type Expect = z.infer<typeof ExpectSchema>;

/** The names under `expect` that are no gates. */
export const otherExpectations = Object.keys(ExpectSchema.shape);

const CaseSchema = z.strictObject({
  name: z.string().min(1).max(300),
  service: IdSchema.optional(),
  stage: IdSchema.optional(),
  given: FactsSchema,
  expect: ExpectSchema,
});
export type Case = z.infer<typeof CaseSchema>;

const CasesSchema = z.strictObject({
  policy: z
    .union(
      [z.string().min(1), z.record(z.string(), z.unknown())],
      'is no policy: write the name of a file, or the policy itself',
    )
    .optional(),
  fragment: FragmentSchema.optional(),
  service: IdSchema.optional(),
  stage: IdSchema.optional(),
  cases: z.array(CaseSchema).min(1).max(10_000),
});
export type Cases = z.infer<typeof CasesSchema>;

let known: SchemaNode | undefined;

/** A file of cases as it is read, and every mistake in it at once. */
export function readCases(value: unknown): { cases?: Cases; problems: PolicyMistake[] } {
  const shape = CasesSchema.safeParse(value);
  if (!shape.success) {
    known ??= z.toJSONSchema(CasesSchema, { io: 'input' }) as SchemaNode;
    return { problems: schemaMistakes(value, shape.error.issues, known) };
  }
  const problems = [...findSources(shape.data), ...shape.data.cases.flatMap(findCaseMistakes)];
  return problems.length === 0 ? { cases: shape.data, problems } : { problems };
}

function findSources({ policy, fragment }: Cases): PolicyMistake[] {
  if ((policy === undefined) !== (fragment === undefined)) return [];
  return [
    {
      path: policy === undefined ? [] : ['fragment'],
      code: policy === undefined ? 'POLICY_FIELD_MISSING' : 'POLICY_FIELD_INVALID',
      detail: policy === undefined ? 'No policy is named.' : 'There is a policy beside the fragment.',
      remedy: 'Write either `policy` or `fragment`.',
    },
  ];
}

/** What would make a case pass for ever: an expectation of nothing, or of a gate that there is not. */
function findCaseMistakes({ expect }: Case, index: number): PolicyMistake[] {
  const path = ['cases', index, 'expect'];
  const names = Object.keys(expect);
  if (names.length === 0)
    return [
      {
        path,
        code: 'POLICY_FIELD_MISSING',
        detail: 'This case expects nothing.',
        remedy: 'Write what a gate is to say, such as `approvals: needsPeople`.',
      },
    ];
  const all = [...otherExpectations, ...gateNames];
  return [...brokenPatterns(expect, path), ...unknownGates(names, all, path)];
}

/** The pattern of `/…/` or `/…/i`; undefined where the text is no pattern. @throws SyntaxError */
export function patternOf(text: string): RegExp | undefined {
  const written = /^\/(.+)\/(i?)$/.exec(text);
  return written ? new RegExp(written[1] ?? '', written[2]) : undefined;
}

function brokenPatterns(expect: Expect, path: (string | number)[]): PolicyMistake[] {
  return Object.entries(expect).flatMap(([name, expected]) => {
    const because = typeof expected === 'object' && 'because' in expected ? expected.because : undefined;
    try {
      if (because !== undefined) patternOf(because);
      return [];
    } catch (error) {
      const detail = `This is no regular expression: ${error instanceof Error ? error.message : String(error)}.`;
      const remedy = 'Correct it, or write a part of the sentence without the slashes.';
      return [{ path: [...path, name, 'because'], code: 'POLICY_FIELD_INVALID' as const, detail, remedy }];
    }
  });
}

function unknownGates(
  names: readonly string[],
  all: readonly string[],
  path: (string | number)[],
): PolicyMistake[] {
  return names
    .filter((name) => !all.includes(name))
    .map((name) => ({
      path: [...path, name],
      code: 'POLICY_FIELD_UNKNOWN',
      detail: `There is no gate "${name}".`,
      remedy: suggestion(
        name,
        all.filter((one) => !names.includes(one)),
        'Remove it.',
      ),
    }));
}
