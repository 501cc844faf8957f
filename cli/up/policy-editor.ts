import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { personOf } from '../../domain/release/exclusions.ts';
import type { Person } from '../../domain/policy/policy.schema.ts';

/**
 * Person id of whoever changed the policy file last, by its Git history: rules bar that person as `policyEditor`. Undefined
 * where the file lies in no repository, or nobody in it answers to that author.
 */
export function policyEditor(file: string, people: readonly Person[]): string | undefined {
  const asked = spawnSync('git', ['log', '-1', '--format=%an%n%ae', '--', basename(file)], {
    cwd: dirname(file),
    encoding: 'utf8',
    timeout: 5_000,
  });
  const [name, email] = asked.status === 0 ? asked.stdout.trim().split('\n') : [];
  return name && email ? personOf(people, { name, email })?.id : undefined;
}
