import { readConfig, type Config } from '../../platform/config.ts';
import type { Environment, Flags } from '../../platform/config/read-settings.ts';
import { claimPort, type WantedPort as Claim } from '../../platform/ports.ts';

const loopback = '127.0.0.1';

/** The configuration with every port of 0 replaced by a free one. Throws `PORT_IN_USE` naming the flag for another port. */
export async function choosePorts(env: Environment, flags: Flags): Promise<Config> {
  const wanted = readConfig(env, flags);
  const claims: Claim[] = [{ flag: 'port', port: wanted.port, host: wanted.host, use: 'pages and API' }];
  if (wanted.temporal.address === undefined) {
    claims.push({ flag: 'temporal-port', port: wanted.temporalPort, host: loopback, use: 'Temporal' });
    claims.push({ flag: 'ui-port', port: wanted.uiPort, host: loopback, use: 'the Temporal UI' });
  }
  if (wanted.smtpUrl === undefined) {
    claims.push({ flag: 'smtp-port', port: wanted.smtpPort, host: loopback, use: 'the inbox' });
  }
  const chosen: Record<string, string> = {};
  for (const claim of claims) chosen[claim.flag] = String(await claimPort(claim));
  return readConfig(env, { ...flags, ...chosen }); // read again: the public address may be made of the port
}
