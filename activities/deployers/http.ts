import type { HttpDeployer } from '../../domain/policy/deployer.schema.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import { GantryError } from '../../platform/errors.ts';
import { createMask, type Mask } from '../../platform/mask.ts';
import {
  namedTarget,
  type Outgoing,
  type OutgoingAnswer,
  type OutgoingRequest,
} from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { resolveSecrets } from '../../platform/secret-values.ts';
import { pause } from '../attended.ts';
import { fill, type Facts } from '../facts.ts';
import { parseJson, valueAt } from '../json-pointer.ts';
import { probeOverHttp } from './http-probe.ts';
import type { DeployerPort, Effect, EffectEnd, EffectStatus } from './port.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const LONGEST_CALL_MS = 10_000;
/** The last try has so long, even where the step's time is up sooner. */
const SHORTEST_CALL_MS = 1000;

type HttpEffect = Effect<HttpDeployer>;
type Start = HttpDeployer['apply'];

/**
 * Deploys by starting a job over HTTP and following it. Every start carries the operation id as Idempotency-Key, so a start
 * whose answer was lost is sent again and joins the job that it began.
 */
export function httpDeployer(outgoing: Outgoing): DeployerPort<HttpDeployer> {
  return {
    apply: (effect, waiting) => act(outgoing, effect, effect.deploy.apply, waiting),
    undo: (effect, waiting) => act(outgoing, effect, effect.deploy.undo, waiting),
    status: (effect, waiting) => status(outgoing, effect, waiting),
    probe: ({ deploy, facts }, waiting) => probeOverHttp(outgoing, deploy, facts, waiting),
  };
}

async function act(
  outgoing: Outgoing,
  effect: HttpEffect,
  start: Start,
  waiting: Waiting,
): Promise<EffectEnd> {
  const headers = resolveSecrets(start.headers);
  const followHeaders = resolveSecrets(effect.deploy.follow.headers);
  const mask = createMask({ ...headers.secrets, ...followHeaders.secrets });
  const limitMs = durationMs(effect.deploy.timeout);
  const talk = { outgoing, waiting, deadline: Date.now() + limitMs, limitMs, mask };
  const url = fill(start.url, effect.facts);
  const answer = await ask(talk, {
    url,
    method: start.method,
    headers: { 'content-type': 'application/json', ...headers.texts, 'idempotency-key': effect.operationId },
    ...(start.method === 'GET' ? {} : { body: JSON.stringify(bodyOf(start, effect)) }),
    allow: namedTarget(start.url),
  });
  if (!('status' in answer)) {
    const because = `the job could not be started for certain: ${answer.gaveUp}`;
    const asked = effect.deploy.status && (await status(outgoing, effect, waiting).catch(noStatus));
    return asked
      ? end(talk, outcomeOf[asked.state], `${because}; ${asked.because}`)
      : end(talk, 'unknown', because);
  }
  if (answer.status >= 300) return end(talk, 'failed', refusedStart(answer.status), answer);
  const settled = settledState(effect.deploy, answer);
  if (settled) return end(talk, settled.outcome, settled.because, answer);
  // from here on the job may run: a problem on the way to it does not mean that nothing happened
  return followJob(talk, effect, answer, url, { start: headers.texts, follow: followHeaders.texts }).catch(
    (error: unknown) => {
      if (error instanceof GantryError)
        return end(talk, 'unknown', `the job was started, but cannot be followed: ${error.message}`, answer);
      throw error;
    },
  );
}

/** A refusal in words, with what to look at. */
const refusedStart = (status: number): string =>
  status < 400
    ? `the start was answered with ${status}: it leads elsewhere, and a start is never sent on. Name the address where it ends`
    : `the start was answered with ${status}: look into the job server's log`;

/** Whether an answer without a job to follow says by itself that the work is done: not where it speaks of a state, or cannot be read. */
function whyNotDone(deploy: HttpDeployer, answer: OutgoingAnswer): string | undefined {
  if (answer.status === 202) return 'the job was accepted, but the answer names no address to follow it';
  if (deploy.follow.url !== undefined)
    return 'the answer has no "id" to follow the job by: see `follow.url` in gantry.yaml';
  const type = answer.headers.get('content-type') ?? '';
  const isPlain = type === '' ? !answer.text.trimStart().startsWith('<') : /^text\/plain\b/i.test(type);
  const document = parseJson(answer.text);
  if (answer.isCut || (answer.text.trim() !== '' && document === undefined && !isPlain)) {
    return `the start was answered with ${answer.status}, but what it says cannot be read (${oneLine(type, 60) || 'no type'}): look at what answers there, such as a page to sign in`;
  }
  const state = valueAt(document, deploy.follow.state) ?? undefined;
  return state === undefined
    ? undefined
    : `the job says ${oneLine(JSON.stringify(state), 60)}, and the answer names no address to follow it`;
}

