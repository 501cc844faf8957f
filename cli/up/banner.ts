import { isLoopback } from '../../platform/loopback.ts';
import { policyLines } from './apply-policy-file.ts';
import type { Everything } from './start-everything.ts';

/** What `gantry up` prints once everything is ready. */
export function banner(all: Everything, readyAfterMs: number): string[] {
  const rows: [string, string | undefined][] = [
    ['Pages and API', all.config.publicUrl],
    ['Sign in', `${all.signInLink}  (once, within 15 minutes)`],
    [
      'Inbox',
      all.inbox === undefined ? undefined : `${all.config.publicUrl}/inbox  (takes mail at ${all.inbox})`,
    ],
    ['Temporal UI', all.temporalUi],
    ['Temporal', all.temporalAddress],
    ['Database', all.database],
    ['Data folder', all.config.dataDir],
    ['Log', `${all.config.dataDir}/gantry.log`],
  ];
  const shown = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return [
    '',
    `Gantry is ready (${(readyAfterMs / 1000).toFixed(1)} s).`,
    ...shown.map(([name, value]) => `  ${name.padEnd(14)} ${value}`),
    ...(all.temporalUi === undefined
      ? []
      : ['  For trying out and small teams: it runs on the Temporal development server.']),
    ...(all.config.timeSkipping
      ? ['  REHEARSAL: the clock of every workflow may be moved ahead (GANTRY_TIME_SKIPPING=allow).']
      : []),
    ...exposure(all.config.host, all.config.port),
    ...policyLines(all.policy),
    'Ctrl-C stops everything; releases go on where they stopped at the next start.',
  ];
}

/** Says what another address than loopback lets in (trust §4.5). */
function exposure(host: string, port: number): string[] {
  if (isLoopback(host)) return [];
  return [
    `  EXPOSED: whoever reaches this machine at ${host}:${port} sees the sign-in page and can try links and tokens, unencrypted.`,
    '  Put a proxy with TLS in front and set PUBLIC_URL. Temporal, its UI, the inbox and the database stay on this machine.',
  ];
}
