import { releaseTitle, type ReleaseOrder, type ReleaseView } from '../domain/release/release.ts';
import { markStarted } from '../platform/record/releases.ts';
import { GantryError } from '../platform/errors.ts';
import { nowOf, type ApiDeps } from './deps.ts';
import { lookAgain } from './watch-agreement.ts';

/**
 * Hands a recorded release over to Temporal. Doing it twice is harmless: the workflow id is taken then, and stays the same run.
 * @throws TEMPORAL_UNREACHABLE: the relay tries again. ENGINE_DISAGREES where another order's run has its workflow id: a person has to act.
 */
export async function startRelease(deps: ApiDeps, order: ReleaseOrder, view: ReleaseView): Promise<void> {
  const { workflowId } = view;
  const environment = target(order, view);
  try {
    await deps.engine.start({
      workflowId,
      order,
      environment,
      summary: startSummary(order, environment),
      details: startDetails(order, deps.config.publicUrl),
    });
  } catch (error) {
    if (isDisagreement(error)) lookAgain(deps); // readiness and doctor are to say it, too
    throw error;
  }
  await markStarted(deps.store.db, order.releaseId, nowOf(deps).toISOString());
}

/** Whether a start was refused because its workflow id belongs to something else: trying again changes nothing. */
export const isDisagreement = (error: unknown): error is GantryError =>
  error instanceof GantryError && error.code === 'ENGINE_DISAGREES';

const target = (order: ReleaseOrder, view: ReleaseView): string =>
  order.to ?? view.stages.at(-1)?.environment ?? '';

/** `shop 1.4.0 → production, asked by ben`: handles only, because whoever can reach Temporal can read it (ux §8). */
export function startSummary(order: ReleaseOrder, environment: string): string {
  const tail = ` → ${environment}, asked by ${order.requestedBy.person ?? order.requestedBy.id}`;
  const title = releaseTitle(order.components);
  const room = 400 - Buffer.byteLength(tail);
  return (Buffer.byteLength(title) <= room ? title : `${order.components.length} services`) + tail;
}

/** Markdown with the way back to our page. What people wrote, such as the reason, stays out: it would be shown as markup. */
function startDetails(order: ReleaseOrder, publicUrl: string): string {
  const lines = order.components.map(({ service, version }) => `- \`${service}\` \`${version}\``);
  return [...lines, '', `[Open in Gantry](${publicUrl}/releases/${order.releaseId})`].join('\n');
}
