import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GantryError, messageOf } from '../errors.ts';
import { withFileLock } from '../file-lock.ts';
import { sha256 } from '../ids.ts';
import { addressOf, withoutPassword, type SourceLocation } from './address.ts';
import { gitIn, userConfiguration } from './git-in.ts';

/** Our bare copy of a repository on this machine, and Git in it. */
export interface Copy {
  folder: string;
  /** Whether it has been fetched before. */
  isThere: () => boolean;
  /** Brings it up to date; one process at a time. */
  fetch: () => Promise<void>;
  /** What Git answers. @throws GantryError SOURCE_UNREADABLE */
  git: (...args: string[]) => Promise<string>;
  /** As `git`, with its own index file instead of the copy's. */
  gitWithIndex: (index: string, ...args: string[]) => Promise<string>;
}

/** The copy of a repository, by its address. @throws GantryError SOURCE_UNREADABLE for an address that is no repository's */
export function openCopy(location: SourceLocation): Copy {
  const address = addressOf(location);
  const mirrors = join(location.dataDir, 'mirrors');
  const folder = join(mirrors, `${sha256(address).slice(0, 32)}.git`);
  const isThere = (): boolean => existsSync(join(folder, 'HEAD'));
  const run = (environment: Record<string, string>, ...args: string[]): Promise<string> =>
    gitIn(folder, environment)
      .raw(args)
      .catch((cause: unknown) => {
        throw new GantryError(
          'SOURCE_UNREADABLE',
          { source: withoutPassword(address), detail: withoutPassword(messageOf(cause)) },
          { cause },
        );
      });

  async function fetch(): Promise<void> {
    await mkdir(mirrors, { recursive: true, mode: 0o700 });
    await withFileLock(`${folder}.lock`, async () => {
      if (!isThere()) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await run({}, 'init', '--quiet', '--bare', '--template=', folder);
      }
      const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
      await run(
        userConfiguration(),
        'fetch',
        '--quiet',
        '--prune',
        '--no-tags',
        '--no-recurse-submodules',
        address,
        ...refs,
      );
    });
  }

  return {
    folder,
    isThere,
    fetch,
    git: (...args) => run({}, ...args),
    gitWithIndex: (index, ...args) => run({ GIT_INDEX_FILE: index }, ...args),
  };
}
