import { z } from 'zod';

/** One setting: how it is named, read and explained. The configuration reference is generated from these. */
export interface Setting {
  /** Key of the flag of `gantry up` and its parts, such as `port` for `--port`. */
  flag?: string;
  /** A value that no output may show. */
  secret?: true;
  meaning: string;
  /** What holds when nothing is set, in words. */
  otherwise: string;
  schema: z.ZodType;
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a whole number from 0 to 65535');

const cachedWorkflows = z
  .string()
  .regex(/^[1-9]\d{1,5}$/, 'must be a whole number from 10 to 100000')
  .transform(Number)
  .refine((value) => value <= 100_000, 'must be a whole number from 10 to 100000');

const urlOf = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

/** Not a URL by the book: a server on this machine is named by its socket, `postgresql://user@/database?host=/run/postgresql`. */
const databaseUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/\S+$/, 'must be an address that begins with postgres:// or postgresql://');

const publicUrl = urlOf('http:', 'https:').transform((text) => text.replace(/\/+$/, ''));

/** Plain http only on this machine: a sign-in must not be readable on its way. */
const issuer = z
  .string()
  .refine(isIssuer, 'must be an address that begins with https:// (http:// only on this machine)');

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '' || username !== '' || password !== '') return false;
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

const masterSecret = z.string().min(32, 'must have at least 32 characters');

