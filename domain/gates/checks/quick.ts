import type { RunnableCheck } from '../../policy/check.schema.ts';

/**
 * Whether a check may be made by a quick look first: it only reads, so asking a second time is harmless, and an answer
 * usually comes within a moment. Programs and calls that may change something are made once, where they can be watched and stopped.
 */
export const isQuick = (check: RunnableCheck): boolean =>
  check.kind === 'http' && (check.method === 'GET' || check.method === 'HEAD');
