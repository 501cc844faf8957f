import { hadAlready, type OnceOnly } from '../domain/release/had-already.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { GantryError } from '../platform/errors.ts';
import { personNames } from '../platform/record/person-names.ts';
import { readRelease } from '../platform/record/releases.ts';
import type { ApiDeps } from './deps.ts';
import { endedBeforeGoingBack } from './ended.ts';
import { command, type CommandOrigin } from './releases.ts';

/** The release after it; `changed` is false, and `note` says why, where the command has had its effect before. */
export interface GivenOnce {
  after: ReleaseView;
  note?: string;
  changed?: false;
}

/**
 * Gives a command that ends a release or lets it go on. Whoever repeats it is answered calmly, as whoever pauses twice is: the same on every
 * way. @throws what the command throws, where it has not had its effect
 */
export async function giveOnce(
  deps: ApiDeps,
  view: ReleaseView,
  what: OnceOnly,
  origin: CommandOrigin,
): Promise<GivenOnce> {
  // of one that has not ended only its workflow knows how it stands
  const done = what.name === 'advance' ? undefined : await doneBefore(deps, view, what, origin);
  if (done) return done;
  try {
    const { name, ...extras } = what;
    const { note, ...after } = await command(deps, view, name, origin, extras);
    return { after, ...(note === undefined ? {} : { note }) };
  } catch (error) {
    if (!(error instanceof GantryError) || !refusedFor.includes(error.code)) throw error;
    const now = await readRelease(deps.store.db, view.id);
    const meanwhile = now && (await doneBefore(deps, now, what, origin));
    if (meanwhile) return meanwhile;
    throw what.name === 'rollBack' && error.code === 'RELEASE_ENDED'
      ? await endedBeforeGoingBack(deps, now ?? view, error)
      : error;
  }
}

/** With these a workflow refuses what somebody else, or the same person, was faster with. */
const refusedFor: readonly string[] = ['RELEASE_ENDED', 'COMMAND_NOT_POSSIBLE'];

async function doneBefore(
  { store: { db } }: ApiDeps,
  view: ReleaseView,
  what: OnceOnly,
  { reason }: CommandOrigin,
): Promise<GivenOnce | undefined> {
  const note = hadAlready(view, what, { reason, nameOf: await personNames(db) });
  return note === undefined ? undefined : { after: view, note, changed: false };
}
