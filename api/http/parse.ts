import type { z } from 'zod';
import type { FieldProblem } from '../../domain/problem-code.ts';
import { fieldCode, fieldWords, looked } from './field-words.ts';
import { GantryError } from '../../platform/errors.ts';

type Part = 'path' | 'query' | 'body';

/**
 * The value as its schema has it; all mistakes at once.
 * @throws PARAMETER_UNKNOWN for a query parameter that does not exist, REQUEST_INVALID for anything else.
 */
export function parsed<T extends z.ZodType>(schema: T, value: unknown, part: Part): z.output<T> {
  const result = looked(schema, value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldProblems(issue, value, part));
  const unknown = errors.find((one) => one.code === 'PARAMETER_UNKNOWN');
  if (unknown)
    throw new GantryError(
      'PARAMETER_UNKNOWN',
      { detail: unknown.detail, parameter: unknown.pointer.slice(1) },
      { errors },
    );
  throw invalid(errors);
}

/** Fields that cannot be accepted; one mistake alone has its own remedy. */
const invalid = (errors: FieldProblem[]): GantryError =>
  new GantryError(
    'REQUEST_INVALID',
    {
      detail: sentence(errors),
      count: errors.length,
      ...(errors.length === 1 ? { remedy: errors[0]?.remedy } : {}),
    },
    { errors },
  );

function fieldProblems(issue: z.core.$ZodIssue, whole: unknown, part: Part): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const code = part === 'query' ? 'PARAMETER_UNKNOWN' : 'FIELD_UNKNOWN';
    return issue.keys.map((key) => ({
      pointer: pointer([...issue.path, key]),
      code,
      detail: `"${key.slice(0, 100)}" is not known here`,
      remedy: 'Leave it out, or correct its name; /docs lists what there is.',
    }));
  }
  return [{ pointer: pointer(issue.path), code: fieldCode(issue, whole), ...fieldWords(issue, whole) }];
}

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const sentence = (errors: readonly FieldProblem[]): string => errors.map(({ detail }) => detail).join('; ');
