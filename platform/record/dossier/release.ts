import { releaseTitle } from '../../../domain/release/release.ts';
import { stateWord } from '../../../domain/release/state.ts';
import type { DossierSource } from './source.ts';

/** What was released, who asked for it, and how it ended. */
export function releaseSection({ view, order }: DossierSource) {
  const title = releaseTitle(view.components);
  const { id, attempt, workflowId, components, intent, requestedBy, reason, owner, createdAt } = view;
  const { state, reached, residue, ended, urgent, schedule, needs, milestones, train } = view;
  const end = ended
    ? `${title} has ended: ${stateWord(state)}, because ${ended.because}.`
    : `${title} has not ended: ${view.headline}`;
  return {
    summary: end.replace(/\.\.$/, '.'),
    ...{ id, title, attempt, workflowId, components, intent, requestedBy, createdAt },
    reason: reason ?? order?.reason,
    ...{ owner, urgent, schedule, needs, milestones, train },
    ...{ state, word: stateWord(state), reached, residue, ended },
    /** What its workflow was started with. */
    order,
  };
}
