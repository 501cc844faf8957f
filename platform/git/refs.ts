import type { Copy } from './copy.ts';
import { assertHash, isFullHash, isHash } from './hash.ts';
import type { Mirror } from './mirror.ts';

const SAFE_REF = /^[A-Za-z0-9][A-Za-z0-9._+@:/-]{0,255}$/;
const isSafeRef = (ref: string): boolean => SAFE_REF.test(ref) && !ref.includes('..');

/** Tags, branches and hashes of a copy, and where they lead. */
export function refsOf(copy: Copy): Pick<Mirror, 'resolveCommit' | 'isReachable' | 'branchesWith'> {
  const { git } = copy;
  const verify = async (name: string): Promise<string | undefined> => {
    const found = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    return found.trim() || undefined;
  };

  return {
    async resolveCommit(ref) {
      if (!isSafeRef(ref)) return undefined;
      // a hash never means another commit later, so the copy at hand is enough; a tag may have been moved
      const isHere = isFullHash(ref) && copy.isThere() ? await verify(ref) : undefined;
      if (isHere !== undefined) return isHere;
      await copy.fetch();
      const names = [`refs/tags/${ref}`, `refs/heads/${ref}`, ...(isHash(ref) ? [ref] : [])];
      for (const name of names) {
        const commit = await verify(name);
        if (commit !== undefined) return commit;
      }
      return undefined;
    },

    async isReachable(commit, branch) {
      assertHash(commit);
      const tip = isSafeRef(branch) ? await verify(`refs/heads/${branch}`) : undefined;
      if (tip === undefined) return false;
      return (await git('rev-list', '--count', '--max-count=1', `${tip}..${commit}`)).trim() === '0';
    },

    async branchesWith(commit) {
      assertHash(commit);
      const names = await git('for-each-ref', '--format=%(refname)', `--contains=${commit}`, 'refs/heads');
      return names
        .split('\n')
        .filter((name) => name !== '')
        .map((name) => name.replace('refs/heads/', ''));
    },
  };
}
