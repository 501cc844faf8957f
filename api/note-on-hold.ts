import { nothingHeld } from '../domain/release/nothing-held.ts';
import { pausedAlready } from '../domain/release/paused-already.ts';
import type { Actor, ReleaseView } from '../domain/release/release.ts';
import type { Db } from '../platform/database/open.ts';
import { withoutControls } from '../platform/plain-text.ts';
import { personNames } from '../platform/record/person-names.ts';

interface GivenHold {
  /** The release when the command came in, and after it. */
  before: ReleaseView;
  after: ReleaseView;
  by: Actor;
  reason: string | undefined;
}

/** What whoever paused or resumed a release is told where that came to nothing, or not to what they meant: the same on every way. */
export async function noteOnHold(
  db: Db,
  name: 'pause' | 'resume',
  { before, after, by, reason }: GivenHold,
): Promise<string | undefined> {
  if (name === 'resume') return nothingHeld(before, after);
  return pausedAlready(
    { before: before.holds, after: after.holds },
    {
      person: by.person ?? by.id,
      reason: reason === undefined ? undefined : withoutControls(reason),
      nameOf: await personNames(db),
    },
  );
}
