import { problemCodes, type ProblemCode } from '../domain/problem-code.ts';
import type { CatalogueEntry } from './errors.ts';

export const catalogue = Object.fromEntries(
  problemCodes.map((code) => [
    code,
    { title: code, message: (context) => String(context['detail'] ?? code), remedy: 'See docs/reference/problems.md.', status: 500, retryable: false } satisfies CatalogueEntry,
  ]),
) as Record<ProblemCode, CatalogueEntry>;
