import canonicalizeModule from 'canonicalize';
import { isScalar, LineCounter, parseDocument, visit, type Alias, type Document, type Scalar } from 'yaml';
import { withSignInByDefault } from '../../domain/policy/default-assurance.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { pathText, type PolicyMistake } from '../../domain/policy/problem.ts';
import { findUnprovableLevels } from '../../domain/policy/rules/assurance.ts';
import { validatePolicy } from '../../domain/policy/validate.ts';
import type { ProblemCode } from '../../domain/problem-code.ts';
import { sha256 } from '../ids.ts';
import { positionsIn, type Position, type Positions } from './positions.ts';

/** One mistake in gantry.yaml with its place; `path` is empty where the text cannot be read as YAML. */
export interface PolicyProblem extends Position {
  file: string;
  path: string;
  code: ProblemCode;
  detail: string;
  remedy: string;
}

export interface PolicyReading {
  policy?: Policy;
  /** SHA-256 of the policy as canonical JSON, hexadecimal: the same for files that mean the same. */
  digest?: string;
  /** In the order of the file. */
  problems: PolicyProblem[];
}

/** What of the installation a policy is held against. */
export interface Installation {
  /** Whether people can sign in at an OpenID provider; then production asks for it by default. Left out: not asked. */
  hasProvider?: boolean;
}

// The package exports the function itself; its declarations were written for another module system.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

const MAX_BYTES = 1024 * 1024;
/** Enough for honest repetition, too few for a file that grows a thousandfold when it is expanded. */
const MAX_ALIASES = 100;
/** One broken line can upset the parser for all that follow. */
const MAX_FAULTS = 20;

/**
 * Reads and checks gantry.yaml. Mistakes of any kind are problems with a line and a column; it never throws for them.
 * `file` is only how the problems call it.
 */
export function readPolicy(text: string, file = 'gantry.yaml', here: Installation = {}): PolicyReading {
  return openPolicy(text, file, here).reading;
}

/** The same with the places of everything that the author wrote; none where the text is no YAML. */
export function openPolicy(
  text: string,
  file = 'gantry.yaml',
  here: Installation = {},
): { reading: PolicyReading; positions?: Positions } {
  const { read, problems, positions } = openChecked(text, file, (value) => checkedHere(value, here));
  const policy = read?.policy;
  return {
    reading: { ...(policy ? { policy, digest: digestOf(policy) } : {}), problems },
    ...(positions ? { positions } : {}),
  };
}

/** A policy that asks for proofs which this installation cannot ask for is none; where it can, production asks for a sign-in. */
function checkedHere(value: unknown, { hasProvider }: Installation): ReturnType<typeof validatePolicy> {
  const read = validatePolicy(hasProvider === true ? withSignInByDefault(value) : value);
  const unprovable = read.policy && hasProvider === false ? findUnprovableLevels(read.policy) : [];
  return unprovable.length === 0 ? read : { problems: [...read.problems, ...unprovable] };
}

/** A YAML file that was read, with what `check` made of it and every mistake that it found at its place. */
interface CheckedFile<T> {
  /** Absent where the text is no YAML. */
  read?: T;
  /** In the order of the file. */
  problems: PolicyProblem[];
  positions?: Positions;
}

/** Reads any YAML or JSON file of ours under the bounds of a policy file, and gives each mistake its line and column. */
export function openChecked<T extends { problems: PolicyMistake[] }>(
  text: string,
  file: string,
  check: (value: unknown) => T,
): CheckedFile<T> {
  try {
    return placed(text, file, check);
  } catch (error) {
    // Whatever overflows the stack after parsing was nested by the author: no honest policy comes near it.
    if (error instanceof RangeError) return { problems: [{ file, ...tooDeep }] };
    throw error;
  }
}

function placed<T extends { problems: PolicyMistake[] }>(
  text: string,
  file: string,
  check: (value: unknown) => T,
): CheckedFile<T> {
  const lines = new LineCounter();
  const parsed = Buffer.byteLength(text) > MAX_BYTES ? { unreadable: [tooLarge] } : parse(text, lines);
  if ('unreadable' in parsed) return { problems: parsed.unreadable.map((it) => ({ file, ...it })) };
  const positions = positionsIn(parsed.document, lines);
  const read = check(parsed.value);
  return { read, problems: placedMistakes(read.problems, file, positions), positions };
}

/** Mistakes with the places that they are about, in the order of the file. */
export const placedMistakes = (
  mistakes: readonly PolicyMistake[],
  file: string,
  positions: Positions,
): PolicyProblem[] => mistakes.map((mistake) => ({ file, ...place(mistake, positions) })).sort(byPlace);

/** Names the content of a policy, whatever its comments, order of fields and spelled-out defaults. */
export function digestOf(policy: Policy): string {
  return sha256(canonicalize(policy) ?? '');
}

type Unplaced = Omit<PolicyProblem, 'file'>;

