import { expect, test } from '@jest/globals';
import { ReasonSchema, InstantSchema, z } from '../routes/common.schema.ts';
import { IdSchema } from '../../domain/policy/common.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { parsed } from './parse.ts';

const schema = z.strictObject({
  reason: ReasonSchema,
  until: InstantSchema.optional(),
  choice: z.enum(['approve', 'reject']).optional(),
  why: z.string().trim().min(10).optional(),
  components: z
    .array(z.strictObject({ service: IdSchema }))
    .min(1)
    .max(2)
    .optional(),
  limit: z.number().int().min(1).max(200).optional(),
  link: z.url().optional(),
  after: z
    .string()
    .refine((text) => text > 'b', 'is not after start: write a later instant')
    .optional(),
  word: z
    .string()
    .regex(/^[a-z]+$/, 'Invalid as a word: write letters')
    .optional(),
  either: z.union([z.number(), z.boolean()]).optional(),
});

const wrong = (over: object): { detail: string; pointer: string; remedy: string }[] => {
  try {
    parsed(schema, { reason: 'because', ...over }, 'body');
  } catch (error) {
    if (error instanceof GantryError) return error.problem.errors ?? [];
  }
  return [];
};

test.each<[object, string, string, string]>([
  [{ reason: undefined }, '/reason', 'reason is missing', 'Give reason: a text.'],
  [{ reason: '  ' }, '/reason', 'reason is empty', 'Write at least one character.'],
  [{ reason: 7 }, '/reason', 'reason is the number 7', 'Write a text.'],
  [{ reason: 'x'.repeat(2001) }, '/reason', 'reason has 2001 characters', 'Write at most 2000 characters.'],
  [
    { reason: '\u001b' },
    '/reason',
    'reason has nothing in it that can be shown',
    'See /docs for what belongs here.',
  ],
  [{ why: ' short ' }, '/why', 'why has 5 characters', 'Write at least 10 characters.'],
  [
    { until: 'soon' },
    '/until',
    'until is no instant: "soon"',
    'Write one in UTC, such as 2026-12-01T16:00:00Z.',
  ],
  [
    { choice: 'aprove' },
    '/choice',
    '"aprove" is no choice that is known',
    'Did you mean approve? Write one of approve, reject.',
  ],
  [{ components: [] }, '/components', 'components is empty', 'Write at least one entry.'],
  [
    { components: [{ service: 'Shop!' }] },
    '/components/0/service',
    'components[0].service is not a name',
    'Use lower-case letters, digits, "-", "_" or ".", at most 63 of them, beginning with a letter or digit.',
  ],
  [
    { components: [{}] },
    '/components/0/service',
    'components[0].service is missing',
    'Give components[0].service: a text.',
  ],
  [{ limit: 0 }, '/limit', 'limit is 0', 'Write a number from 1 on.'],
  [{ limit: 500 }, '/limit', 'limit is 500', 'Write at most 200.'],
  [
    { link: 'shop' },
    '/link',
    'link is no address: "shop"',
    'Write a whole one, such as https://acme.test/42.',
  ],
  [{ after: 'a' }, '/after', 'after is not after start', 'Write a later instant.'],
  // Whose words they are is told by who wrote them, not by how they begin.
  [{ word: '7' }, '/word', 'word Invalid as a word', 'Write letters.'],
  [{ either: 'x' }, '/either', 'either is not as it should be', 'See /docs for what belongs here.'],
])('%j is refused in words', (over, pointer, detail, remedy) => {
  expect(wrong(over)).toEqual([expect.objectContaining({ pointer, detail, remedy })]);
});

test('one mistake is the whole sentence, with its own remedy; several are told one by one', () => {
  const problem = (over: object) => {
    try {
      parsed(schema, over, 'body');
    } catch (error) {
      return (error as GantryError).problem;
    }
    throw new Error('it was let in');
  };
  expect(problem({ reason: '' })).toMatchObject({
    detail: 'The request has fields that cannot be accepted: reason is empty.',
    remedy: 'Write at least one character.',
  });
  const both = problem({ reason: '', limit: 0 });
  expect(both.detail).toContain('reason is empty; limit is 0');
  expect(both.remedy).toContain('Correct each field');
  expect(both.errors).toHaveLength(2);
});
