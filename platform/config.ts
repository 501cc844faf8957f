import { dirname, resolve } from 'node:path';
import type { FieldProblem } from '../domain/problem-code.ts';
import { timeSkippingProblems } from './config/time-skipping.ts';
import { GantryError } from './errors.ts';
import { readSettings, type Environment, type Flags } from './config/read-settings.ts';
import { settingNames, settingTable, type SettingName, type SettingValues } from './config/settings.ts';

/** How this process reaches the Temporal server. */
export interface TemporalConfig {
  /** Left out: none is configured, so `gantry up` starts its own. */
  address?: string;
  namespace: string;
  cliPath?: string;
  /** `TEMPORAL_…` variables for the SDK's own reader: TLS, API key, headers, profile. */
  env: Record<string, string>;
}

/** The OpenID provider that people sign in at. Without a secret, Gantry is a public client there. */
export interface OidcConfig {
  issuer: string;
  clientId: string;
  clientSecret?: string;
}

/** Everything that is set from outside, read once at start. Paths are absolute. */
export interface Config {
  databaseUrl?: string;
  smtpUrl?: string;
  mailFrom: string;
  /** Without a slash at the end. */
  publicUrl: string;
  dataDir: string;
  policyFile: string;
  host: string;
  /** Ports of 0 mean: any free one. */
  port: number;
  uiPort: number;
  temporalPort: number;
  smtpPort: number;
  secret?: string;
  previousSecret?: string;
  /** Left out: people sign in with one-time links. */
  oidc?: OidcConfig;
  /** With which Alertmanager posts alerts. Left out: none are taken. */
  alertmanagerToken?: string;
  /** `host:port` of private addresses that effects may call. */
  outgoingAllow: string[];
  /** Workflows that a worker keeps in its memory. */
  cachedWorkflows: number;
  logLevel: SettingValues['GANTRY_LOG_LEVEL'];
  pgBinDir?: string;
  /** Whether the engine of `gantry up` lets the clock of a workflow be moved: for demos and rehearsals. */
  timeSkipping: boolean;
  temporal: TemporalConfig;
}

/** One line of `gantry check --explain`. */
export interface ExplainedSetting {
  name: SettingName;
  /** Empty where nothing is set; secrets show as `(set)`. */
  value: string;
  source: string;
  meaning: string;
}

/**
 * Reads all settings, or throws `CONFIGURATION_INVALID` with every mistake at once; the mistakes name variables and
 * never show values (trust §6).
 */
export function readConfig(env: Environment = process.env, flags: Flags = {}): Config {
  const { values, problems: mistakes } = readSettings(env, flags);
  const problems = [...mistakes, ...oidcProblems(values), ...timeSkippingProblems(values)];
  if (problems.length > 0) {
    throw new GantryError(
      'CONFIGURATION_INVALID',
      { detail: problems.map((p) => p.detail).join('; ') },
      { errors: problems },
    );
  }
  const policyFile = resolve(values.GANTRY_POLICY);
  return {
    ...optional('databaseUrl', values.DATABASE_URL),
    ...optional('smtpUrl', values.SMTP_URL),
    mailFrom: values.MAIL_FROM,
    publicUrl: values.PUBLIC_URL ?? `http://${urlHost(values.GANTRY_HOST)}:${values.GANTRY_PORT}`,
    dataDir: resolve(values.GANTRY_DATA_DIR ?? resolve(dirname(policyFile), '.gantry')),
    policyFile,
    host: values.GANTRY_HOST,
    port: values.GANTRY_PORT,
    uiPort: values.GANTRY_UI_PORT,
    temporalPort: values.GANTRY_TEMPORAL_PORT,
    smtpPort: values.GANTRY_SMTP_PORT,
    ...optional('secret', values.GANTRY_SECRET),
    ...optional('previousSecret', values.GANTRY_SECRET_PREVIOUS),
    ...optional('oidc', oidcOf(values)),
    ...optional('alertmanagerToken', values.GANTRY_ALERTMANAGER_TOKEN),
    outgoingAllow: values.GANTRY_OUTGOING_ALLOW,
    cachedWorkflows: values.GANTRY_CACHED_WORKFLOWS,
    logLevel: values.GANTRY_LOG_LEVEL,
    ...optional('pgBinDir', values.PG_BINDIR),
    timeSkipping: values.GANTRY_TIME_SKIPPING === 'allow',
    temporal: {
      ...optional('address', values.TEMPORAL_ADDRESS),
      namespace: values.TEMPORAL_NAMESPACE,
      ...optional('cliPath', values.TEMPORAL_CLI_PATH),
      env: temporalVariables(env, values),
    },
  };
}

/** Says where each value comes from; never fails, so that it can explain a configuration that does not start. */
export function explainConfig(env: Environment = process.env, flags: Flags = {}): ExplainedSetting[] {
  const { values, sources, problems } = readSettings(env, flags);
  return settingNames.map((name) => {
    const problem = problems.find(({ pointer }) => pointer === name || pointer === `${name}_FILE`);
    return {
      name,
      value: problem ? `invalid: ${problem.detail}` : shown(name, values[name]),
      source: sources[name] ?? `${name}_FILE`,
      meaning: settingTable[name].meaning,
    };
  });
}

/** Whether a provider is named here at all, in a configuration that need not be whole: `gantry check` runs anywhere. */
export const namesProvider = (env: Environment): boolean =>
  [env['OIDC_ISSUER'], env['OIDC_ISSUER_FILE']].some((value) => value !== undefined && value !== '');

/** A host as it stands in a URL: IPv6 in brackets; "all addresses" cannot be visited, so it becomes localhost. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function shown(name: SettingName, value: SettingValues[SettingName]): string {
  if (value === undefined) return `(${settingTable[name].otherwise})`;
  if (settingTable[name].secret) return '(set)';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function oidcOf(values: SettingValues): OidcConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer === undefined || clientId === undefined) return undefined;
  return { issuer, clientId, ...optional('clientSecret', clientSecret) };
}

/** Half a provider is a mistake, not a reason to go on with one-time links. */
function oidcProblems(values: Partial<SettingValues>): FieldProblem[] {
  const both = ['OIDC_ISSUER', 'OIDC_CLIENT_ID'] as const;
  const given = [...both, 'OIDC_CLIENT_SECRET' as const].filter((name) => values[name] !== undefined);
  const missing = given.length === 0 ? [] : both.filter((name) => values[name] === undefined);
  return missing.map((name) => ({
    pointer: name,
    code: 'CONFIGURATION_INVALID',
    detail: `${name} is not set or not valid, but ${given.join(' and ')} is`,
    remedy: `Set ${name} as well, or none of them.`,
  }));
}

/** The SDK knows no `…_FILE` for its API key, so what we read stands in for it. */
function temporalVariables(env: Environment, values: SettingValues): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[0].startsWith('TEMPORAL_') && entry[1] !== undefined && entry[1] !== '',
  );
  return { ...Object.fromEntries(given), ...optional('TEMPORAL_API_KEY', values.TEMPORAL_API_KEY) };
}

/** `{ key: value }`, or nothing: with exactOptionalPropertyTypes an absent value must not be a key. */
function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, Value>>;
}