function parse(
  text: string,
  lines: LineCounter,
): { document: Document; value: unknown } | { unreadable: Unplaced[] } {
  try {
    // A key that is no text (a list, a map) has no meaning in a policy, and would be turned into one quietly.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const faults = [...document.errors, ...document.warnings];
    if (faults.some((fault) => fault.message.includes('call stack'))) return { unreadable: [tooDeep] };
    if (faults.length > 0) {
      const shown = faults.slice(0, MAX_FAULTS);
      return { unreadable: shown.map((fault) => syntax(fault.message, lines.linePos(fault.pos[0]))) };
    }
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    const endless = aliasOfItsAncestor(document);
    if (endless) return { unreadable: [containsItself(endless, lines)] };
    const merges = mergeKeys(document);
    if (merges.length > 0)
      return { unreadable: merges.slice(0, MAX_FAULTS).map((key) => mergeRefused(key, lines)) };
    return value === null ? { unreadable: [empty] } : { document, value };
  } catch (error) {
    // The only two ways in which the parser throws: too many aliases, and nesting deeper than the stack.
    if (error instanceof ReferenceError) return { unreadable: [tooRepetitive] };
    if (error instanceof RangeError) return { unreadable: [tooDeep] };
    throw error;
  }
}

/** `&a [*a]` is sound YAML for a value without end; reading it as a policy would never come to one. */
function aliasOfItsAncestor(document: Document): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      if (!target || !ancestors.includes(target)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

/** `<<: *a` belongs to YAML 1.1; the schema would call it an unknown field, and all that it stands for missing. */
function mergeKeys(document: Document): Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key) && key.value === '<<') found.push(key);
    },
  });
  return found;
}

const mergeRefused = (key: Scalar, lines: LineCounter): Unplaced => {
  const { line, col } = lines.linePos(key.range?.[0] ?? 0);
  return {
    line: Math.max(1, line),
    column: Math.max(1, col),
    path: '',
    code: 'POLICY_SYNTAX',
    detail:
      'The merge key `<<` is not taken: nobody who reviews the file would see what stands in its place.',
    remedy:
      'Write the fields out; a whole value that repeats may be named with `&name` and referred to with `*name`.',
  };
};

const containsItself = (alias: Alias, lines: LineCounter): Unplaced => {
  const { line, col } = lines.linePos(alias.range?.[0] ?? 0);
  return {
    line: Math.max(1, line),
    column: Math.max(1, col),
    path: '',
    code: 'POLICY_INVALID',
    detail: `The reference *${alias.source} stands inside the part that it refers to, which would never end.`,
    remedy: 'Write out what you mean in its place.',
  };
};

const syntax = (message: string, { line, col }: { line: number; col: number }): Unplaced => ({
  line,
  column: col,
  path: '',
  code: 'POLICY_SYNTAX',
  detail: `This is not readable as YAML: ${message.replace(/\.$/, '')}.`,
  remedy: remedyFor(message),
});

/** The parser knows what broke it; these are the causes that people meet, in their words. */
function remedyFor(message: string): string {
  if (/unique/i.test(message)) return 'Keep one of the two entries with this name.';
  if (/tab/i.test(message)) return 'Indent with spaces.';
  if (/implicit key|same column|indent/i.test(message))
    return 'Let the lines of one group begin in the same column.';
  if (/quote/i.test(message)) return 'Close the quotes on the same line.';
  if (/multiple documents/i.test(message))
    return 'Keep one document: remove the line `---` and what follows it.';
  return 'Correct the line; a value with ": ", "#", "{", "[" or "*" in it must stand in quotes.';
}

const wholeFile = (code: ProblemCode, detail: string, remedy: string): Unplaced => ({
  line: 1,
  column: 1,
  path: '',
  code,
  detail,
  remedy,
});
const tooLarge = wholeFile(
  'POLICY_TOO_LARGE',
  'The file is larger than 1 MiB.',
  'Shorten it: a policy names things, it does not hold their content.',
);
const empty = wholeFile('POLICY_INVALID', 'The file is empty.', 'Run `gantry init` to write a first one.');
const tooDeep = wholeFile(
  'POLICY_SYNTAX',
  'The file is nested too deeply.',
  'No part of a policy needs more than ten levels.',
);
const tooRepetitive = wholeFile(
  'POLICY_SYNTAX',
  `The file repeats parts of itself by reference more than ${MAX_ALIASES} times.`,
  'Write the parts out where they are needed.',
);

const place = (mistake: PolicyMistake, positions: Positions): Unplaced => ({
  ...positions.of(mistake.path, mistake.code === 'POLICY_FIELD_UNKNOWN' ? 'key' : 'value'),
  path: pathText(mistake.path),
  code: mistake.code,
  detail: mistake.detail,
  remedy: mistake.remedy,
});

const byPlace = (a: PolicyProblem, b: PolicyProblem): number =>
  a.line - b.line || a.column - b.column || a.path.localeCompare(b.path);
