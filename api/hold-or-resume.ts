import { nothingHeld, pausedAlready } from '../domain/release/hold-told.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { withoutControls } from '../platform/plain-text.ts';
import { personNames } from '../platform/record/person-names.ts';
import type { ApiDeps } from './deps.ts';
import { command, type CommandOrigin } from './releases.ts';

/**
 * Pauses or resumes a release. Answers the release after it, and what whoever did so is told where that came to nothing, or not to what they
 * meant: the same on every way. @throws what the command throws
 */
export async function holdOrResume(
  deps: ApiDeps,
  before: ReleaseView,
  name: 'pause' | 'resume',
  origin: CommandOrigin,
): Promise<{ after: ReleaseView; note?: string }> {
  const after = await command(deps, before, name, origin, {});
  const note =
    name === 'resume' ? nothingHeld(before, after) : await notePaused(deps, { before, after }, origin);
  return { after, ...(note === undefined ? {} : { note }) };
}

const notePaused = async (
  { store: { db } }: ApiDeps,
  { before, after }: { before: ReleaseView; after: ReleaseView },
  { by, reason }: CommandOrigin,
): Promise<string | undefined> =>
  pausedAlready(
    { before: before.holds, after: after.holds },
    {
      person: by.person ?? by.id,
      reason: reason === undefined ? undefined : withoutControls(reason),
      nameOf: await personNames(db),
    },
  );
