import { listOf } from '../domain/list-of.ts';
import { onlyInRecordRemedy } from '../domain/release/close-command.ts';
import { releaseTitle, type ReleaseView } from '../domain/release/release.ts';
import { endedSentence } from '../domain/release/why-shut.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import { GantryError } from '../platform/errors.ts';
import { afterwardsOf, type WayBack } from '../platform/record/afterwards.ts';
import type { ApiDeps } from './deps.ts';
import { saying } from './saying.ts';

/** @throws RELEASE_ENDED for a release that nothing can move any more. */
export function refuseEnded(view: ReleaseView): void {
  if (isTerminal(view.state)) throw ended(view);
}

/** RELEASE_ENDED with how and when it ended; ENGINE_DISAGREES where the engine has none that runs, and the record has no end of it. */
export function ended(view: ReleaseView, cause?: unknown): GantryError {
  const release = releaseTitle(view.components);
  if (!isTerminal(view.state))
    return new GantryError(
      'ENGINE_DISAGREES',
      {
        detail: `the record calls ${release} open, and no workflow of it runs in Temporal`,
        fix: onlyInRecordRemedy(view.id),
      },
      { cause },
    );
  const state = stateWord(view.state);
  return saying(new GantryError('RELEASE_ENDED', { release, state }, { cause }), {
    detail: endedSentence(view, view.updatedAt),
  });
}

/**
 * The same to whoever wants to roll it back: what it has brought goes back by a new release, and they are told by which, as on its page. As it
 * is where nothing of it runs any more, or there is nothing to go back to.
 */
export async function endedBeforeGoingBack(
  { store: { db } }: Pick<ApiDeps, 'store'>,
  view: ReleaseView,
  error: GantryError,
): Promise<GantryError> {
  const { ways } = await afterwardsOf(db, view);
  if (ways.length === 0) return error;
  const places = ways.map(({ service, to, environment }) => `${service} ${to} in ${environment}`);
  const commands = ways.map((way) => `\`${backCommand(way, view.id)}\``);
  return saying(error, {
    remedy: `Bring back ${listOf(places, 'and')} by a new release: ${commands.join('; ')}. The page of the release offers the same.`,
  });
}

/** The order that the page sends for it. */
const backCommand = ({ service, to, digest, environment }: WayBack, release: string): string =>
  `gantry release create ${service} ${to}${digest === undefined ? '' : ` --digest ${digest}`} --intent rollback --to ${environment} --remediates ${release}`;
