import type { SourceLocation } from './git/address.ts';
import { openCopy } from './git/copy.ts';
import { differencesOf } from './git/differences.ts';
import { filesOf } from './git/files.ts';
import { historyOf } from './git/history.ts';
import type { Mirror } from './git/mirror.ts';
import { refsOf } from './git/refs.ts';

/**
 * Opens the mirror of a repository. The repository is not trusted: only https, ssh, git and file are spoken, nothing of
 * its configuration, hooks or filters is used, and names from outside are checked before they reach Git.
 * @throws GantryError SOURCE_UNREADABLE, here for an address that is no repository's, later where Git cannot read it.
 */
export function openMirror(location: SourceLocation): Mirror {
  const copy = openCopy(location);
  return { ...refsOf(copy), ...historyOf(copy), ...differencesOf(copy), ...filesOf(copy) };
}
