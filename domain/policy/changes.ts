import { listOf } from '../list-of.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Says in sentences how one field changed; `subject` opens each, such as `service shop`. */
export type FieldTeller = (subject: string, before: unknown, after: unknown) => string[];

/** How the entries of a list that go by a name are told: added, removed, changed and put into another order. */
export interface EntryTelling<T> {
  /** What the list belongs to, such as `pipeline web, stage production`; empty for the file itself. */
  within: string;
  what: string;
  plural: string;
  nameOf: (entry: T) => string;
  /** What is worth knowing of a new one, in brackets. */
  about?: (entry: T) => string;
  change: (subject: string, before: T, after: T) => string[];
}

/** Equal as JSON: fields in any order, an undefined field like none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  return keysOf(a, b).every((key) => isSame((a as Fields)[key], (b as Fields)[key]));
}

/** One or more sentences for every field that differs; a field without a teller of its own is told by its value. */
export function fieldChanges(
  subject: string,
  before: object,
  after: object,
  tellers: Readonly<Record<string, FieldTeller>> = {},
): string[] {
  return keysOf(before, after).flatMap((field) => {
    const [old, now] = [(before as Fields)[field], (after as Fields)[field]];
    if (isSame(old, now)) return [];
    return (tellers[field] ?? valueTeller(plainName(field)))(subject, old, now);
  });
}

/** `service shop: owner is now ben instead of ana`. */
export const valueTeller =
  (name: string, show: (value: unknown) => string = shown): FieldTeller =>
  (subject, before, after) => {
    const opening = `${subject}: ${name}`;
    if (before === undefined) return [`${opening} is now ${show(after)}`];
    if (after === undefined) return [`${opening} ${show(before)} removed`];
    const [old, now] = [show(before), show(after)];
    return [old === now ? `${opening} changed` : `${opening} is now ${now} instead of ${old}`];
  };

/** `person dee: role qa added`; for lists of words whose order means little. */
export const wordsTeller =
  (name: string, plural: string): FieldTeller =>
  (subject, before, after) => {
    const [old, now] = [asWords(before), asWords(after)];
    const added = now
      .filter((word) => !old.includes(word))
      .map((word) => `${subject}: ${name} ${word} added`);
    const removed = old
      .filter((word) => !now.includes(word))
      .map((word) => `${subject}: ${name} ${word} removed`);
    const told = [...added, ...removed];
    return told.length > 0 ? told : [`${subject}: ${plural} are now written as ${now.join(', ')}`];
  };

/** Only which entries changed, never their values: a header may hold what should have been a secret. */
export const namesTeller =
  (name: string): FieldTeller =>
  (subject, before, after) => {
    const [old, now] = [asFields(before), asFields(after)];
    return keysOf(old, now)
      .filter((key) => !isSame(old[key], now[key]))
      .map((key) => {
        const how = !Object.hasOwn(old, key) ? 'added' : !Object.hasOwn(now, key) ? 'removed' : 'changed';
        return `${subject}: ${name} ${key} ${how}`;
      });
  };

/** Fields of a group, told as fields of the subject itself. */
export const groupTeller =
  (tellers: Readonly<Record<string, FieldTeller>>, within?: string): FieldTeller =>
  (subject, before, after) => {
    const inner = within === undefined ? subject : `${subject}, ${within}`;
    return fieldChanges(inner, asFields(before), asFields(after), tellers);
  };

/** Every entry that came, went or changed, by name, and a new order where that is all. */
export function entryChanges<T extends object>(
  before: readonly T[],
  after: readonly T[],
  telling: EntryTelling<T>,
): string[] {
  const [old, now] = [byName(before, telling.nameOf), byName(after, telling.nameOf)];
  const opening = telling.within === '' ? '' : `${telling.within}: `;
  const about = (entry: T): string => {
    const text = telling.about?.(entry) ?? '';
    return text === '' ? '' : ` (${text})`;
  };
  const changes = [...now].flatMap(([name, entry]) => {
    const was = old.get(name);
    if (was === undefined) return [`${opening}${telling.what} ${name} added${about(entry)}`];
    return telling.change(`${opening}${telling.what} ${name}`, was, entry);
  });
  const gone = [...old.keys()].filter((name) => !now.has(name));
  const stayed = {
    before: [...old.keys()].filter((name) => now.has(name)),
    after: [...now.keys()].filter((name) => old.has(name)),
  };
  return [
    ...changes,
    ...gone.map((name) => `${opening}${telling.what} ${name} removed`),
    ...(isSame(stayed.before, stayed.after)
      ? []
      : [`${opening}the ${telling.plural} now stand in the order ${stayed.after.join(', ')}`]),
  ];
}

/** A second entry of the same name is called `qa (2)`. */
function byName<T>(entries: readonly T[], nameOf: (entry: T) => string): Map<string, T> {
  const named = new Map<string, T>();
  for (const entry of entries) {
    const name = nameOf(entry);
    let unique = name;
    for (let count = 2; named.has(unique); count += 1) unique = `${name} (${count})`;
    named.set(unique, entry);
  }
  return named;
}

/** `maxFailures` → `max failures`. */
const plainName = (field: string): string => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function shown(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? `"${value.map(String).join(' ')}"`
        : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const asWords = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const keysOf = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];

/** `3 people`, `1 person`. */
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** A few names for brackets: none gives an empty text. */
export const named = (names: readonly string[]): string => listOf(names, 'and');
