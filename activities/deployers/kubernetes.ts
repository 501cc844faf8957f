import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { KubernetesDeployer } from '../../domain/policy/deployer.schema.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import { readRollout, type RolloutReading } from '../../domain/rollout/deployment-rollout.ts';
import { whyNotRunning } from '../../domain/rollout/why-not-running.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import { readImageName, versionOfImage } from '../../domain/rollout/image-name.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { pause } from '../attended.ts';
import { fill } from '../facts.ts';
import { openCluster, type Answer, type Cluster, type Trouble } from './kubernetes/cluster.ts';
import { containerOf, imageToApply, imageToRestore } from './kubernetes/images.ts';
import { readNotes } from './kubernetes/notes.ts';
import { turnOf, type Choose } from './kubernetes/turn.ts';
import type { DeployerPort, Effect, EffectEnd, EffectStatus } from './port.ts';

const LOOK_EVERY_MS = 1000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const LOOK_LIMIT_MS = 20_000;
const LONGEST_OUTPUT = 64 * 1024;
const LONGEST_SENTENCE = 600;

type KubernetesEffect = Effect<KubernetesDeployer>;

/**
 * Deploys by giving a Deployment another image. The operation id is written in the same patch as the image, so whoever comes
 * later, from wherever, sees whether it has happened and only follows it.
 */
export const kubernetesDeployer: DeployerPort<KubernetesDeployer> = {
  apply: (effect, waiting) => act(effect, () => imageToApply(effect), waiting),
  undo: (effect, waiting) => act(effect, (deployment) => imageToRestore(effect, deployment), waiting),
  status,
  probe,
};

interface Talk {
  effect: KubernetesEffect;
  cluster: Cluster;
  waiting: Waiting;
  deadline: number;
}

async function open(effect: KubernetesEffect, waiting: Waiting, limitMs: number): Promise<Talk> {
  const cluster = await openCluster(effect.deploy, placeOf(effect), effect.policyDir);
  return { effect, cluster, waiting, deadline: Date.now() + limitMs };
}

const placeOf = ({ deploy, facts }: KubernetesEffect): { name: string; namespace: string } => ({
  name: fill(deploy.deployment, facts),
  namespace: fill(deploy.namespace, facts),
});

async function act(effect: KubernetesEffect, choose: Choose, waiting: Waiting): Promise<EffectEnd> {
  const limitMs = durationMs(effect.deploy.timeout);
  const talk = await open(effect, waiting, limitMs);
  const begun = await begin(talk, choose);
  return 'outcome' in begun ? begun : follow(talk, begun.image, limitMs);
}

/** Sets the image, unless that has happened; where somebody else changes the Deployment in between, it is looked at again. */
async function begin(talk: Talk, choose: Choose): Promise<EffectEnd | { image: string }> {
  const { effect, cluster, waiting } = talk;
  let hasSent = false;
  for (;;) {
    const read = await ask(talk, () => cluster.read());
    if ('trouble' in read) return giveUp(talk, read.trouble, hasSent);
    const turn = turnOf(effect, read.value, choose);
    if ('outcome' in turn) return end(talk, turn.outcome, turn.because);
    if (!turn.patch) return { image: turn.image };
    waiting.leave?.throwIfAborted();
    if (waiting.cancel?.aborted && !hasSent)
      return end(talk, 'failed', 'cancelled before anything was changed');
    hasSent = true;
    const patched = await cluster.patch(turn.patch);
    if ('value' in patched) return { image: turn.image };
    const { kind, because } = patched.trouble;
    if (kind === 'refused' || kind === 'missing') return end(talk, 'failed', because);
    if (isOver(talk)) return giveUp(talk, patched.trouble, true);
    await pause(FIRST_PAUSE_MS, waiting); // somebody was faster, or the answer was lost: what stands there tells
    waiting.leave?.throwIfAborted();
  }
}

async function follow(talk: Talk, image: string, limitMs: number): Promise<EffectEnd> {
  const { effect, cluster, waiting } = talk;
  for (;;) {
    const read = await ask(talk, () => cluster.read());
    if ('trouble' in read) return giveUp(talk, read.trouble, true);
    const deployment = read.value;
    const container = containerOf(effect, deployment);
    const runs = 'problem' in container ? undefined : container.image;
    if (readNotes(deployment).operation !== effect.operationId || runs !== image)
      return end(
        talk,
        'failed',
        `somebody else changed the Deployment meanwhile: its image is ${runs ?? 'not there'}`,
      );
    const pods = (await cluster.pods(deployment)).filter(isOf(image));
    const reading = readRollout(deployment, pods);
    const output = report(deployment, pods, reading);
    if (reading.state !== 'running') return end(talk, reading.state, reading.because, output);
    if (waiting.cancel?.aborted)
      return end(talk, 'failed', `cancelled while the rollout was under way: ${reading.because}`, output);
    if (isOver(talk))
      return end(
        talk,
        'failed',
        `the rollout has not ended within ${formatDuration(limitMs)}: ${reading.because}`,
        output,
      );
    await pause(Math.min(LOOK_EVERY_MS, Math.max(1, talk.deadline - Date.now())), waiting);
    waiting.leave?.throwIfAborted();
  }
}

