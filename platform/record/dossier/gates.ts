import { listOf } from '../../../domain/list-of.ts';
import type { AuditEntry } from '../entry.ts';
import { counted, sentence, type DossierSource } from './source.ts';
import { verdictsOf } from './verdicts.ts';

/** What each gate of a stage said in the round that let it start, or last where it never started. */
export function gatesSection({ view, entries }: Pick<DossierSource, 'view' | 'entries'>) {
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
      verdicts: verdictsOf(stage, decisive ?? rounds.at(-1)),
      /** The entry of the log that holds these verdicts. */
      ...(decisive
        ? { decidedAt: decisive.at, entry: decisive.releaseSeq, sentence: decisive.sentence }
        : {}),
      ...(door
        ? { door: { at: door.at, because: door.sentence, facts: door.facts, entry: door.releaseSeq } }
        : {}),
    };
  });
  const past = view.stages.flatMap(({ environment, glass }) =>
    glass?.used ? [`${environment} started past ${listOf(glass.used.gates, 'and')} by break-glass`] : [],
  );
  const passed = stages.filter(({ door }) => door !== undefined).length - past.length;
  return {
    summary: sentence(
      `${[`the gates let ${Math.max(0, passed)} of ${counted(stages.length, 'stage')} start`, ...past].join('; ')}.`,
    ),
    stages,
  };
}

const about = (entries: readonly AuditEntry[], action: AuditEntry['action'], object: string): AuditEntry[] =>
  entries.filter((entry) => entry.action === action && entry.object === object);
