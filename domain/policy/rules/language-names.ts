import type { PolicyMistake, PolicyPath } from '../problem.ts';

/** `__proto__` as a name means something to JavaScript: what stands under it would be lost without a word. */
export function findLanguageNames(value: unknown, path: PolicyPath = []): PolicyMistake[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => findLanguageNames(item, [...path, index]));
  }
  return Object.entries(value).flatMap(([key, item]) =>
    key === '__proto__'
      ? [
          {
            path: [...path, key],
            code: 'POLICY_NAME_INVALID' as const,
            detail: '"__proto__" cannot be the name of anything.',
            remedy: 'Choose another name.',
          },
        ]
      : findLanguageNames(item, [...path, key]),
  );
}
