import type { GateVerdict } from '../verdict.ts';
import { currentStage, type ReleaseView } from './release.ts';

/**
 * The gates of the current stage as they are told. Once a stage has started its gates are judged no more, so that its rows are those of then:
 * where a freeze holds the release since, half way, that is told in the place of what let it pass when it started.
 */
export function verdictsTold(view: ReleaseView): GateVerdict[] {
  const stage = currentStage(view);
  const verdicts = stage?.verdicts ?? [];
  const hold = view.holds.find(({ kind }) => kind === 'freeze');
  if (!hold) return verdicts;
  const until = stage?.calendar?.inFlight?.until;
  return verdicts.map((row) =>
    row.gate === 'freeze' && row.kind === 'allowed'
      ? {
          ...{ gate: row.gate, kind: 'waiting', because: hold.reason, since: hold.at },
          ...(until === undefined ? {} : { until }),
        }
      : row,
  );
}
