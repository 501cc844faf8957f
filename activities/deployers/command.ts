import type { CommandDeployer } from '../../domain/policy/deployer.schema.ts';
import { isSafeArgument } from '../../domain/policy/argument.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import { hasRun, runCommand, type CommandOutput, type Waiting } from '../../platform/command/run-command.ts';
import { pause } from '../attended.ts';
import { describeEnd, prepareCommand } from '../command-call.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { DeployerPort, Effect, EffectEnd, EffectStatus } from './port.ts';

const DONE = 0;
/** Exit code by which a command says that it has changed nothing yet and wants to be asked later (sysexits EX_TEMPFAIL). */
const TRY_LATER = 75;
const PAUSE_MS = 5000;
const MOST_RUNS = 20;
const STATUS_LIMIT_MS = 60_000;

/**
 * Deploys by running programs of the installation. A run whose end was lost is never repeated unless the deployer's own
 * `status` says that it did not happen; without `status` the outcome is unknown and people look (promise P8).
 */
export const commandDeployer: DeployerPort<CommandDeployer> = {
  apply: (effect, waiting) => act(effect, effect.deploy.apply, waiting),
  undo: (effect, waiting) => act(effect, effect.deploy.undo, waiting),
  status,
  probe,
};

type CommandEffect = Effect<CommandDeployer>;
type Next = EffectEnd | 'again';

async function act(effect: CommandEffect, argv: readonly string[], waiting: Waiting): Promise<EffectEnd> {
  const timeoutMs = durationMs(effect.deploy.timeout);
  const deadline = Date.now() + timeoutMs;
  if (effect.isBegunElsewhere && !hasRun(effect.folder.run(1))) {
    const end = await conclude(
      effect,
      lostElsewhere(),
      { file: argv[0] ?? '', timeoutMs, deadline },
      waiting,
    );
    if (end !== 'again') return end;
  }
  const command = prepareCommand(callOf(effect, argv, timeoutMs), false);
  for (let number = effect.folder.latest(); ; number += 1) {
    const run = { ...command, folder: effect.folder.run(number), endLeftovers: false };
    const end = await runCommand(run, waiting);
    const next = await conclude(effect, end, { file: argv[0] ?? '', timeoutMs, deadline }, waiting);
    if (next !== 'again') return next;
    if (number >= MOST_RUNS || Date.now() + PAUSE_MS > deadline || waiting.cancel?.aborted) {
      return withOutput(
        end,
        'failed',
        `${describeEnd(end, argv[0] ?? '', timeoutMs)}, and no time is left to try again`,
      );
    }
    if (end.how === 'exited') await pause(PAUSE_MS, waiting);
    waiting.leave?.throwIfAborted();
  }
}

/** Another machine began it and is gone with what it knew: to this one, its end is as lost as that of a dead wrapper. */
function lostElsewhere(): CommandOutput {
  const now = new Date().toISOString();
  return { how: 'lost', workFolder: '', startedAt: now, endedAt: now, stdout: '', stderr: '' };
}

interface Limits {
  file: string;
  timeoutMs: number;
  deadline: number;
}

async function conclude(
  effect: CommandEffect,
  end: CommandOutput,
  limits: Limits,
  waiting: Waiting,
): Promise<Next> {
  const sentence = describeEnd(end, limits.file, limits.timeoutMs);
  if (end.how === 'exited' && end.exitCode === TRY_LATER) return 'again';
  if (end.how === 'exited') return withOutput(end, end.exitCode === DONE ? 'done' : 'failed', sentence);
  if (end.how === 'notStarted' || end.how === 'cancelled') return withOutput(end, 'failed', sentence);
  // stopped half-way or lost: only the target knows
  const status = await askStatus(effect, limits.deadline, waiting);
  if (status === 'done') return withOutput(end, 'done', `${sentence}; its status says that it is done`);
  if (end.how !== 'lost') return withOutput(end, 'failed', sentence);
  if (status === 'notDone') return 'again';
  return withOutput(
    end,
    'unknown',
    status === 'unknown' ? `${sentence}, and its status gives no answer` : sentence,
  );
}

const withOutput = (end: CommandOutput, outcome: EffectEnd['outcome'], because: string): EffectEnd => ({
  outcome,
  because,
  stdout: end.stdout,
  stderr: end.stderr,
});

type Status = 'done' | 'notDone' | 'unknown' | 'notConfigured';

/** Asks the deployer what became of this operation, again and again while it says that it is still running. */
async function askStatus(effect: CommandEffect, deadline: number, waiting: Waiting): Promise<Status> {
  const argv = effect.deploy.status;
  if (argv === undefined) return 'notConfigured';
  const command = prepareCommand(callOf(effect, argv, STATUS_LIMIT_MS), false);
  for (let question = 1; ; question += 1) {
    const folder = `${effect.folder.run(effect.folder.latest())}.status-${Date.now()}-${question}`;
    const end = await runCommand({ ...command, folder, endLeftovers: true }, waiting);
    const code = end.how === 'exited' ? end.exitCode : undefined;
    if (code === 0) return 'done';
    if (code === 1) return 'notDone';
    if (code !== TRY_LATER || Date.now() + PAUSE_MS > deadline || waiting.cancel?.aborted) return 'unknown';
    await pause(PAUSE_MS, waiting);
    waiting.leave?.throwIfAborted();
  }
}

const statusWords: Record<Status, EffectStatus> = {
  done: { state: 'done', because: 'its status says that it is done' },
  notDone: { state: 'notDone', because: 'its status says that it is not done' },
  unknown: { state: 'unknown', because: 'its status gives no answer' },
  notConfigured: { state: 'unknown', because: 'its deployer has no status to ask' },
};

/** What the deployer's own `status` says of an operation; without one nobody knows. */
async function status(effect: CommandEffect, waiting: Waiting): Promise<EffectStatus> {
  return statusWords[await askStatus(effect, Date.now() + STATUS_LIMIT_MS, waiting)];
}

/**
 * The version that `probe` prints as its last line; nothing runs where it prints nothing and ends well. What no version can be
 * called, such as an error in words, tells nothing.
 */
async function probe(effect: CommandEffect, waiting: Waiting): Promise<Reading> {
  const argv = effect.deploy.probe;
  if (argv === undefined) return { kind: 'unknown', because: 'its deployer has no `probe` to ask' };
  const file = argv[0] ?? '';
  const limitMs = Math.min(STATUS_LIMIT_MS, durationMs(effect.deploy.timeout));
  const command = prepareCommand(callOf(effect, argv, limitMs), false);
  const folder = `${effect.folder.run(1)}.probe-${Date.now()}`;
  const end = await runCommand({ ...command, folder, endLeftovers: true }, waiting);
  if (end.how !== 'exited' || end.exitCode !== DONE)
    return { kind: 'unknown', because: describeEnd(end, file, limitMs) };
  const last = end.stdout
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
  if (last === undefined) return { kind: 'nothing', because: `${file} names no version` };
  const version = oneLine(last, 100);
  if (!isSafeArgument(version))
    return { kind: 'unknown', because: `${file} says "${version}", which cannot be a version` };
  return { kind: 'runs', version, because: `${file} says ${version}` };
}

const callOf = (
  effect: CommandEffect,
  argv: readonly string[],
  timeoutMs: number,
): Parameters<typeof prepareCommand>[0] => ({
  argv,
  settings: effect.deploy,
  facts: effect.facts,
  policyDir: effect.policyDir,
  timeoutMs,
});
