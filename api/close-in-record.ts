import type { ReleaseView } from '../domain/release/release.ts';
import { mailDomain } from '../platform/mail-domain.ts';
import { closeRelease, type Closing } from '../platform/record/close-release.ts';
import { environmentWorkflowId, queueChangedSignal } from '../workflows/contract.ts';
import { nowOf, type ApiDeps } from './deps.ts';

/**
 * Closes a release that only the record has. Temporal is asked first, and where it does not answer nothing changes.
 * @throws TEMPORAL_UNREACHABLE, and what `closeRelease` refuses it with
 */
export async function closeInRecord(
  deps: ApiDeps,
  { id, workflowId }: ReleaseView,
  closing: Omit<Closing, 'at'>,
): Promise<ReleaseView> {
  const run = await deps.engine.runOf(workflowId);
  deps.mailExpected?.();
  const { view, left } = await closeRelease(deps.store.db, id, {
    run,
    closing: { ...closing, at: nowOf(deps).toISOString() },
    mailDomain: mailDomain(deps.config.mailFrom),
  });
  for (const { environment, after } of left) if (after === 'othersWait') await ring(deps, environment);
  return view;
}

/** Whoever waits there has the workflow of the environment running, which looks again by itself in a while; this has it look now. */
async function ring({ engine, log }: ApiDeps, environment: string): Promise<void> {
  try {
    await engine.signal({ workflowId: environmentWorkflowId(environment), name: queueChangedSignal });
  } catch (error) {
    log.warn({ error, environment }, 'the queue of an environment could not be told that a place is free');
  }
}
