import type { AuditEntry } from '../entry.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** What each gate of a stage said in the round that let it start, or last where it never started. */
export function gatesSection({ view, entries }: DossierSource) {
  const stages = view.stages.map((stage) => {
    const rounds = about(entries, 'gates.evaluated', stage.environment);
    const door = about(entries, 'door.passed', stage.environment).at(-1);
    const decisive = rounds.findLast(
      ({ releaseSeq = 0 }) => door === undefined || releaseSeq < (door.releaseSeq ?? 0),
    );
    return {
      environment: stage.environment,
      state: stage.state,
      enteredAt: stage.startedAt,
      finishedAt: stage.finishedAt,
      rounds: rounds.length,
      verdicts: stage.verdicts,
      /** The entry of the log that holds these verdicts. */
      ...(decisive
        ? { decidedAt: decisive.at, entry: decisive.releaseSeq, sentence: decisive.sentence }
        : {}),
      ...(door
        ? { door: { at: door.at, because: door.sentence, facts: door.facts, entry: door.releaseSeq } }
        : {}),
    };
  });
  const passed = stages.filter(({ door }) => door !== undefined).length;
  return {
    summary: sentence(`the gates let ${passed} of ${counted(stages.length, 'stage')} start.`),
    stages,
  };
}

const about = (entries: readonly AuditEntry[], action: AuditEntry['action'], object: string): AuditEntry[] =>
  entries.filter((entry) => entry.action === action && entry.object === object);
