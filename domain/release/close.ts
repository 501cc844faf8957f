import type { ProblemCode } from '../problem-code.ts';
import { endOf } from './end-of.ts';
import type { ReleaseView, StageView } from './release.ts';
import { headlineOf } from './words.ts';
import { isRunOf, type OrderMark, type RunOfOrder } from './run-of-order.ts';
import { isTerminal, type ReleaseState } from './state.ts';

/** How the record has the release that somebody wants to close there. */
export interface RecordedOrder {
  order: OrderMark;
  title: string;
  state: ReleaseState;
  /** The engine once took it over. */
  isStarted: boolean;
}

/**
 * Whether a release may be closed in the record, without its workflow: only where the engine has none of it, neither running nor ended, so that
 * nothing can go on behind the back of the record. Whatever leaves a doubt refuses.
 * @returns undefined where it may; else the problem, with its sentence where the code alone does not say it
 */
export function whyNotClosed(
  { order, title, state, isStarted }: RecordedOrder,
  run: RunOfOrder,
): { code: ProblemCode; detail?: string } | undefined {
  if (isTerminal(state)) return { code: 'RELEASE_ENDED' };
  if (run.kind === 'missing') return isStarted ? undefined : { code: 'RELEASE_NOT_STARTED' }; // it is about to be
  switch (isRunOf(run, order)) {
    case false:
      return undefined; // it can neither run nor ever be started
    case 'unknown':
      return {
        code: 'CLOSE_REFUSED',
        detail: `Temporal has a workflow under the id of ${title}, and nobody can tell what it was started for`,
      };
    case true:
      return {
        code: 'CLOSE_REFUSED',
        detail:
          run.kind === 'running'
            ? `Temporal runs the workflow of ${title}`
            : `Temporal has the workflow of ${title}, which has ended there`,
      };
  }
}

/** The view of a release that a person closes in the record: as far as was told last, with nothing that still waits. */
export function closedView(
  view: ReleaseView,
  { at, by, name, reason }: { at: string; by: string; name: string; reason: string },
): ReleaseView {
  const stages = view.stages.map((stage): StageView => {
    const isHere = stage.environment === view.stage;
    const { approval } = stage;
    return {
      ...stage,
      ...(isHere ? { state: 'ended', verdicts: [] } : {}),
      ...(approval?.state === 'open' ? { approval: { ...approval, state: 'withdrawn', closedAt: at } } : {}),
    };
  });
  const hasStarted = stages.some(
    ({ environment, rollout }) =>
      environment === view.stage && rollout.some(({ compensation }) => compensation !== undefined),
  );
  // nothing was taken back, for nobody was there who could have
  const end = endOf({ kind: 'abort', leave: true }, { hasStarted, compensated: 0, left: 0 });
  const because = `closed in the record, for Temporal has no workflow of it: ${reason}`;
  const closed: ReleaseView = {
    ...view,
    ...end,
    ...(name === by ? {} : { names: { ...view.names, [by]: name } }),
    ...{ stages, holds: [], updatedAt: at, seq: view.seq + 1, ended: { at, because, by } },
  };
  delete closed.stalled;
  return { ...closed, headline: headlineOf(closed, at) };
}

/** Who is told of it: whose it is, whoever voted, and people on call where something may be left. */
export function toldOfClosing(view: ReleaseView, onCall: readonly string[]): string[] {
  const { owner, requestedBy, residue, stages } = view;
  const requester = requestedBy.person ?? (requestedBy.kind === 'person' ? requestedBy.id : undefined);
  const voters = stages.flatMap(({ approval }) => approval?.votes.map(({ person }) => person) ?? []);
  const people = [owner, requester, ...voters, ...(residue === 'left' ? onCall : [])];
  return [...new Set(people.filter((person): person is string => person !== undefined))];
}
