import type { Fact, HardBlocker, Measures } from '../../domain/risk/model.ts';
import { instantText } from '../../domain/instant-text.ts';
import { isSameBuild } from '../../domain/release/artifact.ts';
import { rehearsalsOf } from '../../platform/record/gates/rehearsals.ts';
import { lastUndo, pastDeployments, type PastDeployment } from '../../platform/record/service-history.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

export type HistoryFacts = { [F in 'age' | 'history' | 'rollback']: Fact<Measures[F]> };

const day = 86_400_000;
const rehearsedWithinDays = 30;
const lookedBack = 10;
const wentWrong = (past: PastDeployment): boolean => past.status === 'rolledBack' || past.status === 'failed';

/** What the record says of this service in this environment. */
export async function historyFacts(
  question: RiskQuestion,
  hasPointOfNoReturn: boolean,
): Promise<HistoryFacts> {
  const { db, service, stage } = question;
  const place = { environment: stage.environment, service: service.id };
  const past = await pastDeployments(db, { ...place, count: lookedBack });
  return {
    age: ageOf(question, past),
    history: historyOf(question, past),
    rollback: await factOf('The record', () => rollbackOf(question, hasPointOfNoReturn)),
  };
}

function ageOf({ running, now }: RiskQuestion, [last]: readonly PastDeployment[]): Fact<Measures['age']> {
  const at = last?.startedAt ?? running?.since;
  if (at === undefined) return measured({ days: null });
  const days = Math.max(0, Math.floor((Date.parse(now) - Date.parse(at)) / day));
  return measured({ days }, [`${last?.version ?? running?.version ?? ''}, ${at}`]);
}

function historyOf({ now }: RiskQuestion, past: readonly PastDeployment[]): Fact<Measures['history']> {
  if (past.length === 0) return { kind: 'notApplicable', because: 'It has not been released here before.' };
  const failed = past.filter(wentWrong);
  const since = failed[0] && Math.floor((Date.parse(now) - Date.parse(failed[0].endedAt)) / day);
  return measured({ failed: failed.length, of: past.length }, [
    ...(since === undefined ? [] : [`the last failure was ${since} ${since === 1 ? 'day' : 'days'} ago`]),
    ...failed.map(
      ({ version, status, endedAt }) =>
        `${version} ${status === 'failed' ? 'failed' : 'was rolled back'}, ${instantText(endedAt)}`,
    ),
  ]);
}

/** The way back counts as gone whether it was a rehearsal or the real thing. */
async function rollbackOf(
  { db, service, stage, running, now, component }: RiskQuestion,
  hasPointOfNoReturn: boolean,
): Promise<Fact<Measures['rollback']>> {
  if (!running)
    return { kind: 'notApplicable', because: 'Nothing runs there: the way back is to take it away again.' };
  const undone = await lastUndo(db, { environment: stage.environment, service: service.id });
  const tried = (await rehearsalsOf(db, service.id, component.version)).find((one) =>
    isSameBuild(one, component),
  );
  const rehearsal = tried && {
    at: tried.at,
    outcome: tried.isPassed ? 'done' : 'failed',
    because: `rehearsed in ${tried.environment}: ${tried.because}`,
  };
  const last = rehearsal && (!undone || undone.at < rehearsal.at) ? rehearsal : undone;
  const evidence = [
    `back to ${running.version}`,
    ...(last ? [`the last way back, ${last.at}: ${last.because}`] : []),
  ];
  if (last && last.outcome !== 'done') return measured({ state: 'failed' }, evidence);
  const isRecent = last !== undefined && Date.parse(now) - Date.parse(last.at) <= rehearsedWithinDays * day;
  if (isRecent) return measured({ state: 'rehearsed' }, evidence);
  return measured({ state: hasPointOfNoReturn ? 'pointOfNoReturn' : 'planned' }, evidence);
}

/** Why there is no way back or forward at all; asked of Git, for nobody else keeps what ran before. */
export async function hardBlockers(
  { source, running, service, stage }: RiskQuestion,
  migration: Fact<Measures['migration']>,
): Promise<HardBlocker[]> {
  const blockers: HardBlocker[] = [];
  const { rollForward } = service.risk ?? {};
  if (
    migration.kind === 'measured' &&
    migration.measure.worst === 'irreversible' &&
    rollForward === undefined
  )
    blockers.push({
      id: 'irreversibleMigration',
      because: `${service.id} has a migration that cannot be undone, and no plan for going forward past it.`,
      remedy:
        'Say under `risk.rollForward` of the service where that plan lies, apply gantry.yaml, then start a new release; or ship the migration in steps that can be undone.',
    });
  // what is known by its digest lies in a registry, which nobody here can ask
  if (source && running && source.from === undefined && running.digest === undefined)
    blockers.push({
      id: 'previousArtifactGone',
      because: `${service.id} ${running.version} runs in ${stage.environment}, and its commit is not in the repository any more: there is nothing to go back to.`,
      remedy: `Push the commit or the tag of ${running.version} again; the gate then opens by itself.`,
    });
  return blockers;
}
