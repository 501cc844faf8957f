import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as Kubernetes from '@kubernetes/client-node';
import type { AppsV1Api, KubeConfig, V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { KubernetesDeployer } from '../../../domain/policy/deployer.schema.ts';
import { durationMs } from '../../../domain/policy/duration.ts';
import { GantryError, messageOf } from '../../../platform/errors.ts';
import { createMask, type Mask } from '../../../platform/mask.ts';
import { secretValue } from '../../../platform/secret-values.ts';

type Client = typeof Kubernetes;

const CALL_LIMIT_MS = 10_000;
const MOST_PODS = 50;
const SHORTEST_SECRET = 8;
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** What of a cluster's answer matters: `refused` is final, `away` may pass. */
export type Trouble = { kind: 'missing' | 'conflict' | 'refused' | 'away'; because: string };
export type Answer<T> = { value: T } | { trouble: Trouble };

/** One Deployment of one cluster. */
export interface Cluster {
  read(): Promise<Answer<V1Deployment>>;
  /** @param patch strategic merge patch; with `metadata.resourceVersion` it is refused where somebody was faster */
  patch(patch: object): Promise<Answer<V1Deployment>>;
  pods(deployment: V1Deployment): Promise<V1Pod[]>;
  mask: Mask;
}

/**
 * Opens the cluster that a deployer names, with the client of Kubernetes itself, which is loaded here and nowhere before: it is
 * large, and most installations never need it.
 * @throws GantryError DEPLOYER_UNUSABLE, SECRET_MISSING
 */
export async function openCluster(
  deploy: Pick<KubernetesDeployer, 'kubeconfig' | 'context' | 'timeout'>,
  place: { name: string; namespace: string },
  policyDir: string,
): Promise<Cluster> {
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  load(config, deploy, policyDir);
  const limitMs = Math.min(CALL_LIMIT_MS, durationMs(deploy.timeout));
  return { ...callsOf(client, config, { ...place, limitMs }), mask: createMask(secretsOf(config)) };
}

function load(
  config: KubeConfig,
  { kubeconfig, context }: Pick<KubernetesDeployer, 'kubeconfig' | 'context'>,
  policyDir: string,
): void {
  const secret = kubeconfig === undefined ? undefined : /^secret:\/\/(\w+)$/.exec(kubeconfig)?.[1];
  try {
    if (secret !== undefined) config.loadFromString(secretValue(secret));
    else if (kubeconfig !== undefined) config.loadFromFile(resolve(policyDir, kubeconfig));
    else if (existsSync(SERVICE_ACCOUNT)) config.loadFromCluster();
    else
      throw unusable(
        'no `kubeconfig` is named, and this worker does not run in a pod with a service account',
      );
    if (context !== undefined) {
      if (!config.contexts.some(({ name }) => name === context))
        throw unusable(`the kubeconfig has no context "${context}"`);
      config.setCurrentContext(context);
    }
    if (!config.getCurrentCluster()) throw unusable('the kubeconfig names no cluster in its context');
  } catch (error) {
    if (error instanceof GantryError) throw error;
    // what a parser says of a secret may repeat a piece of it
    throw unusable(secret === undefined ? messageOf(error) : `secret ${secret} is not a kubeconfig`, error);
  }
}

const unusable = (detail: string, cause?: unknown): GantryError =>
  new GantryError('DEPLOYER_UNUSABLE', { detail }, { cause });

/** Tokens and keys of the kubeconfig; what is too short to be masked would hide ordinary words. */
function secretsOf(config: KubeConfig): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [number, user] of config.users.entries()) {
    for (const [name, value] of Object.entries({
      token: user.token,
      password: user.password,
      key: user.keyData,
    }))
      if (typeof value === 'string' && value.length >= SHORTEST_SECRET) secrets[`${name} ${number}`] = value;
  }
  return secrets;
}

function callsOf(
  client: Client,
  config: KubeConfig,
  { limitMs, ...place }: { name: string; namespace: string; limitMs: number },
): Omit<Cluster, 'mask'> {
  const apps = config.makeApiClient(client.AppsV1Api);
  const core = config.makeApiClient(client.CoreV1Api);
  return {
    read: () => answered(limitMs, apps.readNamespacedDeployment(place, within(client, limitMs))),
    patch: (body) =>
      answered(
        limitMs,
        apps.patchNamespacedDeployment(
          { ...place, body },
          within(client, limitMs, 'application/strategic-merge-patch+json'),
        ),
      ),
    async pods({ spec }) {
      const labels = Object.entries(spec?.selector.matchLabels ?? {});
      const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
      if (labelSelector === '') return [];
      const found = await answered(
        limitMs,
        core.listNamespacedPod(
          { namespace: place.namespace, labelSelector, limit: MOST_PODS },
          within(client, limitMs),
        ),
      );
      // they only explain: without them the rollout is told without its reason
      return 'value' in found ? found.value.items : [];
    },
  };
}

type Options = Parameters<AppsV1Api['readNamespacedDeployment']>[1];

/** The client itself waits for ever; and of the ways to patch it would choose one that knows no container by its name. */
function within(client: Client, limitMs: number, contentType?: string): Options {
  const header = contentType === undefined ? 'Accept' : 'Content-Type';
  const set = client.setHeaderMiddleware(header, contentType ?? 'application/json');
  const timed: Kubernetes.ObservableMiddleware = {
    pre: (request) => {
      request.setSignal(AbortSignal.timeout(limitMs));
      return set.pre(request);
    },
    post: (response) => set.post(response),
  };
  return { middleware: [timed], middlewareMergeStrategy: 'append' };
}

async function answered<T>(limitMs: number, call: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call };
  } catch (error) {
    return { trouble: troubleOf(error, limitMs) };
  }
}

function troubleOf(error: unknown, limitMs: number): Trouble {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'number')
    return { kind: 'away', because: `the cluster cannot be reached: ${reachWords(error, limitMs)}` };
  const because = `the cluster answers with ${code}${sentenceOf(error)}`;
  if (code === 404) return { kind: 'missing', because };
  if (code === 409) return { kind: 'conflict', because };
  return { kind: code >= 500 || code === 429 || code === 408 ? 'away' : 'refused', because };
}

const reachWords = (error: unknown, limitMs: number): string =>
  (error as { name?: unknown }).name === 'AbortError'
    ? `it did not answer within ${limitMs / 1000} s`
    : messageOf(error);

/** What the API says in its Status object. */
function sentenceOf(error: unknown): string {
  const { body } = error as { body?: unknown };
  const status: unknown = typeof body === 'string' ? parse(body) : body;
  const message = (status as { message?: unknown } | undefined)?.message;
  return typeof message === 'string' ? `: ${message}` : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
