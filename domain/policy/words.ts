const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};

/** A type of the schema as people call it: `array` → `a list`. */
export const plainType = (type: string): string => kinds[type] ?? type;

/** What a value of the file is, for "This is …". */
export function plainValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  return plainType(typeof value);
}

/** A value as it stands at the head of a sentence, never long. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  if (value === null) return 'Nothing';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'This';
}

/** With a capital and a full stop. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
