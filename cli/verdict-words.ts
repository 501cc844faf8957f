import type { GateVerdict } from '../domain/verdict.ts';

/** What tables call what a gate says; `unknown` where only a release can tell. */
export const verdictWords: Record<GateVerdict['kind'] | 'unknown', string> = {
  allowed: 'met',
  waiting: 'waiting',
  needsPeople: 'needs people',
  denied: 'denied',
  unknown: 'unknown',
};
