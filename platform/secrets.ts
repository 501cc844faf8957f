import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makePrivateFolder, refuseOpenModes } from './private-folder.ts';

/** Keys of this installation. One master secret; each purpose has a key of its own (trust §6). */
export interface Secrets {
  /** 32 bytes for one purpose; `kid` names the master secret, by default the current one. Unknown kids throw. */
  key: (purpose: string, kid?: string) => Buffer;
  /** Signs what is new. */
  currentKid: string;
  /** Accepted: the current one first, then the one before the last rotation. */
  kids: readonly string[];
}

interface SecretSource {
  /** Master secrets from the configuration; they win over the file. */
  secret?: string;
  previousSecret?: string;
  dataDir: string;
}

const SecretFileSchema = z.object({ current: z.string().min(32), previous: z.string().min(32).optional() });

/**
 * Opens the keys: from the configuration, or else from `secrets.json` in the data folder, which the first start makes
 * with mode 0600. Throws `DATA_TOO_OPEN` when others could read that file.
 */
export function openSecrets(source: SecretSource): Secrets {
  const current = source.secret;
  if (current !== undefined) return fromMasters([current, source.previousSecret]);
  const file = secretsFile(source.dataDir);
  if (!existsSync(file)) makeFile(source.dataDir, file);
  refuseOpenModes(file);
  const kept = SecretFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return fromMasters([kept.current, kept.previous]);
}

/** Where an installation without `GANTRY_SECRET` keeps its master secret. */
export const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');

function fromMasters(masters: readonly (string | undefined)[]): Secrets {
  const byKid = new Map(
    masters.flatMap((master) => (master === undefined ? [] : [[kidOf(master), master] as const])),
  );
  const kids = [...byKid.keys()];
  const [currentKid = ''] = kids;
  return {
    currentKid,
    kids,
    key(purpose, kid = currentKid) {
      const master = byKid.get(kid);
      if (master === undefined) throw new RangeError(`No master secret has the kid "${kid}".`);
      return Buffer.from(hkdfSync('sha256', master, 'gantry', `${purpose}/${kid}`, 32));
    },
  };
}

/** A short public name of a master secret, derived one way: it may stand in tokens and logs. */
const kidOf = (master: string): string =>
  createHash('sha256').update(`kid/${master}`).digest('hex').slice(0, 8);

function makeFile(dataDir: string, file: string): void {
  makePrivateFolder(dataDir);
  // `wx`: of two processes that start together one makes it and the other reads that one's.
  try {
    writeFileSync(file, `${JSON.stringify({ current: randomBytes(48).toString('base64url') })}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
