import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkout } from '../built.ts';

/** What `.env` holds, and where the names of Compose's network really are, such as `temporal:7233`. */
export interface ComposePlace {
  env: Readonly<Record<string, string>>;
  addresses: Readonly<Record<string, string>>;
}

/** The environment of one service of docker-compose.yml, filled in as Compose does, with the addresses of this machine. */
export function composeEnvironment(service: string, place: ComposePlace): Record<string, string> {
  const text = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8');
  const compose = parse(text, { merge: true }) as {
    services: Record<string, { environment: Record<string, string> }>;
  };
  const found = compose.services[service]?.environment;
  if (!found) throw new Error(`docker-compose.yml has no environment of ${service}`);
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, located(filled(value, place.env), place.addresses)]),
  );
}

const filled = (value: string, env: ComposePlace['env']): string =>
  value.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const given = env[name];
    if (given === undefined && kind === '?') throw new Error(`${name} is not set: ${rest}`);
    return given ?? rest;
  });

const located = (value: string, addresses: ComposePlace['addresses']): string =>
  Object.entries(addresses).reduce((text, [name, address]) => text.replaceAll(name, address), value);

/** Runs one of the scripts of docs/compose/ as its container does. */
export function composeScript(name: string, env: Readonly<Record<string, string>>): string {
  const script = join(checkout, 'docs/compose', name);
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  if (status !== 0)
    throw new Error(`docs/compose/${name} ended with ${status}:\n${`${stdout}${stderr}`.slice(-2_000)}`);
  return stdout;
}
