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

const shown = ({ releaseId: _release, stdout, stderr, checkId, ...row }: CheckResultRow) => ({
  ...row,
  check: checkId,
  outputSha256: sha256(stdout),
  errorsSha256: sha256(stderr),
});
