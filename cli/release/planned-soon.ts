import { messageOf } from '../../platform/errors.ts';
import type { ReleaseView } from '../answers.ts';
import { startDeadline } from '../deadline.ts';
import { followRelease } from '../follow.ts';
import type { Session } from '../session.ts';

/** Planning reads Git, which takes a second as a rule; whoever has a slow source is told that it goes on. */
const withinMs = 3_000;

/**
 * The release once it is planned or refused; as it is after three seconds, or where nobody can tell: it is recorded, and a look that
 * fails is no failure of the order.
 */
export async function plannedSoon(
  { io, client, output }: Session,
  created: ReleaseView,
): Promise<ReleaseView> {
  let last = created;
  if (last.state !== 'draft') return last;
  const deadline = startDeadline(io.interrupted, withinMs);
  try {
    for await (const update of followRelease(client, created.id, deadline.signal)) {
      if (update.kind !== 'view') continue;
      last = update.view;
      if (last.state !== 'draft') break;
    }
  } catch (error) {
    output.note(`It is recorded; how it is planned could not be looked at: ${messageOf(error)}`);
  } finally {
    deadline.end();
  }
  return last;
}
