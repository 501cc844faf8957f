import type { z } from 'zod';
import type { ProblemCode } from '../problem-code.ts';
import { knownFields, knownKinds, type SchemaNode } from './known-fields.ts';
import { nearest, suggestion, type PolicyMistake } from './problem.ts';
import { plainType, plainValue, quoted, sentence } from './words.ts';

type Issue = z.core.$ZodIssue;
type IssueOf<C extends Issue['code']> = Extract<Issue, { code: C }>;
type Wording = Omit<PolicyMistake, 'path'>;

/**
 * What the schema found wrong, in words for the author of the file. `file` is its whole value; `root` its schema, left out for
 * gantry.yaml.
 */
export function schemaMistakes(file: unknown, issues: readonly Issue[], root?: SchemaNode): PolicyMistake[] {
  return oncePerPlace(issues.flatMap((issue) => mistakesOf(file, issue, root)));
}

/** A type and a rule between fields may find the same thing wrong. */
const oncePerPlace = (mistakes: readonly PolicyMistake[]): PolicyMistake[] =>
  [
    ...new Map(mistakes.toReversed().map((one) => [JSON.stringify([one.path, one.detail]), one])).values(),
  ].reverse();

function mistakesOf(file: unknown, issue: Issue, root: SchemaNode | undefined): PolicyMistake[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') return unknownFields(file, path, issue.keys, root);
  const found = valueAt(file, path);
  const isMissing = found === undefined && issue.code !== 'invalid_key';
  const kinds = knownKinds(file, path.slice(0, -1), root);
  return [{ path, ...(isMissing ? missing(issue, path, kinds) : wrong(issue, path, found, kinds)) }];
}

function unknownFields(
  file: unknown,
  path: (string | number)[],
  keys: readonly string[],
  root: SchemaNode | undefined,
): PolicyMistake[] {
  const values = fieldsOf(valueAt(file, path));
  const present = Object.keys(values);
  const fields = knownFields(file, path, root);
  const unused = fields.filter((field) => !present.includes(field));
  const { rrule } = values;
  const cut = typeof rrule === 'string' ? keys.filter((key) => isRestOfRule(key, values[key])) : [];
  const others = keys.filter((key) => !cut.includes(key));
  return [
    ...(typeof rrule === 'string' && cut.length > 0 ? [cutRule(rrule, cut, path)] : []),
    ...others.map((key) => ({
      path: [...path, key],
      code: 'POLICY_FIELD_UNKNOWN' as const,
      detail: `There is no field "${key}" here.`,
      remedy: remedyForUnknown(key, fields, unused),
    })),
  ];
}

/** `{ rrule: FREQ=WEEKLY;BYDAY=MO,TU }` is a rule of Mondays beside a field `TU` without a value: a comma ends what has no quotes. */
const isRestOfRule = (key: string, value: unknown): boolean =>
  value === null && /^(?=.)[+-]?\d{0,3}(?:MO|TU|WE|TH|FR|SA|SU)?(?:;.*)?$/i.test(key);

const cutRule = (
  rrule: string,
  cut: readonly string[],
  path: readonly (string | number)[],
): PolicyMistake => ({
  path: [...path, cut[0] ?? ''],
  code: 'POLICY_FIELD_UNKNOWN',
  detail: `The rule ends at its comma: ${cut.map((key) => `"${key}"`).join(', ')} ${cut.length === 1 ? 'is' : 'are'} read as ${cut.length === 1 ? 'a field' : 'fields'} without a value.`,
  remedy: `Within { } a value with commas needs quotes: rrule: "${[rrule, ...cut].join(',')}".`,
});

function remedyForUnknown(key: string, fields: readonly string[], unused: readonly string[]): string {
  const near = nearest(key, fields);
  return near === undefined || unused.includes(near)
    ? suggestion(key, unused, 'Remove it.')
    : `Did you mean \`${near}\`? That stands here already, so remove one of them.`;
}

function missing(issue: Issue, path: readonly (string | number)[], kinds: readonly string[]): Wording {
  const field = String(path.at(-1) ?? 'gantry');
  // A refinement that found a field wanting knows better than its type what to write.
  if (issue.code === 'custom') {
    const { remedy } = ownWords(codeOf(issue), undefined, issue.message);
    return { code: 'POLICY_FIELD_MISSING', detail: `The field "${field}" is missing.`, remedy };
  }
  const write =
    issue.code === 'invalid_union' && kinds.length > 0 ? `one of: ${kinds.join(', ')}` : wanted(issue);
  return {
    code: 'POLICY_FIELD_MISSING',
    detail: `The field "${field}" is missing.`,
    remedy: `Add \`${field}\`: ${write}.`,
  };
}

