import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessSchema } from '../../domain/policy/policy.schema.ts';
import { readAccessToken } from '../../platform/access-token.ts';
import type { Db } from '../../platform/database/open.ts';
import { createSignInLink } from '../../platform/record/sign-in.ts';
import { localMaker } from '../../domain/identity/token-maker.ts';
import { createToken, findToken } from '../../platform/record/tokens.ts';

interface LocalAccess {
  db: Db;
  dataDir: string;
  /** Address under which the command line on this machine reaches Gantry. */
  url: string;
  /** Person whom the token and the link act for. */
  admin: string;
  now: Date;
}

const dayMs = 86_400_000;
const tokenDays = 90;
/** A token that would end soon is replaced at a start, so that a command line never meets its end. */
const renewDays = 30;

/** Leaves address and token for the command line in `cli.json`, mode 0600 (trust §4.5); a token that still lasts is kept. */
export async function leaveLocalAccess(access: LocalAccess): Promise<void> {
  const file = join(access.dataDir, 'cli.json');
  const token = (await lastingToken(access, file)) ?? (await newToken(access));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ url: access.url, token })}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The address of a one-time link that signs the first administrator in. */
export async function adminLink(
  { db, admin, now }: Pick<LocalAccess, 'db' | 'admin' | 'now'>,
  publicUrl: string,
): Promise<string> {
  const { secret } = await createSignInLink(db, { person: admin, by: localMaker, now });
  return `${publicUrl}/sign-in/${secret}`;
}

async function lastingToken({ db, admin, now }: LocalAccess, file: string): Promise<string | undefined> {
  const text = readToken(file);
  const read = text === undefined ? undefined : readAccessToken(text);
  const known = read && (await findToken(db, read.hash, new Date(now.getTime() + renewDays * dayMs)));
  return known?.owner === admin ? text : undefined;
}

async function newToken({ db, admin, now }: LocalAccess): Promise<string> {
  const { text } = await createToken(db, {
    name: 'command line on this machine',
    owner: admin,
    access: AccessSchema.options,
    by: localMaker,
    at: now.toISOString(),
    expiresAt: new Date(now.getTime() + tokenDays * dayMs).toISOString(),
  });
  return text;
}

function readToken(file: string): string | undefined {
  try {
    const { token } = JSON.parse(readFileSync(file, 'utf8')) as { token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined; // not there yet, or cut off: a new one is made
  }
}
