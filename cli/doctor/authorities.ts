import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { readAuthorities } from '../../platform/authorities.ts';
import type { Config } from '../../platform/config.ts';
import { GantryError } from '../../platform/errors.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';

/** So long before its end a certificate is spoken of: time enough to have another one. */
const soonDays = 21;
const dayMs = 86_400_000;

/**
 * Looks at every file of certificates that gantry.yaml names for its metric sources, as this machine has it. A policy that cannot
 * be read has a finding of its own. @throws AUTHORITIES_UNUSABLE
 */
export function lookAtAuthorities({ policyFile: file, oidc }: Config): Promise<string> {
  const policy = existsSync(file)
    ? readPolicy(readFileSync(file, 'utf8'), basename(file), { hasProvider: oidc !== undefined }).policy
    : undefined;
  return judgeAuthorities(policy ? authorityFiles(policy) : [], new Date());
}

/** Whole paths, each once. */
export function authorityFiles({ pipelines }: Pick<Policy, 'pipelines'>): string[] {
  const stages = Object.values(pipelines).flat();
  const metrics = stages.flatMap(({ analysis, observe }) => [...analysis, ...(observe.onlyWhen ?? [])]);
  return [...new Set(metrics.flatMap(({ ca }) => ca ?? []))];
}

/** One sentence about all of them. @throws AUTHORITIES_UNUSABLE */
export async function judgeAuthorities(files: readonly string[], now: Date): Promise<string> {
  if (files.length === 0) return 'No metric source names certificates of its own.';
  const looks = await Promise.all(
    files.map(async (file) => ({ file, look: await readAuthorities(file, now) })),
  );
  const wrong = looks.flatMap(({ look }) => (look.ok ? [] : [look.because]));
  if (wrong.length > 0) throw new GantryError('AUTHORITIES_UNUSABLE', { detail: wrong.join('; ') });
  const ending = looks.flatMap(({ file, look }) => {
    const days = look.ok ? Math.floor((look.endsAt.getTime() - now.getTime()) / dayMs) : Infinity;
    return days < soonDays ? [`${file} ends in ${days} ${days === 1 ? 'day' : 'days'}`] : [];
  });
  const count = `${files.length === 1 ? '1 file' : `${files.length} files`} of metric sources can be trusted`;
  return ending.length === 0
    ? `${count}.`
    : `${count}, but ${ending.join(' and ')}: add its successor to the file now.`;
}