async function followJob(
  talk: Talk,
  effect: HttpEffect,
  answer: OutgoingAnswer,
  startUrl: string,
  headers: { start: Record<string, string>; follow: Record<string, string> },
): Promise<EffectEnd> {
  const job = jobAddress(effect, answer, startUrl);
  if (job === undefined) {
    const because = whyNotDone(effect.deploy, answer);
    return because === undefined
      ? end(talk, 'done', `answered ${answer.status}`, answer)
      : end(talk, 'unknown', because, answer);
  }
  // without headers of its own, following uses those of the start, but never shows them to another origin
  const isSameOrigin = new URL(job.url).origin === new URL(startUrl).origin;
  const usesOwn = Object.keys(headers.follow).length > 0 || !isSameOrigin;
  return follow(talk, effect.deploy, { ...job, headers: usesOwn ? headers.follow : headers.start });
}

/** A job that is not there certainly did nothing; one that still runs is nobody's to wait for any more. */
const outcomeOf: Record<EffectStatus['state'], EffectEnd['outcome']> = {
  done: 'done',
  failed: 'failed',
  notDone: 'failed',
  running: 'unknown',
  unknown: 'unknown',
};

const STATUS_LIMIT_MS = 10_000;

function noStatus(error: unknown): EffectStatus {
  if (!(error instanceof GantryError)) throw error;
  return { state: 'unknown', because: `its status cannot be asked: ${error.message}` };
}

/** What the job server says of the job of this operation, asked once and again while it cannot be reached. */
async function status(outgoing: Outgoing, effect: HttpEffect, waiting: Waiting): Promise<EffectStatus> {
  const { status: asked } = effect.deploy;
  if (asked === undefined) return { state: 'unknown', because: 'its deployer has no `status` to ask' };
  const headers = resolveSecrets(asked.headers ?? {});
  const mask = createMask(headers.secrets);
  const limitMs = Math.min(STATUS_LIMIT_MS, durationMs(effect.deploy.timeout));
  const talk = { outgoing, waiting, deadline: Date.now() + limitMs, limitMs, mask };
  const answer = await ask(talk, {
    url: fill(asked.url, effect.facts),
    headers: headers.texts,
    allow: namedTarget(asked.url),
  });
  if (!('status' in answer))
    return { state: 'unknown', because: mask(`its status does not tell: ${answer.gaveUp}`) };
  if (answer.status === 404) return { state: 'notDone', because: 'its status knows of no such job' };
  if (answer.status >= 300)
    return {
      state: 'unknown',
      because: `its status answers with ${answer.status}: look whether \`status\` is right`,
    };
  const settled = settledState(effect.deploy, answer);
  if (!settled) {
    const { state } = effect.deploy.follow;
    return typeof valueAt(parseJson(answer.text), state) === 'string'
      ? { state: 'running', because: 'its status says that the job has not ended' }
      : { state: 'unknown', because: `its status has no text at "${state}": look at what answers there` };
  }
  return { state: settled.outcome === 'done' ? 'done' : 'failed', because: mask(settled.because) };
}

interface Talk {
  outgoing: Outgoing;
  waiting: Waiting;
  deadline: number;
  limitMs: number;
  mask: Mask;
}

async function follow(talk: Talk, deploy: HttpDeployer, request: OutgoingRequest): Promise<EffectEnd> {
  const intervalMs = durationMs(deploy.follow.interval);
  for (;;) {
    const answer = await ask(talk, request);
    if (!('status' in answer))
      return end(talk, 'unknown', `the job runs, but cannot be followed: ${answer.gaveUp}`);
    if (answer.status >= 300)
      return end(
        talk,
        'unknown',
        `the job runs, but its address answers with ${answer.status}: look there what became of it`,
        answer,
      );
    const settled = settledState(deploy, answer);
    if (settled) return end(talk, settled.outcome, settled.because, answer);
    if (Date.now() + intervalMs > talk.deadline) {
      return end(talk, 'unknown', notEnded(talk, deploy, answer), answer);
    }
    await pause(intervalMs, talk.waiting);
    talk.waiting.leave?.throwIfAborted();
    if (talk.waiting.cancel?.aborted)
      return end(talk, 'unknown', 'cancelled while the job was running', answer);
  }
}

