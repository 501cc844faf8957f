import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { findTemporalCli } from '../../../platform/temporal/find-cli.ts';
import { checkout } from '../built.ts';
import { composeEnvironment, composeScript, type ComposePlace } from './compose.ts';
import type { Certificates, KeyMaker } from './credentials.ts';
import { freePorts } from '../../../platform/free-ports.ts';
import { programs } from './programs.ts';
import { startServer, type ServerProcess } from './server-process.ts';

export interface TemporalServer extends ServerProcess {
  address: string;
  /** What the environment of a client holds: address, certificates, and a key with these permissions. */
  clientEnv(...permissions: string[]): Record<string, string>;
  /** Runs docs/compose/temporal-namespace.sh for a namespace. */
  makeNamespace(name: string): void;
  /** The Temporal CLI with the rights of the server's operator. */
  operate(...args: string[]): string;
}

const ports = [
  ...(['FRONTEND_GRPC_PORT', 'FRONTEND_MEMBERSHIP_PORT', 'FRONTEND_HTTP_PORT'] as const),
  ...(['INTERNAL_FRONTEND_GRPC_PORT', 'INTERNAL_FRONTEND_MEMBERSHIP_PORT'] as const),
  ...(['INTERNAL_FRONTEND_HTTP_PORT', 'MATCHING_GRPC_PORT', 'MATCHING_MEMBERSHIP_PORT'] as const),
  ...(['HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT', 'WORKER_GRPC_PORT'] as const),
  ...(['WORKER_MEMBERSHIP_PORT', 'PROMETHEUS'] as const),
];
/** What whoever operates the server may do: everything. */
export const operator = 'temporal-system:admin';

/**
 * The production server on PostgreSQL, made by the files and with the variables of docker-compose.yml, behind mutual TLS and keys
 * that it checks: who may operate the server, and who only one namespace.
 */
export async function startTemporalServer(o: {
  dir: string;
  place: ComposePlace;
  databasePort: number;
  certificates: Certificates;
  keys: KeyMaker;
}): Promise<TemporalServer> {
  const { dir, place, databasePort, certificates, keys } = o;
  const bin = await toolsAsInTheImage(dir, databasePort);
  const path = [bin, process.env['PATH']].join(delimiter);
  composeScript('temporal-schema.sh', {
    PATH: path,
    ...composeEnvironment('temporal-schema', place),
  });
  const taken = await freePorts(ports);
  const address = `127.0.0.1:${taken.FRONTEND_GRPC_PORT}`;
  const { PROMETHEUS, ...rpc } = taken;
  const server = await startServer({
    program: programs()['server'] ?? '',
    args: [
      'start',
      ...['frontend', 'internal-frontend', 'history', 'matching', 'worker'].flatMap((name) => [
        '--service',
        name,
      ]),
    ],
    env: {
      ...composeEnvironment('temporal', place),
      ...Object.fromEntries(Object.entries(rpc).map(([name, port]) => [name, String(port)])),
      ...{ POSTGRES_SEEDS: '127.0.0.1', DB_PORT: String(databasePort), LOG_LEVEL: 'warn' },
      ...{ BIND_ON_IP: '127.0.0.1', TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1' },
      PROMETHEUS_ENDPOINT: `127.0.0.1:${PROMETHEUS}`,
      DYNAMIC_CONFIG_FILE_PATH: join(checkout, 'docs/compose/temporal-dynamic-config.yaml'),
      ...security(certificates, keys),
    },
    logFile: join(dir, 'temporal.log'),
    answers: async () => isOpen(taken.FRONTEND_GRPC_PORT),
  });
  const clientEnv = (...permissions: string[]) => ({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_API_KEY: keys.keyFor(...permissions),
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_NAME: 'localhost',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.ca,
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.key,
  });
  return {
    ...server,
    address,
    clientEnv,
    makeNamespace: (name) =>
      void composeScript('temporal-namespace.sh', {
        ...composeEnvironment('temporal-namespace', place),
        ...{ PATH: path, TEMPORAL_NAMESPACE: name, ...clientEnv(operator) },
      }),
    operate: (...args) =>
      execFileSync('temporal', args, {
        encoding: 'utf8',
        env: { HOME: process.env['HOME'], PATH: path, ...clientEnv(operator) },
      }),
  };
}

/** Mutual TLS between its parts and towards clients, and keys of which the claims say what their holder may. */
const security = ({ ca, cert, key }: Certificates, { jwks }: KeyMaker): Record<string, string> => ({
  TEMPORAL_TLS_REQUIRE_CLIENT_AUTH: 'true',
  ...{ TEMPORAL_TLS_SERVER_CA_CERT: ca, TEMPORAL_TLS_SERVER_CERT: cert, TEMPORAL_TLS_SERVER_KEY: key },
  ...{ TEMPORAL_TLS_FRONTEND_CERT: cert, TEMPORAL_TLS_FRONTEND_KEY: key },
  ...{ TEMPORAL_TLS_CLIENT1_CA_CERT: ca, TEMPORAL_TLS_CLIENT2_CA_CERT: ca },
  ...{ TEMPORAL_TLS_INTERNODE_SERVER_NAME: '127.0.0.1', TEMPORAL_TLS_FRONTEND_SERVER_NAME: '127.0.0.1' },
  ...{ TEMPORAL_AUTH_AUTHORIZER: 'default', TEMPORAL_AUTH_CLAIM_MAPPER: 'default' },
  ...{ TEMPORAL_JWT_KEY_SOURCE1: `file://${jwks}`, USE_INTERNAL_FRONTEND: 'true' },
});

/** The tools under the names that the scripts call, with the places that the image of the tools has. */
async function toolsAsInTheImage(dir: string, databasePort: number): Promise<string> {
  const bin = join(dir, 'bin');
  await mkdir(bin);
  const { path } = await findTemporalCli();
  if (path !== 'temporal') symlinkSync(path, join(bin, 'temporal'));
  const script = `#!/bin/sh
previous=
for given do
  shift
  case "$previous" in
    --ep) used=127.0.0.1 ;;
    -p) used=${databasePort} ;;
    -d) used=\${given#/etc/temporal/schema/}; used=\${used%/versioned} ;;
    *) used=$given ;;
  esac
  [ "$given" = -d ] && used=--schema-name
  previous=$given
  set -- "$@" "$used"
done
exec "${programs()['sql'] ?? ''}" "$@"
`;
  writeFileSync(join(bin, 'temporal-sql-tool'), script);
  chmodSync(join(bin, 'temporal-sql-tool'), 0o755);
  return bin;
}

const isOpen = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => (probe.destroy(), resolve(true)));
    probe.once('error', () => resolve(false));
  });
