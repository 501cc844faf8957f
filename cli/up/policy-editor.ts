import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { personOf } from '../../domain/release/exclusions.ts';
import type { Person } from '../../domain/policy/policy.schema.ts';

/**
 * Person id of whoever changed the policy file last, by its Git history: rules bar that person as `policyEditor`. Undefined
 * where the file lies in no repository, or nobody in it answers to that author.
 */
export function policyEditor(file: string, people: readonly Person[]): string | undefined {
  const [name, email] = git(file, 'log', '-1', '--format=%an%n%ae')?.split('\n') ?? [];
  return name && email ? personOf(people, { name, email })?.id : undefined;
}

/** Whether the file reads as it was committed last: only then is its last author who wrote what stands in it. */
export const isCommitted = (file: string): boolean => git(file, 'status', '--porcelain', '--ignored') === '';

/** What Git says of the file; undefined where it says nothing, as outside of a repository. */
function git(file: string, ...words: string[]): string | undefined {
  const asked = spawnSync('git', [...words, '--', basename(file)], {
    cwd: dirname(file),
    encoding: 'utf8',
    timeout: 5_000,
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}
