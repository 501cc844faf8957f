import { sql, type Insertable, type Selectable } from 'kysely';
import type { Statistics } from '../../domain/analysis/statistics.ts';
import type { Change } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';

/** Outcome and (masked, capped) output of one round of one check. */
export interface CheckResultRow {
  id: string;
  releaseId: string;
  environment: string;
  service: string;
  checkId: string;
  round: number;
  outcome: string;
  summary: string;
  counts?: { passed: number; failed: number; skipped: number };
  findings?: { error: number; warning: number; note: number };
  coverage?: { covered: number; total: number };
  /** Findings by level and key, so that those of another version are known again; `isCut`: there were more. */
  found?: { keys: [level: string, key: string][]; isCut: boolean };
  stdout: string;
  stderr: string;
  /** What was checked: commit, digest, or `service@version` where neither is known. */
  subject: string;
  startedAt: string;
  endedAt: string;
}

/** Writes a result; the same id again changes nothing. Answers what stands there by then: another attempt may have been first. */
export async function saveCheckResult(db: Db, result: CheckResultRow): Promise<CheckResultRow> {
  const written = await db
    .insertInto('check_results')
    .values({
      id: result.id,
      release_id: result.releaseId,
      environment: result.environment,
      service: result.service,
      check_id: result.checkId,
      round: result.round,
      outcome: result.outcome,
      summary: result.summary,
      counts: result.counts ? JSON.stringify(result.counts) : null,
      findings: result.findings ? JSON.stringify(result.findings) : null,
      coverage: result.coverage ? JSON.stringify(result.coverage) : null,
      found: result.found ? storable(JSON.stringify(result.found)) : null,
      stdout: storable(result.stdout),
      stderr: storable(result.stderr),
      subject: result.subject,
      started_at: result.startedAt,
      ended_at: result.endedAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (written) return checkResultOf(written);
  return (await readCheckResult(db, result.id)) ?? result;
}

/** PostgreSQL keeps every character of a program's output but NUL. */
const storable = (output: string): string => output.replaceAll('\0', '');

export const readCheckResult = async (db: Db, id: string): Promise<CheckResultRow | undefined> =>
  (await readCheckResults(db, [id])).get(id);

/** Those of the results that are there, by id. */
export async function readCheckResults(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CheckResultRow>> {
  const rows = await db
    .selectFrom('check_results')
    .selectAll()
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, checkResultOf(row)]));
}

/** Every finished round of every check of one version of a service, newest first, wherever and for whichever release it ran. */
export async function resultsAbout(
  db: Db,
  o: { service: string; subject: string },
): Promise<CheckResultRow[]> {
  const rows = await db
    .selectFrom('check_results')
    .selectAll()
    .where('service', '=', o.service)
    .where('subject', '=', o.subject)
    .orderBy('ended_at', 'desc')
    .limit(200)
    .execute();
  return rows.map(checkResultOf);
}

