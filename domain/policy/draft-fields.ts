import type { PolicyPath } from './problem.ts';

// Reading of values whose shape nobody has checked: what is not as it should be is not there.

/** A part of the file with its place. */
export interface Located<T> {
  value: T;
  path: PolicyPath;
}

export const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

export const field = (value: unknown, name: string): unknown => {
  const record = asRecord(value);
  return Object.hasOwn(record, name) ? record[name] : undefined;
};

export const list = (value: unknown, path: PolicyPath): Located<unknown>[] =>
  Array.isArray(value) ? value.map((item: unknown, index) => ({ value: item, path: [...path, index] })) : [];

export const items = (value: unknown, path: [string]): Located<unknown>[] =>
  list(field(value, path[0]), path);

export function text(value: unknown, path: PolicyPath, name: string): Located<string>[] {
  const found = field(value, name);
  return typeof found === 'string' ? [{ value: found, path: [...path, name] }] : [];
}

export const strings = (value: unknown, path: PolicyPath, name: string): Located<string>[] =>
  list(field(value, name), [...path, name]).filter(
    (item): item is Located<string> => typeof item.value === 'string',
  );

export function named<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  const found = field(value, name);
  return typeof found === 'string' ? ({ [name]: found } as Partial<Record<K, string>>) : {};
}
