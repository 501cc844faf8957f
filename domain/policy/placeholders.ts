import { isSafeArgument } from './argument.ts';

const everywhere = [
  'service',
  'version',
  'digest',
  'commit',
  'environment',
  'previousVersion',
  'release',
] as const;

/** Which names may stand in `{{…}}`, by where the text stands: a check knows no weight, only a job has a number, and only
 * a rule over windows has one. */
export const placeholderNames = {
  check: everywhere,
  metric: [...everywhere, 'weight'],
  deploy: [...everywhere, 'weight', 'operation', 'target', 'action'],
  follow: [...everywhere, 'weight', 'operation', 'target', 'action', 'job'],
  metricRule: [...everywhere, 'weight', 'window'],
} as const satisfies Record<string, readonly string[]>;

export type PlaceholderPlace = keyof typeof placeholderNames;

/** What a release may honestly not have: a first deployment, a service without a Git source. */
const mayBeAbsent = new Set(['digest', 'commit', 'previousVersion']);
const ABSENT = 'none';
const known = new Set<string>([...placeholderNames.follow, ...placeholderNames.metricRule]);
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Why a template could not be filled; `placeholder` is the name between the braces. */
export class PlaceholderError extends Error {
  readonly placeholder: string;
  readonly reason: 'unknown' | 'missing' | 'unsafe';

  constructor(placeholder: string, reason: 'unknown' | 'missing' | 'unsafe', sentence: string) {
    super(sentence);
    this.name = 'PlaceholderError';
    this.placeholder = placeholder;
    this.reason = reason;
  }
}

/** Names between double braces that mean nothing in this place, each once, in the order of the text. */
export function unknownPlaceholders(text: string, place: PlaceholderPlace): string[] {
  const names: readonly string[] = placeholderNames[place];
  const found = [...text.matchAll(PLACEHOLDER)].map((match) => (match[1] ?? '').trim());
  return [...new Set(found.filter((name) => !names.includes(name)))];
}

/**
 * The template with each `{{name}}` replaced by its fact. An absent digest, commit or previous version becomes `none`.
 * Values are never looked into again, so a value cannot bring in another placeholder.
 * @throws {PlaceholderError} for a name that is unknown or missing in the facts, and for a value that is not safe in an
 * argument (trust §5.4 rule 2): the caller turns it into COMMAND_ARGUMENT_UNSAFE before anything is started.
 */
export function fillPlaceholders(
  template: string,
  facts: Readonly<Record<string, string | undefined>>,
): string {
  return template.replace(PLACEHOLDER, (_whole, name: string) => valueOf(name.trim(), facts));
}

function valueOf(name: string, facts: Readonly<Record<string, string | undefined>>): string {
  if (!known.has(name))
    throw new PlaceholderError(name, 'unknown', `{{${name}}} is not a placeholder that Gantry knows`);
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (value === undefined) {
    if (mayBeAbsent.has(name)) return ABSENT;
    throw new PlaceholderError(name, 'missing', `{{${name}}} has no value here`);
  }
  if (!isSafeArgument(value)) {
    throw new PlaceholderError(
      name,
      'unsafe',
      `the value of {{${name}}} has characters that are not safe in a command`,
    );
  }
  return value;
}
