import { sha256 } from '../../ids.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** What was brought where, step by step, what each effect answered, and what was taken back. */
export async function deploymentsSection({ db, view }: DossierSource) {
  const rows = await db
    .selectFrom('deployments')
    .selectAll()
    .where('release_id', '=', view.id)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  const operations = await db
    .selectFrom('operation_results')
    .selectAll()
    .where('release_id', '=', view.id)
    .orderBy('started_at')
    .orderBy('operation_id')
    .execute();
  const rollouts = view.stages.flatMap((stage) =>
    stage.rollout
      .filter(({ steps }) => steps.some(({ state }) => state !== 'pending'))
      .map(({ service, version, previousVersion, mode, steps, exposure, targets, compensation }) => ({
        environment: stage.environment,
        ...{ service, version, previousVersion, mode, exposure, steps, targets, compensation },
      })),
  );
  const undone = rollouts.filter(({ compensation }) => compensation?.state === 'compensated').length;
  return {
    summary:
      rows.length === 0
        ? 'Nothing was deployed.'
        : sentence(
            `${counted(rows.length, 'deployment')}${undone > 0 ? `, ${undone} taken back` : ', none taken back'}.`,
          ),
    deployments: rows.map((row) => ({
      id: row.id,
      environment: row.environment,
      service: row.service,
      version: row.version,
      digest: row.digest ?? undefined,
      commit: row.commit_id ?? undefined,
      previousVersion: row.previous_version ?? undefined,
      mode: row.mode,
      status: row.status,
      exposure: row.exposure,
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at?.toISOString(),
    })),
    rollouts,
    operations: operations.map((row) => ({
      id: row.operation_id,
      environment: row.environment,
      service: row.service,
      kind: row.kind,
      outcome: row.outcome,
      because: row.because,
      outputSha256: sha256(row.stdout),
      errorsSha256: sha256(row.stderr),
      startedAt: row.started_at.toISOString(),
      endedAt: row.ended_at.toISOString(),
    })),
  };
}
