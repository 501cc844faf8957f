import { alreadySo, nothingCameOfIt } from '../../already-so.ts';
import type { NameOf } from '../../release/names.ts';
import { quarantinedName, type Quarantine } from './evaluate.ts';

/** What somebody is told who bans what is banned: by whom and why, and that their own reason is not recorded. */
export const bannedAlready = (
  standing: Quarantine,
  { given, nameOf }: { given: string; nameOf: NameOf },
): string => `${alreadySo('quarantined', [standing], nameOf)} ${nothingCameOfIt(standing, { given })}`;

/** What somebody is told who bans what nobody has ever ordered or deployed: it may be banned ahead, and a typo bans nothing. */
export function unknownBuildWords(quarantine: Quarantine): string {
  const remedy = `Where that is a typo, it bans nothing: ban the build that you mean, and have this lifted (\`gantry quarantine lift ${quarantine.id} --reason "…"\`).`;
  return quarantine.service === undefined
    ? `Nothing that was ever ordered or deployed here carries ${quarantinedName(quarantine)}. ${remedy}`
    : `No build of ${quarantinedName(quarantine)} is known here: nobody has ever ordered or deployed it. ${remedy}`;
}
