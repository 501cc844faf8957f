import { readFileSync } from 'node:fs';
import { GantryError } from './errors.ts';

const REFERENCE = /secret:\/\/([A-Za-z_][A-Za-z0-9_]*)/g;

/**
 * A secret of the worker's surroundings: the variable `NAME`, else the file that `NAME_FILE` names (trust §6).
 * @throws GantryError SECRET_MISSING, which names the variable and never a value.
 */
export function secretValue(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name] ?? readSecretFile(environment[`${name}_FILE`]);
  if (value === undefined || value === '') throw new GantryError('SECRET_MISSING', { secret: name });
  return value;
}

function readSecretFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Texts with `secret://NAME` in them, resolved at the last moment, and the secrets that came in so, to be masked. */
export function resolveSecrets(
  texts: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = process.env,
): { texts: Record<string, string>; secrets: Record<string, string> } {
  const secrets: Record<string, string> = {};
  const resolved = Object.entries(texts).map(([key, text]) => [
    key,
    text.replaceAll(REFERENCE, (_whole, name: string) => {
      const value = secretValue(name, environment);
      secrets[name] = value;
      return value;
    }),
  ]);
  return { texts: Object.fromEntries(resolved) as Record<string, string>, secrets };
}
