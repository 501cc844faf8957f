import type { ProblemCode } from '../problem-code.ts';
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

/** The command that closes a release which only the record has. */
export const closeCommand = (releaseId: string): string => `gantry release close ${releaseId} --reason "…"`;

/** What a person does about a release whose workflow id belongs to something else. */
export const closeRemedy = (releaseId: string): string =>
  `Look at that workflow in the Temporal UI, and at the environments that it may have changed; terminate it there where it runs and nobody knows it. Then close this release in the record with \`${closeCommand(releaseId)}\`, and ask for it again: the next attempt has a workflow id of its own.`;
