import { isAbsolute, resolve } from 'node:path';
import { GantryError } from '../errors.ts';

const REMOTE = /^(https|ssh|git|file):\/\//;
const SCP_LIKE = /^[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:(?!:)/;

/** Where a service's source lies, and where copies are kept. */
export interface SourceLocation {
  /** Address, or a folder relative to `baseDir`. */
  git: string;
  /** Folder of gantry.yaml. */
  baseDir: string;
  dataDir: string;
}

/**
 * What Git is told to fetch from.
 * @throws GantryError SOURCE_UNREADABLE for what is no repository's address.
 */
export function addressOf(location: SourceLocation): string {
  const { git, baseDir } = location;
  if (REMOTE.test(git) || SCP_LIKE.test(git)) return git;
  // `ext::`, an option, or a protocol that we do not speak
  if (git.startsWith('-') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(git)) {
    throw new GantryError('SOURCE_UNREADABLE', {
      source: withoutPassword(git),
      detail: 'its address is not one of https, ssh, git or file',
    });
  }
  return isAbsolute(git) ? git : resolve(baseDir, git);
}

/** An address, or a sentence with addresses in it, that may be shown. */
export const withoutPassword = (text: string): string => text.replaceAll(/:\/\/[^/@\s]*@/g, '://***@');
