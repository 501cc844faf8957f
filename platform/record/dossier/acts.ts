import type { AuditEntry } from '../entry.ts';
import { counted, sentence, type DossierSource } from './source.ts';

const kinds: readonly AuditEntry['action'][] = [
  'command.received',
  'hold.set',
  'hold.lifted',
  'analysis.continued',
  'analysis.extended',
  'check.retried',
  'override.given',
  'override.seconded',
  'override.revoked',
  'override.voided',
  'schedule.planned',
  'dependency.dropped',
  'signal.refused',
];

/** How people, and Gantry by itself, held it, let it go on, and steered it. */
export function actsSection({ entries }: DossierSource) {
  const acts = entries
    .filter(({ action }) => kinds.includes(action))
    .map(({ at, action, actor, sentence: said, reason, facts, releaseSeq }) => ({
      ...{ at, action, actor, sentence: said, reason, facts, entry: releaseSeq },
    }));
  const holds = acts.filter(({ action }) => action === 'hold.set').length;
  return {
    summary:
      acts.length === 0
        ? 'Nobody steered it, and nothing held it.'
        : sentence(`${counted(acts.length, 'act')}, ${holds} of them ${holds === 1 ? 'a hold' : 'holds'}.`),
    acts,
  };
}
