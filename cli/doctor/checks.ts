import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Config } from '../../platform/config.ts';
import { openStore } from '../../platform/database/open.ts';
import { refuseFullDisk } from '../../platform/disk.ts';
import { GantryError, messageOf } from '../../platform/errors.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { refuseOpenModes } from '../../platform/private-folder.ts';
import { connectTemporal, within } from '../../platform/temporal/connect.ts';
import { findTemporalCli } from '../../platform/temporal/find-cli.ts';
import { lookAtAgreement } from './agreement.ts';
import { lookAtAuthorities } from './authorities.ts';
import { lookAtRunners } from './runners.ts';
import { checkSearchAttributes } from '../../platform/temporal/search-attributes.ts';
import { engineWrittenBy } from '../../platform/temporal/version-mark.ts';
import { searchAttributes } from '../../workflows/contract.ts';

/** What one look has shown. */
export interface Finding {
  name: string;
  isGood: boolean;
  detail: string;
  remedy?: string;
}

interface DoctorCheck {
  name: string;
  /** One sentence about what is well; throws where something is not. */
  look: (config: Config) => Promise<string>;
}

const answerLimitMs = 5_000;

/** Everything that Gantry needs, in the order in which people would look. None of them changes anything but the CLI cache. */
export const doctorChecks: readonly DoctorCheck[] = [
  { name: 'node', look: async () => `Node ${process.versions.node} on ${process.platform}-${process.arch}.` },
  { name: 'policy', look: async (config) => lookAtPolicy(config) },
  { name: 'data folder', look: async ({ dataDir }) => lookAtData(dataDir) },
  { name: 'database', look: lookAtDatabase },
  { name: 'temporal', look: lookAtTemporal },
  { name: 'mail', look: lookAtMail },
  { name: 'sign-in', look: lookAtProvider },
  { name: 'certificates', look: lookAtAuthorities },
  { name: 'runners', look: lookAtRunners },
  { name: 'agreement', look: lookAtAgreement },
];

function lookAtPolicy({ policyFile: file, oidc }: Config): string {
  if (!existsSync(file)) throw new GantryError('POLICY_NOT_FOUND', { file });
  const { problems } = readPolicy(readFileSync(file, 'utf8'), basename(file), {
    hasProvider: oidc !== undefined,
  });
  if (problems.length > 0)
    throw new GantryError('POLICY_INVALID', { file, detail: `${problems.length} mistakes` });
  return `${file} has no mistakes.`;
}

async function lookAtData(folder: string): Promise<string> {
  if (!existsSync(folder)) return `${folder} will be made at the first start.`;
  refuseOpenModes(folder);
  await refuseFullDisk(folder);
  return `${folder} is private and has room.`;
}

/** An embedded one is not started only to be looked at. */
async function lookAtDatabase({ databaseUrl }: Config): Promise<string> {
  if (databaseUrl === undefined) return 'PostgreSQL of its own: `gantry up` starts it.';
  const store = await openStore({ url: databaseUrl });
  try {
    return `${store.describe} answers.`;
  } finally {
    await store.close();
  }
}

async function lookAtTemporal(config: Config): Promise<string> {
  const { address, cliPath } = config.temporal;
  if (address === undefined) {
    const version = engineWrittenBy(config.dataDir);
    const cli = await findTemporalCli({
      ...(cliPath === undefined ? {} : { cliPath }),
      ...(version === undefined ? {} : { version }),
      say: (sentence) => void process.stderr.write(`${sentence} …\n`),
    });
    return `Temporal CLI ${cli.version} at ${cli.path}: \`gantry up\` starts it.`;
  }
  const { connection, close } = await connectTemporal(config);
  try {
    const { namespace } = config.temporal;
    await within(connection, answerLimitMs, async () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    await checkSearchAttributes(connection, namespace, Object.values(searchAttributes));
    return `${address} answers and has the namespace ${namespace}.`;
  } catch (cause) {
    if (cause instanceof GantryError) throw cause;
    throw new GantryError('TEMPORAL_UNREACHABLE', { address, detail: messageOf(cause) }, { cause });
  } finally {
    await close();
  }
}

async function lookAtMail({ smtpUrl }: Config): Promise<string> {
  if (smtpUrl === undefined) return 'No SMTP_URL: `gantry up` keeps all mail in its own inbox.';
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: answerLimitMs,
    greetingTimeout: answerLimitMs,
  });
  try {
    await transport.verify();
    return `${new URL(smtpUrl).host} takes mail.`;
  } catch (cause) {
    throw new GantryError('MAIL_FAILED', { detail: messageOf(cause) }, { cause });
  } finally {
    transport.close();
  }
}

/** Whether the provider describes itself under its issuer, and shows its keys; nobody is signed in. */
async function lookAtProvider({ oidc, outgoingAllow: allow, publicUrl }: Config): Promise<string> {
  if (oidc === undefined) return 'No OIDC_ISSUER: people sign in with one-time links.';
  const { openIdProvider } = await import('../../platform/oidc.ts');
  await openIdProvider(oidc, { allow }).look();
  return `${oidc.issuer} answers and shows its keys. It must know ${publicUrl}/sign-in/oidc/callback as a redirect address.`;
}