/** Why a job is left, whose last answer told no end. */
function notEnded({ limitMs }: Talk, deploy: HttpDeployer, answer: OutgoingAnswer): string {
  const within = `the job has not ended within ${formatDuration(limitMs)}`;
  const state = valueAt(parseJson(answer.text), deploy.follow.state);
  return typeof state === 'string'
    ? `${within}: it says "${oneLine(state, 60)}" to the last. Look there what became of it`
    : `${within}: its address has no text at "${deploy.follow.state}". Look at what answers there`;
}

/** The answer, asked for again as long as the network, the server or its limits stand in the way. */
async function ask(talk: Talk, request: OutgoingRequest): Promise<OutgoingAnswer | { gaveUp: string }> {
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS)) {
    talk.waiting.leave?.throwIfAborted();
    const leftMs = Math.max(SHORTEST_CALL_MS, talk.deadline - Date.now());
    const timeLimitMs = Math.min(LONGEST_CALL_MS, leftMs);
    const answer = await talk.outgoing({ ...request, redirects: 0, timeLimitMs }).catch(whyUnreached);
    const isAnswer = 'status' in answer;
    if (isAnswer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) return answer;
    const gaveUp = isAnswer ? `it answers with ${answer.status}: look into its log` : answer.gaveUp;
    if (talk.waiting.cancel?.aborted) return { gaveUp: `cancelled; last, ${gaveUp}` };
    if (Date.now() + waitMs > talk.deadline) return { gaveUp };
    await pause(waitMs, talk.waiting);
  }
}

function whyUnreached(error: unknown): { gaveUp: string } {
  if (error instanceof GantryError && error.code === 'TARGET_UNREACHABLE')
    return { gaveUp: `${error.message} ${error.problem.remedy}` };
  throw error;
}

function settledState(
  deploy: HttpDeployer,
  answer: OutgoingAnswer,
): Pick<EffectEnd, 'outcome' | 'because'> | undefined {
  const state = valueAt(parseJson(answer.text), deploy.follow.state);
  if (typeof state !== 'string') return undefined;
  if (deploy.follow.succeeded.includes(state)) return { outcome: 'done', because: `the job says "${state}"` };
  if (deploy.follow.failed.includes(state)) return { outcome: 'failed', because: `the job says "${state}"` };
  return undefined;
}

function jobAddress(
  effect: HttpEffect,
  answer: OutgoingAnswer,
  startUrl: string,
): { url: string; allow: string[] } | undefined {
  const template = effect.deploy.follow.url;
  const id = valueAt(parseJson(answer.text), '/id');
  if (template !== undefined) {
    const job = typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
    const needsJob = /\{\{\s*job\s*\}\}/.test(template);
    return needsJob && job === undefined
      ? undefined
      : { url: fill(template, { ...effect.facts, job }), allow: namedTarget(template) };
  }
  const location = answer.headers.get('location');
  if (location === null || !URL.canParse(location, startUrl)) return undefined;
  // what the answer names is inside only where the policy's own address is
  return { url: new URL(location, startUrl).href, allow: namedTarget(effect.deploy.apply.url) };
}

function bodyOf(start: Start, effect: HttpEffect): unknown {
  if (start.body !== undefined) return fillDeep(start.body, effect.facts);
  const { service, version, digest, environment, previousVersion, weight, target, action } = effect.facts;
  return {
    operation: effect.operationId,
    service,
    version,
    digest,
    environment,
    previousVersion,
    weight: Number(weight ?? 0),
    target,
    action,
  };
}

function fillDeep(value: unknown, facts: Facts): unknown {
  if (typeof value === 'string') return fill(value, facts);
  if (Array.isArray(value)) return value.map((each) => fillDeep(each, facts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillDeep(each, facts)]));
}

const end = (
  talk: Talk,
  outcome: EffectEnd['outcome'],
  because: string,
  answer?: OutgoingAnswer,
): EffectEnd => ({
  outcome,
  because: talk.mask(because),
  stdout: talk.mask(answer?.text ?? ''),
  stderr: '',
});
