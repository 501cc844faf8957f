import { setTimeout as after } from 'node:timers/promises';
import type { GithubActionsDeployer } from '../../domain/policy/deployer.schema.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import { beginsOperation, readRun, type RunShape } from '../../domain/rollout/workflow-run.ts';
import type { Waiting } from '../../platform/command/run-command.ts';
import type { Outgoing, OutgoingAnswer } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { pause } from '../attended.ts';
import { fill } from '../facts.ts';
import {
  dispatchedRuns,
  findRun,
  isLimited,
  jobsOf,
  openGithub,
  readRunNow,
  said,
  type GaveUp,
  type Github,
} from './github/api.ts';
import { claimDispatch, claimedAt } from './github/claim.ts';
import { probeOverHttp } from './http-probe.ts';
import type { DeployerPort, Effect, EffectEnd, EffectStatus } from './port.ts';

const FIRST_LOOK_MS = 500;
const LIMITED_PAUSE_MS = 10_000;
const CANCEL_LIMIT_MS = 60_000;
const STATUS_LIMIT_MS = 20_000;
/** How far back a run is looked for whose beginning this machine has not noted. */
const LOOK_BACK_MS = 24 * 60 * 60 * 1000;
const LONGEST_OUTPUT = 64 * 1024;

type GithubEffect = Effect<GithubActionsDeployer>;
type Dispatch = GithubActionsDeployer['apply'];

/**
 * Deploys by dispatching a workflow and following its run, which is known by the operation id in its name. GitHub has no key
 * against repeated dispatches, so each is noted on disk before it is sent: one that was noted is only looked for, never sent again.
 */
export const githubActionsDeployer = (outgoing: Outgoing): DeployerPort<GithubActionsDeployer> => ({
  apply: (effect, waiting) => act(outgoing, effect, effect.deploy.apply, waiting),
  undo: (effect, waiting) => undo(outgoing, effect, waiting),
  status: (effect, waiting) => status(outgoing, effect, waiting),
  probe: ({ deploy, facts }, waiting) => probeOverHttp(outgoing, deploy, facts, waiting),
});

interface Talk {
  github: Github;
  effect: GithubEffect;
  dispatch: Dispatch;
  waiting: Waiting;
  deadline: number;
}

function open(outgoing: Outgoing, effect: GithubEffect, dispatch: Dispatch, waiting: Waiting): Talk {
  const deadline = Date.now() + durationMs(effect.deploy.timeout);
  const github = openGithub(outgoing, effect.deploy, { waiting, deadline });
  return { github, effect, dispatch, waiting, deadline };
}

async function act(
  outgoing: Outgoing,
  effect: GithubEffect,
  dispatch: Dispatch,
  waiting: Waiting,
): Promise<EffectEnd> {
  const talk = open(outgoing, effect, dispatch, waiting);
  const begun = await begin(talk);
  return 'outcome' in begun ? begun : follow(talk, begun.run);
}

/** A step that still runs would go on behind the undo: it is ended first. */
async function undo(outgoing: Outgoing, effect: GithubEffect, waiting: Waiting): Promise<EffectEnd> {
  const talk = open(outgoing, effect, effect.deploy.apply, waiting);
  if (effect.stepsBegin !== undefined) {
    const because = await endSteps(talk, effect.stepsBegin);
    if (because !== undefined) return end(talk, 'failed', because);
  }
  return act(outgoing, effect, effect.deploy.undo, waiting);
}

async function endSteps(talk: Talk, beginnings: readonly string[]): Promise<string | undefined> {
  const runs = await dispatchedRuns(
    talk.github,
    talk.effect.deploy.apply.workflow,
    Date.now() - LOOK_BACK_MS,
  );
  if ('gaveUp' in runs) return `it is not known whether a step still runs: ${runs.gaveUp}`;
  for (const run of runs.filter(
    (one) =>
      beginnings.some((beginning) => beginsOperation(one, beginning)) && readRun(one).state === 'running',
  )) {
    const ended = await cancelRun(talk, run);
    if (readRun(ended).state === 'running')
      return `a step still runs and cannot be ended: ${readRun(ended).because}`;
  }
  return undefined;
}

/** The run of this operation: the one that is there, or one that is dispatched now. */
async function begin(talk: Talk): Promise<EffectEnd | { run: RunShape }> {
  const { effect, github, dispatch } = talk;
  const claimed = await claimedAt(effect.folder);
  const isBegun = claimed !== undefined || effect.isBegunElsewhere === true;
  const found = await findRun(github, dispatch.workflow, {
    id: effect.operationId,
    sinceMs: claimed ?? Date.now() - LOOK_BACK_MS,
  });
  if (found !== undefined && 'id' in found) return { run: found };
  if (isBegun) return untilListed(talk, claimed ?? Date.now(), 'an earlier attempt may have dispatched it');
  if (found !== undefined) return end(talk, 'failed', `it was not dispatched: ${found.gaveUp}`);
  talk.waiting.leave?.throwIfAborted();
  if (talk.waiting.cancel?.aborted) return end(talk, 'failed', 'cancelled before it was dispatched');
  return dispatchOnce(talk);
}

/** What was turned down was not begun; whatever else became of the dispatch, its run may appear. */
async function dispatchOnce(talk: Talk): Promise<EffectEnd | { run: RunShape }> {
  if (!(await claimDispatch(talk.effect.folder)))
    return untilListed(talk, Date.now(), 'another attempt has dispatched it');
  const sentAt = Date.now();
  const answer = await send(talk);
  if ('gaveUp' in answer)
    return untilListed(talk, sentAt, `the answer to the dispatch was lost: ${answer.gaveUp}`);
  const because = `the dispatch was answered with ${answer.status}`;
  if (answer.status === 408 || answer.status >= 500) return untilListed(talk, sentAt, because);
  if (answer.status >= 300) return end(talk, 'failed', `${because}${said(answer)}`);
  return untilListed(talk, sentAt, 'it was dispatched');
}

