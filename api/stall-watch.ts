import { mailDomain } from '../platform/mail-domain.ts';
import { noteStalls } from '../platform/record/stalled.ts';
import { nowOf, type ApiDeps } from './deps.ts';

type Deps = Pick<ApiDeps, 'engine' | 'store' | 'log' | 'config' | 'clock'>;

/** Workflows that are no release, of which the log has told: once for each, not at every look. */
const told = new WeakMap<ApiDeps['engine'], Set<string>>();

/**
 * One look for releases that their workflow cannot move (fault matrix, row 32): a defect in workflow code stops a run without failing
 * it, and only the engine knows. Whoever looks first tells people; beside the record each process tells its log.
 */
export async function stallRound(deps: Deps): Promise<void> {
  const listedAt = nowOf(deps).toISOString();
  const stalls = await deps.engine.stalled();
  const domain = mailDomain(deps.config.mailFrom);
  const { began, ended, others } = await noteStalls(deps.store.db, stalls, {
    at: nowOf(deps).toISOString(),
    listedAt,
    domain,
  });
  for (const releaseId of began)
    deps.log.error({ releaseId }, 'the workflow of a release fails at every try');
  for (const releaseId of ended) deps.log.info({ releaseId }, 'the workflow of a release moves again');
  const known = told.get(deps.engine) ?? new Set();
  for (const workflowId of others)
    if (!known.has(workflowId)) deps.log.error({ workflowId }, 'a workflow fails at every try');
  told.set(deps.engine, new Set(others));
}
