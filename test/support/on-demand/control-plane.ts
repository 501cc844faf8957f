import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { makeCertificates } from './credentials.ts';
import { freePorts } from '../../../platform/free-ports.ts';
import { kwokStages } from './kwok-stages.ts';
import { programs } from './programs.ts';
import { startServer } from './server-process.ts';

/** A real API server with the controllers of Deployments; its one node is played. */
export interface ControlPlane {
  url: string;
  /** Certificate that its own is signed by, as PEM. */
  ca: string;
  /** Asks the API with all rights; a status that is none of success is thrown. */
  admin<Body = object>(method: string, path: string, body?: unknown, type?: string): Promise<Body>;
  /** kubectl with all rights. */
  kubectl(...args: string[]): string;
  /** A kubeconfig for the holder of a token. */
  kubeconfig(token: string, url?: string): string;
  stop(): Promise<void>;
}

export const node = 'node-1';
/** Who may change Deployments where a role says so, and who may do nothing. */
export const tokens = { admin: 'token-of-the-admin', nobody: 'token-of-a-stranger' };

/** @param secret token of the user `gantry`, which pods that shout print as well */
export async function startControlPlane(dir: string, secret: string): Promise<ControlPlane> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    return { ...(await start(dir, secret, (close) => opened.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  dir: string,
  secret: string,
  closing: (close: () => Promise<void>) => void,
): Promise<Omit<ControlPlane, 'stop'>> {
  const at = (name: string) => join(dir, name);
  const ports = await freePorts(['etcd', 'peer', 'api', 'controllers', 'kwok']);
  const { ca, cert, key } = makeCertificates(dir);
  execFileSync('openssl', ['genrsa', '-out', at('sa.key'), '2048'], { stdio: 'pipe' });
  execFileSync('openssl', ['rsa', '-in', at('sa.key'), '-pubout', '-out', at('sa.pub')], { stdio: 'pipe' });
  writeFileSync(
    at('tokens.csv'),
    [
      `${tokens.admin},admin,admin,system:masters`,
      `${secret},gantry,gantry`,
      `${tokens.nobody},nobody,nobody`,
      '',
    ].join('\n'),
  );
  const url = `https://127.0.0.1:${ports.api}`;
  const caText = readFileSync(ca, 'utf8');
  const kubeconfig: ControlPlane['kubeconfig'] = (token, server = url) => {
    const authority = { 'certificate-authority-data': Buffer.from(caText).toString('base64') };
    // the official client speaks no plain HTTP otherwise
    const plain = { 'insecure-skip-tls-verify': true };
    return JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
      clusters: [{ name: 'test', cluster: { server, ...(server.startsWith('https:') ? authority : plain) } }],
      users: [{ name: 'user', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    });
  };
  writeFileSync(at('kubeconfig'), kubeconfig(tokens.admin));
  writeFileSync(at('stages.yaml'), kwokStages(secret));
  const { 'kube-apiserver': api = '', 'kube-controller-manager': controllers = '', kwok = '' } = programs();

  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const store = await startServer({
    program: 'etcd',
    args: [
      ...['--data-dir', at('etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', `default=${peer}`],
    ],
    logFile: at('etcd.log'),
    answers: async () => (await ask({ url: `${etcd}/health`, method: 'GET' })).status === 200,
  });
  closing(store.stop);
  const admin: ControlPlane['admin'] = async (method, path, body, type = 'application/json') => {
    const answer = await ask({ url: `${url}${path}`, method, ca: caText, token: tokens.admin, type, body });
    if (answer.status >= 300)
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as never;
  };
  const server = await startServer({
    program: api,
    args: [
      ...[`--etcd-servers=${etcd}`, '--bind-address=127.0.0.1', `--secure-port=${ports.api}`],
      ...[`--tls-cert-file=${cert}`, `--tls-private-key-file=${key}`, `--cert-dir=${at('certificates')}`],
      ...[`--service-account-key-file=${at('sa.pub')}`, `--service-account-signing-key-file=${at('sa.key')}`],
      ...['--service-account-issuer=https://accounts.test', `--token-auth-file=${at('tokens.csv')}`],
      ...['--authorization-mode=RBAC', '--service-cluster-ip-range=10.0.0.0/24'],
      '--disable-admission-plugins=ServiceAccount',
    ],
    logFile: at('api.log'),
    withinMs: 120_000,
    answers: async () =>
      (await ask({ url: `${url}/readyz`, method: 'GET', ca: caText, token: tokens.admin })).status === 200,
  });
  closing(server.stop);
  await admin('POST', '/api/v1/nodes', aNode);
  const manager = await startServer({
    program: controllers,
    args: [
      `--kubeconfig=${at('kubeconfig')}`,
      ...['--controllers=deployment-controller,replicaset-controller', '--leader-elect=false'],
      ...['--bind-address=127.0.0.1', `--secure-port=${ports.controllers}`],
      `--cert-dir=${at('certificates')}`,
    ],
    logFile: at('controllers.log'),
    answers: async () => readFileSync(at('controllers.log'), 'utf8').includes('deployment_controller'),
  });
  closing(manager.stop);
  const nodes = await startServer({
    program: kwok,
    args: [
      ...[`--kubeconfig=${at('kubeconfig')}`, '--manage-all-nodes=true', `--config=${at('stages.yaml')}`],
      `--server-address=127.0.0.1:${ports.kwok}`,
    ],
    logFile: at('kwok.log'),
    answers: async () => {
      const { status } = await admin<{ status: { conditions?: { type: string; status: string }[] } }>(
        'GET',
        `/api/v1/nodes/${node}`,
      );
      return status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
    },
  });
  closing(nodes.stop);
  return {
    ...{ url, ca: caText, admin, kubeconfig },
    kubectl: (...args) =>
      execFileSync('kubectl', ['--kubeconfig', at('kubeconfig'), ...args], { encoding: 'utf8' }),
  };
}

const aNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: node },
  status: {
    allocatable: { cpu: '64', memory: '256Gi', pods: '500' },
    capacity: { cpu: '64', memory: '256Gi', pods: '500' },
  },
};

/** One request to an API over HTTPS, or HTTP where that is its address. */
export async function ask(o: {
  url: string;
  method: string;
  ca?: string;
  token?: string;
  type?: string;
  body?: unknown;
}): Promise<{ status: number; text: string }> {
  const text = o.body === undefined ? undefined : JSON.stringify(o.body);
  const headers = {
    ...(o.token === undefined ? {} : { authorization: `Bearer ${o.token}` }),
    ...(text === undefined ? {} : { 'content-type': o.type, 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const send = o.url.startsWith('https:') ? request : plainRequest;
    const call = send(o.url, { method: o.method, headers, ...(o.ca ? { ca: o.ca } : {}) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
      answer.on('error', reject);
    });
    call.on('error', reject);
    call.end(text);
  });
}