const hostAndPort = /^(?:[a-z0-9*.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i;
const outgoingAllow = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .refine(
    (parts) => parts.every((part) => hostAndPort.test(part)),
    'must be a list of host:port, with commas',
  );

/** Every setting by the name of its environment variable; `NAME_FILE` names a file that holds the value. */
const settings = {
  DATABASE_URL: {
    secret: true,
    meaning: 'PostgreSQL server that keeps the record.',
    otherwise: 'a PostgreSQL of its own in the data folder',
    schema: databaseUrl.optional(),
  },
  SMTP_URL: {
    secret: true,
    meaning: 'Mail server that takes outgoing mail.',
    otherwise: 'the inbox of `gantry up`: no mail leaves this machine',
    schema: urlOf('smtp:', 'smtps:').optional(),
  },
  MAIL_FROM: {
    meaning: 'Sender of every mail.',
    otherwise: 'Gantry <gantry@localhost>',
    schema: z.string().regex(/@/, 'must be a mail address').default('Gantry <gantry@localhost>'),
  },
  PUBLIC_URL: {
    meaning: 'Address under which people reach Gantry; every mailed link begins with it.',
    otherwise: 'http:// with the host and port listened on',
    schema: publicUrl.optional(),
  },
  GANTRY_DATA_DIR: {
    flag: 'data',
    meaning: 'Data folder of `gantry up`: database, engine, keys.',
    otherwise: '.gantry beside the policy file',
    schema: z.string().min(1).optional(),
  },
  GANTRY_POLICY: {
    flag: 'policy',
    meaning: 'Policy file.',
    otherwise: './gantry.yaml',
    schema: z.string().min(1).default('gantry.yaml'),
  },
  GANTRY_HOST: {
    flag: 'host',
    meaning: 'Address to listen on. Another than a loopback address lets other machines in.',
    otherwise: '127.0.0.1',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  GANTRY_PORT: {
    flag: 'port',
    meaning: 'Port of pages and API; 0 takes a free one.',
    otherwise: '8640',
    schema: port.default(8640),
  },
  GANTRY_UI_PORT: {
    flag: 'ui-port',
    meaning: 'Port of the Temporal UI of `gantry up`; 0 takes a free one.',
    otherwise: '8641',
    schema: port.default(8641),
  },
  GANTRY_TEMPORAL_PORT: {
    flag: 'temporal-port',
    meaning: 'Port of the Temporal server of `gantry up`; 0 takes a free one.',
    otherwise: '8642',
    schema: port.default(8642),
  },
  GANTRY_SMTP_PORT: {
    flag: 'smtp-port',
    meaning: 'Port of the inbox of `gantry up`; 0 takes a free one.',
    otherwise: '8643',
    schema: port.default(8643),
  },
  GANTRY_SECRET: {
    secret: true,
    meaning: 'Master secret, 32 characters or more; the same for every API and worker process.',
    otherwise: 'one made at the first start, in the data folder',
    schema: masterSecret.optional(),
  },
  GANTRY_SECRET_PREVIOUS: {
    secret: true,
    meaning: 'Master secret before the last rotation; what it signed is still accepted.',
    otherwise: 'none',
    schema: masterSecret.optional(),
  },
  OIDC_ISSUER: {
    meaning: 'OpenID provider that people sign in at: its issuer address, under which it describes itself.',
    otherwise: 'none: people sign in with one-time links',
    schema: issuer.optional(),
  },
  OIDC_CLIENT_ID: {
    meaning:
      'Name of Gantry at the OpenID provider. Its redirect address is PUBLIC_URL/sign-in/oidc/callback.',
    otherwise: 'none; needed with OIDC_ISSUER',
    schema: z.string().min(1).max(255).optional(),
  },
  OIDC_CLIENT_SECRET: {
    secret: true,
    meaning: 'Secret of Gantry at the OpenID provider.',
    otherwise: 'none: the provider knows Gantry as a public client, by PKCE alone',
    schema: z.string().min(8, 'must have at least 8 characters').optional(),
  },
  GANTRY_OUTGOING_ALLOW: {
    meaning:
      'Private addresses that checks, deployers and metric sources may call, as host:port with commas.',
    otherwise: 'none',
    schema: outgoingAllow.default([]),
  },
  GANTRY_ALERTMANAGER_TOKEN: {
    secret: true,
    meaning:
      'Bearer token with which Alertmanager posts alerts to /hooks/alertmanager, 24 characters or more; the same for every API process.',
    otherwise: 'no alerts are taken',
    schema: z.string().min(24, 'must have at least 24 characters').optional(),
  },
  GANTRY_CACHED_WORKFLOWS: {
    meaning:
      'Releases that a worker keeps in its memory, 10 to 100000: a tenth of a megabyte each. What is not kept is rebuilt from its history when something happens.',
    otherwise: '100',
    schema: cachedWorkflows.default(100),
  },
  GANTRY_TIME_SKIPPING: {
    meaning:
      'For demos and rehearsals: `allow` lets the clock of a workflow be moved ahead in the engine of `gantry up`. Refused where anything but this machine takes part.',
    otherwise: 'refuse',
    schema: z.enum(['refuse', 'allow']).default('refuse'),
  },
  GANTRY_LOG_LEVEL: {
    flag: 'log-level',
    meaning: 'Least severe log lines that are written: debug, info, warn, error or silent.',
    otherwise: 'info',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  },
  TEMPORAL_ADDRESS: {
    meaning:
      'Temporal server as host:port; `gantry up` then starts none. All TEMPORAL_ variables of the SDK work.',
    otherwise: 'a development server of its own in the data folder',
    schema: z.string().regex(hostAndPort, 'must be host:port').optional(),
  },
  TEMPORAL_NAMESPACE: {
    meaning: 'Namespace on the Temporal server.',
    otherwise: 'default',
    schema: z.string().min(1).default('default'),
  },
  TEMPORAL_API_KEY: {
    secret: true,
    meaning: 'API key of the Temporal server; switches TLS on.',
    otherwise: 'none',
    schema: z.string().min(1).optional(),
  },
  TEMPORAL_CLI_PATH: {
    meaning: 'Temporal CLI that `gantry up` runs; when set, no other is looked for.',
    otherwise: 'looked for on the PATH, in the cache, then fetched',
    schema: z.string().min(1).optional(),
  },
  PG_BINDIR: {
    meaning: 'Folder with the PostgreSQL programs that `gantry up` runs.',
    otherwise: 'those of the npm package for this platform',
    schema: z.string().min(1).optional(),
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type SettingValues = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> };

export const settingNames = Object.keys(settings) as SettingName[];

/** The same table without the type of each value: for whoever lists or documents settings. */
export const settingTable: Record<SettingName, Setting> = settings;