/** Outcomes of those of the results that belong to this release, by id. */
export async function outcomesOf(
  db: Db,
  releaseId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { outcome: string; subject: string }>> {
  const rows = await db
    .selectFrom('check_results')
    .select(['id', 'outcome', 'subject'])
    .where('release_id', '=', releaseId)
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .execute();
  return new Map(rows.map(({ id, ...found }) => [id, found]));
}

const checkResultOf = (row: Selectable<Database['check_results']>): CheckResultRow => ({
  id: row.id,
  releaseId: row.release_id,
  environment: row.environment,
  service: row.service,
  checkId: row.check_id,
  round: row.round,
  outcome: row.outcome,
  summary: row.summary,
  ...(row.counts === null ? {} : { counts: row.counts }),
  ...(row.findings === null ? {} : { findings: row.findings }),
  ...(row.coverage === null ? {} : { coverage: row.coverage }),
  ...(row.found === null ? {} : { found: row.found }),
  stdout: row.stdout,
  stderr: row.stderr,
  subject: row.subject,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at.toISOString(),
});

/** Outcome and output of one effect; `operationId` is its key in the outside world. */
export interface OperationResultRow {
  operationId: string;
  releaseId: string;
  environment: string;
  service: string;
  kind: 'apply' | 'undo';
  outcome: string;
  because: string;
  stdout: string;
  stderr: string;
  startedAt: string;
  endedAt: string;
}

/** Writes the outcome of an effect; a later attempt at the same effect replaces it, because it knows more. */
export async function saveOperationResult(db: Db, result: OperationResultRow): Promise<void> {
  const row = {
    operation_id: result.operationId,
    release_id: result.releaseId,
    environment: result.environment,
    service: result.service,
    kind: result.kind,
    outcome: result.outcome,
    because: result.because,
    stdout: storable(result.stdout),
    stderr: storable(result.stderr),
    started_at: result.startedAt,
    ended_at: result.endedAt,
  } satisfies Insertable<Database['operation_results']>;
  await db
    .insertInto('operation_results')
    .values(row)
    .onConflict((conflict) => conflict.column('operation_id').doUpdateSet(row))
    .execute();
}

export async function readOperationResult(
  db: Db,
  operationId: string,
): Promise<OperationResultRow | undefined> {
  const row = await db
    .selectFrom('operation_results')
    .selectAll()
    .where('operation_id', '=', operationId)
    .executeTakeFirst();
  return (
    row && {
      operationId: row.operation_id,
      releaseId: row.release_id,
      environment: row.environment,
      service: row.service,
      kind: row.kind as OperationResultRow['kind'],
      outcome: row.outcome,
      because: row.because,
      stdout: row.stdout,
      stderr: row.stderr,
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at.toISOString(),
    }
  );
}

/** One reading of one metric. `place` is where in the release: `step 1`, `soak`; `value` null: there was none. */
export interface MeasurementRow {
  releaseId: string;
  environment: string;
  service: string;
  place: string;
  metric: string;
  /** Place in the series, from 1. */
  number: number;
  at: string;
  value: number | null;
  verdict: string;
  because: string;
  /** What a rule has computed; left out where a condition judged. */
  statistics?: Statistics;
}

/** Writes measurements; one that is written keeps its first reading. */
export async function saveMeasurements(db: Db, measurements: readonly MeasurementRow[]): Promise<void> {
  if (measurements.length === 0) return;
  await db
    .insertInto('measurements')
    .values(
      measurements.map(({ releaseId, statistics, ...rest }) => ({
        release_id: releaseId,
        statistics: statistics ? JSON.stringify(statistics) : null,
        ...rest,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['release_id', 'environment', 'service', 'place', 'metric', 'number']).doNothing(),
    )
    .execute();
}

export const saveMeasurement = (db: Db, measurement: MeasurementRow): Promise<void> =>
  saveMeasurements(db, [measurement]);

/** All measurements of a release, in the order in which they were taken. */
export async function measurementsOf(db: Db, releaseId: string): Promise<MeasurementRow[]> {
  const rows = await db
    .selectFrom('measurements')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('at')
    .orderBy('number')
    .execute();
  return rows.map(({ release_id, at, statistics, ...rest }) => ({
    releaseId: release_id,
    at: at.toISOString(),
    ...rest,
    ...(statistics === null ? {} : { statistics }),
  }));
}

/** Writes the whole change list of one component; planning again replaces it. */
export async function saveChanges(
  db: Db,
  o: { releaseId: string; service: string; changes: readonly Change[] },
): Promise<void> {
  const changes = JSON.stringify(o.changes);
  await db
    .insertInto('release_changes')
    .values({ release_id: o.releaseId, service: o.service, changes })
    .onConflict((conflict) => conflict.columns(['release_id', 'service']).doUpdateSet({ changes }))
    .execute();
}

/** The change list of each component, by service. */
export async function changesOf(
  db: Db,
  releaseId: string,
): Promise<{ service: string; changes: Change[] }[]> {
  return db
    .selectFrom('release_changes')
    .select(['service', 'changes'])
    .where('release_id', '=', releaseId)
    .orderBy('service')
    .execute();
}