const isOf =
  (image: string) =>
  ({ spec }: V1Pod): boolean =>
    spec?.containers.some((container) => container.image === image) === true;

const isOver = ({ deadline, waiting }: Talk): boolean =>
  Date.now() >= deadline || waiting.cancel?.aborted === true;

/** Asks again as long as the cluster cannot be reached, until there is no time left. */
async function ask<T>(talk: Talk, call: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS)) {
    talk.waiting.leave?.throwIfAborted();
    const answer = await call();
    if ('value' in answer || answer.trouble.kind !== 'away' || isOver(talk)) return answer;
    await pause(Math.min(waitMs, Math.max(1, talk.deadline - Date.now())), talk.waiting);
  }
}

/** What was never sent has certainly not happened; what was sent may have. */
function giveUp(talk: Talk, trouble: Trouble, hasSent: boolean): EffectEnd {
  const { name, namespace } = placeOf(talk.effect);
  if (trouble.kind === 'missing')
    return end(talk, 'failed', `there is no Deployment ${name} in namespace ${namespace}`);
  const because = talk.waiting.cancel?.aborted ? `cancelled; last, ${trouble.because}` : trouble.because;
  return end(talk, hasSent && trouble.kind !== 'refused' ? 'unknown' : 'failed', because);
}

async function status(effect: KubernetesEffect, waiting: Waiting): Promise<EffectStatus> {
  const talk = await open(effect, waiting, LOOK_LIMIT_MS);
  const read = await ask(talk, () => talk.cluster.read());
  if ('trouble' in read) return { state: 'unknown', because: talk.cluster.mask(read.trouble.because) };
  if (readNotes(read.value).operation !== effect.operationId) {
    const container = containerOf(effect, read.value);
    const wanted = imageToApply(effect);
    const isThere = 'image' in wanted && !('problem' in container) && container.image === wanted.image;
    // whoever came after it has written over its note, so an image that is there may be its doing
    return isThere
      ? { state: 'unknown', because: 'the image is there, and the Deployment names another operation' }
      : { state: 'notDone', because: 'the Deployment has another image and names another operation' };
  }
  const { state, because } = readRollout(read.value, await talk.cluster.pods(read.value));
  return { state, because: sentence(talk, because) };
}

async function probe(effect: KubernetesEffect, waiting: Waiting): Promise<Reading> {
  const limitMs = Math.min(LOOK_LIMIT_MS, durationMs(effect.deploy.timeout));
  const talk = await open(effect, waiting, limitMs);
  const { name, namespace } = placeOf(effect);
  const read = await ask(talk, () => talk.cluster.read());
  if ('trouble' in read)
    return read.trouble.kind === 'missing'
      ? { kind: 'nothing', because: `there is no Deployment ${name} in namespace ${namespace}` }
      : { kind: 'unknown', because: sentence(talk, read.trouble.because) };
  const container = containerOf(effect, read.value);
  if ('problem' in container) return { kind: 'unknown', because: container.problem };
  const image = container.image ?? '';
  const rollout = readRollout(read.value, await talk.cluster.pods(read.value));
  if (rollout.state !== 'done')
    return {
      kind: 'unknown',
      because: sentence(talk, `a rollout to ${image} has not ended: ${rollout.because}`),
    };
  const { digest } = readImageName(image);
  // an image that somebody set by hand fits no version: then its name is what runs
  const version = versionOfImage(effect.deploy.image, image) ?? (digest === undefined ? image : undefined);
  return {
    kind: 'runs',
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    because: `the Deployment has the image ${image}`,
  };
}

function report(deployment: V1Deployment, pods: readonly V1Pod[], reading: RolloutReading): string {
  const conditions = (deployment.status?.conditions ?? []).map(
    ({ type, status: is, reason, message }) => `${type} ${is} ${reason ?? ''}: ${message ?? ''}`,
  );
  const lines = pods.map(
    (pod) => `pod ${pod.metadata?.name ?? ''} ${pod.status?.phase ?? ''} ${whyNotRunning(pod).join('; ')}`,
  );
  return [reading.because, ...conditions, ...lines].join('\n');
}

const sentence = ({ cluster }: Talk, text: string): string => oneLine(cluster.mask(text), LONGEST_SENTENCE);

function end(talk: Talk, outcome: EffectEnd['outcome'], because: string, output = ''): EffectEnd {
  const masked = talk.cluster.mask(output);
  const cut =
    masked.length > LONGEST_OUTPUT ? `${masked.slice(0, LONGEST_OUTPUT)}\n[… the rest was cut …]` : masked;
  return { outcome, because: sentence(talk, because), stdout: cut, stderr: '' };
}