function wrong(
  issue: Exclude<Issue, IssueOf<'unrecognized_keys'>>,
  path: readonly (string | number)[],
  found: unknown,
  kinds: readonly string[],
): Wording {
  const code = codeOf(issue);
  switch (issue.code) {
    case 'invalid_type':
      return {
        code,
        detail: `This is ${plainValue(found)}, not ${plainType(issue.expected)}.`,
        remedy: `Write ${wanted(issue)}${quoteHint(issue, found)}.`,
      };
    case 'too_small':
    case 'too_big':
      return { code, detail: outOfBounds(issue, found), remedy: `Write ${wanted(issue)}.` };
    case 'invalid_value':
      return {
        code,
        detail: `${quoted(found)} is not known here.`,
        remedy: choose(found, issue.values.map(String)),
      };
    case 'invalid_key':
      return ownWords(code, path.at(-1), issue.issues[0]?.message ?? '');
    case 'invalid_union':
      return issue.discriminator === undefined
        ? ownWords(code, found, issue.message)
        : { code, detail: `${quoted(found)} is no kind that Gantry knows.`, remedy: choose(found, kinds) };
    default:
      return ownWords(code, found, issue.message);
  }
}

function codeOf(issue: Issue): ProblemCode {
  if (issue.code === 'invalid_key') return 'POLICY_NAME_INVALID';
  if (issue.code === 'invalid_format' && issue.format === 'regex') return 'POLICY_NAME_INVALID';
  // Set by the refinements of common.schema.ts, which know more about the value than its type.
  const named = issue.code === 'custom' ? (issue.params?.['problem'] as ProblemCode | undefined) : undefined;
  return named ?? 'POLICY_FIELD_INVALID';
}

/** Messages of our own schemas read "<what is wrong>: <what to write>" (common.schema.ts). */
function ownWords(code: ProblemCode, found: unknown, message: string): Wording {
  const [detail = '', ...remedy] = message.split(': ');
  // what stands in the place of a reference may be the secret itself: mistakes are printed, sent and recorded
  const shown = detail.includes('reference to a secret') ? 'What stands here' : quoted(found);
  const subject = detail.startsWith('"') ? '' : `${shown} `;
  return { code, detail: `${subject}${detail}.`, remedy: sentence(remedy.join(': ')) };
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return plainType(issue.expected);
    case 'invalid_value':
      return issue.values.length === 1
        ? String(issue.values[0])
        : `one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `at least ${amount(issue.origin, Number(issue.minimum))}`;
    case 'too_big':
      return `at most ${amount(issue.origin, Number(issue.maximum))}`;
    default:
      return 'a value';
  }
}

function outOfBounds(issue: IssueOf<'too_small' | 'too_big'>, found: unknown): string {
  const isShort = issue.code === 'too_small';
  if (issue.origin === 'array') return isShort ? 'This list is empty.' : 'This list is too long.';
  if (issue.origin === 'string') return isShort ? 'This text is empty.' : 'This text is too long.';
  return `${quoted(found)} is too ${isShort ? 'small' : 'large'}.`;
}

function amount(origin: string, count: number): string {
  if (origin === 'array') return count === 1 ? 'one entry' : `${count} entries`;
  if (origin === 'string') return count === 1 ? 'one character' : `${count} characters`;
  return String(count);
}

const choose = (found: unknown, values: readonly string[]): string =>
  typeof found === 'string' ? suggestion(found, values, 'Remove it.') : `Write one of: ${values.join(', ')}.`;

/** YAML takes 1.20 for a number: only quotes make a text of it. */
const quoteHint = (issue: IssueOf<'invalid_type'>, found: unknown): string =>
  issue.expected === 'string' && (typeof found === 'number' || typeof found === 'boolean')
    ? `, in quotes: "${String(found)}"`
    : '';

const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((here, part) => {
    const fields = fieldsOf(here);
    return Object.hasOwn(fields, part) ? fields[part] : undefined;
  }, value);

const fieldsOf = (value: unknown): Record<string | number, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>) : {};
