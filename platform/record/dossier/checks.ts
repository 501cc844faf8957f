import { sha256 } from '../../ids.ts';
import { readCheckResult, type CheckResultRow } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** Every round of every check, with counts and findings; what it printed is named by its hash. */
export async function checksSection({ db, view }: DossierSource) {
  const ids = await db
    .selectFrom('check_results')
    .select('id')
    .where('release_id', '=', view.id)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const found = await Promise.all(ids.map(({ id }) => readCheckResult(db, id)));
  const results = found.filter((result) => result !== undefined).map(shown);
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const required = view.stages.flatMap(({ environment, checks }) =>
    checks.map(({ id, service, required, outcome, summary }) => ({
      ...{ environment, check: id, service, required, outcome, summary },
    })),
  );
  return {
    summary:
      results.length === 0
        ? 'No check has run.'
        : sentence(
            `${counted(results.length, 'run')} of ${counted(required.length, 'check')}; ${passed} passed.`,
          ),
    /** How each check stood at the end. */
    standing: required,
    results,
  };
}

const shown = (row: CheckResultRow) => ({
  ...{ id: row.id, environment: row.environment, service: row.service, check: row.checkId, round: row.round },
  ...{ outcome: row.outcome, summary: row.summary, counts: row.counts, findings: row.findings },
  ...{ subject: row.subject, startedAt: row.startedAt, endedAt: row.endedAt },
  outputSha256: sha256(row.stdout),
  errorsSha256: sha256(row.stderr),
});
