import type { z } from 'zod';
import { nearest } from '../../domain/policy/problem.ts';
import { plainType, plainValue, quoted } from '../../domain/policy/words.ts';

type Issue = z.core.$ZodIssue;
type IssueOf<C extends Issue['code']> = Extract<Issue, { code: C }>;

/** What is wrong with one field, and what to write instead: `reason is empty`, `Write at least one character.` */
export interface FieldWords {
  detail: string;
  remedy: string;
}

const elsewhere = 'See /docs for what belongs here.';
/** Stands where a schema has no words of its own; what one of ours says is for people already, and kept. */
const unworded = '(no words)';

/** Looks at a value with a schema, so that its findings can be put into words by {@link fieldWords}. */
export const looked = <T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> =>
  schema.safeParse(value, { error: () => unworded });

/**
 * A finding of a schema in words for whoever sent the request. Every refusal of a field passes here, over the API and from pages.
 * @param issue a finding of {@link looked}
 * @param whole the value that was looked at
 */
export function fieldWords(issue: Issue, whole: unknown): FieldWords {
  const found = valueAt(whole, issue.path);
  const name = nameOf(issue.path);
  const isOwn = issue.message !== unworded;
  if (isOwn && (found !== undefined || issue.code === 'custom')) return ownWords(name, issue.message);
  if (found === undefined && issue.code !== 'invalid_key')
    return { detail: `${name} is missing`, remedy: `Give ${name}${wanted(issue)}.` };
  switch (issue.code) {
    case 'invalid_type':
      return { detail: `${name} is ${plainValue(found)}`, remedy: `Write ${plainType(issue.expected)}.` };
    case 'too_small':
    case 'too_big':
      return outOfBounds(name, issue, found);
    case 'invalid_value':
      return oneOf(name, found, issue.values.map(String));
    case 'invalid_format':
      return {
        detail: `${name} is ${formats[issue.format]?.no ?? 'not in a form that is known'}: ${quoted(found)}`,
        remedy: formats[issue.format]?.write ?? elsewhere,
      };
    default:
      return { detail: `${name} is not as it should be`, remedy: elsewhere };
  }
}

/** `components[0].version`; what concerns everything is the request. */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'The request'
    : path.reduce<string>(
        (name, part) =>
          typeof part === 'number'
            ? `${name}[${part}]`
            : name === ''
              ? String(part)
              : `${name}.${String(part)}`,
        '',
      );

/** Messages of our schemas read "<what is wrong>", or "<what is wrong>: <what to do>". */
function ownWords(name: string, message: string): FieldWords {
  if (missing.test(message)) return missingWords(name, message);
  const [detail = '', ...rest] = message.split(': ');
  const remedy = rest.join(': ');
  return {
    detail: `${name} ${detail}`,
    remedy: remedy === '' ? elsewhere : `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
  };
}

/** How a rule of our own says that something is missing that other fields ask for. */
const missing = /^is missing(: |$)/;

function missingWords(name: string, message: string): FieldWords {
  const why = message.replace(missing, '');
  const remedy = /^(write|give) /.test(why) ? why : `give ${name}${why === '' ? '' : `: ${why}`}`;
  return {
    detail: `${name} is missing`,
    remedy: `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
  };
}

/** The code of a finding: what is missing has the same wherever that is found, and rules of our own have one that says something. */
export function fieldCode(issue: Issue, whole: unknown): string {
  if (issue.code !== 'custom') return issue.code.toUpperCase();
  return missing.test(issue.message) && valueAt(whole, issue.path) === undefined
    ? 'INVALID_TYPE'
    : 'INVALID_VALUE';
}

const wanted = (issue: Issue): string =>
  issue.code === 'invalid_value' && issue.values.length > 1
    ? `: one of ${issue.values.map(String).join(', ')}`
    : issue.code === 'invalid_type'
      ? `: ${plainType(issue.expected)}`
      : '';

function outOfBounds(name: string, issue: IssueOf<'too_small' | 'too_big'>, found: unknown): FieldWords {
  const isShort = issue.code === 'too_small';
  const bound = Number(isShort ? issue.minimum : issue.maximum);
  const unit = units[issue.origin];
  if (!unit)
    return {
      detail: `${name} is ${quoted(found)}`,
      remedy: `Write ${isShort ? 'a number from' : 'at most'} ${bound}${isShort ? ' on' : ''}.`,
    };
  const count = sizeOf(found);
  const has = count === 0 ? `${name} is empty` : `${name} has ${unit(count)}`;
  return { detail: has, remedy: `Write ${isShort ? 'at least' : 'at most'} ${unit(bound)}.` };
}

const units: Record<string, ((count: number) => string) | undefined> = {
  string: (count) => (count === 1 ? 'one character' : `${count} characters`),
  array: (count) => (count === 1 ? 'one entry' : `${count} entries`),
};

/** Spaces around a text are left out before it is measured. */
const sizeOf = (found: unknown): number =>
  typeof found === 'string' ? found.trim().length : Array.isArray(found) ? found.length : 0;

function oneOf(name: string, found: unknown, values: readonly string[]): FieldWords {
  const meant = typeof found === 'string' ? nearest(found, values) : undefined;
  const choice = values.length === 1 ? `Write ${values.join()}.` : `Write one of ${values.join(', ')}.`;
  return {
    detail: `${quoted(found)} is no ${name} that is known`,
    remedy: meant === undefined ? choice : `Did you mean ${meant}? ${choice}`,
  };
}

const formats: Record<string, { no: string; write: string } | undefined> = {
  datetime: { no: 'no instant', write: 'Write one in UTC, such as 2026-12-01T16:00:00Z.' },
  date: { no: 'no day', write: 'Write one such as 2026-12-01.' },
  url: { no: 'no address', write: 'Write a whole one, such as https://acme.test/42.' },
  email: { no: 'no mail address', write: 'Write one such as ana@acme.test.' },
};

function valueAt(whole: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (here, part) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, part)
        ? (here as Record<PropertyKey, unknown>)[part]
        : undefined,
    whole,
  );
}