async function send(talk: Talk): Promise<OutgoingAnswer | GaveUp> {
  const { deploy, facts, operationId } = talk.effect;
  const inputs = Object.fromEntries(
    Object.entries(talk.dispatch.inputs).map(([name, value]) => [name, fill(value, facts)]),
  );
  for (;;) {
    const answer = await talk.github.post(
      `/workflows/${encodeURIComponent(talk.dispatch.workflow)}/dispatches`,
      {
        ref: deploy.ref,
        inputs: { ...inputs, operation: operationId },
      },
    );
    const isOver = Date.now() + LIMITED_PAUSE_MS > talk.deadline || talk.waiting.cancel?.aborted;
    if (!('status' in answer) || !isLimited(answer) || isOver) return answer;
    await pause(LIMITED_PAUSE_MS, talk.waiting); // it was turned away at the door: nothing was begun
    talk.waiting.leave?.throwIfAborted();
  }
}

/** Runs are listed some time after their dispatch. One that never appears may have been started all the same. */
async function untilListed(
  talk: Talk,
  sinceMs: number,
  because: string,
): Promise<EffectEnd | { run: RunShape }> {
  const { effect, github, dispatch, waiting } = talk;
  const limitMs = Math.min(durationMs(effect.deploy.appears), durationMs(effect.deploy.timeout));
  const until = Math.min(talk.deadline, Date.now() + limitMs);
  for (;;) {
    const found = await findRun(github, dispatch.workflow, { id: effect.operationId, sinceMs });
    if (found !== undefined && 'id' in found) return { run: found };
    if (waiting.cancel?.aborted)
      return end(talk, 'unknown', `cancelled; ${because}, and no run is listed yet`);
    if (Date.now() + FIRST_LOOK_MS > until) {
      const why = found === undefined ? 'no run of it is listed' : found.gaveUp;
      return end(
        talk,
        'unknown',
        `${because}, and ${why} within ${formatDuration(limitMs)}: does the workflow's run-name show inputs.operation?`,
      );
    }
    await pause(FIRST_LOOK_MS, waiting);
    waiting.leave?.throwIfAborted();
  }
}

async function follow(talk: Talk, first: RunShape): Promise<EffectEnd> {
  const { github, waiting, effect } = talk;
  const intervalMs = durationMs(effect.deploy.interval);
  for (let run = first; ;) {
    const reading = readRun(run);
    if (reading.state !== 'running')
      return end(talk, reading.state, reading.because, await jobsOf(github, run.id));
    if (waiting.cancel?.aborted) return endCancelled(talk, run);
    if (Date.now() + intervalMs > talk.deadline)
      return end(
        talk,
        'unknown',
        `the run has not ended within ${formatDuration(durationMs(effect.deploy.timeout))}: ${reading.because}`,
        await jobsOf(github, run.id),
      );
    await pause(intervalMs, waiting);
    waiting.leave?.throwIfAborted();
    const next = await readRunNow(github, run.id);
    if ('gaveUp' in next) {
      if (waiting.cancel?.aborted) return endCancelled(talk, run);
      return end(talk, 'unknown', `the run cannot be followed: ${next.gaveUp}`);
    }
    run = next;
  }
}

/** Ends a run in GitHub, and waits until it has ended. */
async function cancelRun(talk: Talk, run: RunShape): Promise<RunShape> {
  const { github, waiting } = talk;
  await github.post(`/runs/${run.id}/cancel`);
  const until = Date.now() + CANCEL_LIMIT_MS;
  for (let last = run; ;) {
    const now = await readRunNow(github, run.id);
    if (!('gaveUp' in now)) last = now;
    if (readRun(last).state !== 'running' || Date.now() > until) return last;
    await after(FIRST_LOOK_MS, undefined, waiting.leave ? { signal: waiting.leave } : {});
  }
}

async function endCancelled(talk: Talk, run: RunShape): Promise<EffectEnd> {
  const last = await cancelRun(talk, run);
  const { state, because } = readRun(last);
  return end(
    talk,
    state === 'running' ? 'unknown' : state,
    `cancelled: ${because}`,
    await jobsOf(talk.github, run.id),
  );
}

async function status(outgoing: Outgoing, effect: GithubEffect, waiting: Waiting): Promise<EffectStatus> {
  const isUndo = effect.stepsBegin !== undefined;
  const dispatch = isUndo ? effect.deploy.undo : effect.deploy.apply;
  const github = openGithub(outgoing, effect.deploy, { waiting, deadline: Date.now() + STATUS_LIMIT_MS });
  const claimed = await claimedAt(effect.folder);
  const found = await findRun(github, dispatch.workflow, {
    id: effect.operationId,
    sinceMs: claimed ?? Date.now() - LOOK_BACK_MS,
  });
  if (found === undefined)
    return claimed === undefined && effect.isBegunElsewhere !== true
      ? { state: 'notDone', because: 'no run of it was dispatched' }
      : { state: 'unknown', because: 'it was dispatched, and no run of it is listed' };
  if ('gaveUp' in found) return { state: 'unknown', because: github.mask(found.gaveUp) };
  const { state, because } = readRun(found);
  return { state, because: github.mask(because) };
}

function end({ github }: Talk, outcome: EffectEnd['outcome'], because: string, output = ''): EffectEnd {
  const masked = github.mask(output);
  const cut =
    masked.length > LONGEST_OUTPUT ? `${masked.slice(0, LONGEST_OUTPUT)}\n[… the rest was cut …]` : masked;
  return { outcome, because: oneLine(github.mask(because), 600), stdout: cut, stderr: '' };
}
