import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createMask } from '../mask.ts';
import { endHeirsOf, groupExists, identityOf, signalGroup } from '../process-identity.ts';
import { capOutput, type CappedOutput } from './capped-output.ts';
import { claim, folderFiles, writeAtomically, type CommandEnd, type WrapperJob } from './operation-folder.ts';

/**
 * The small process around one command (trust §5.4.10). It outlives the worker, keeps the time-out by itself and leaves
 * the result in the run's folder, where the next attempt finds it. Job: JSON on standard input. SIGTERM: cancel.
 */

/** How long output may still come after the end: a child that was left behind can hold the pipe open for ever. */
const DRAIN_MS = 1000;
/** Beyond this Node fires a timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const STANDARD_INPUT = 0;

type Stop = 'timedOut' | 'cancelled';

function main(): void {
  let stop: Stop | undefined;
  let end: (why: Stop) => void = (why) => (stop ??= why);
  // heard from the first moment on: a cancel between claim and start must not be lost
  process.on('SIGTERM', () => end('cancelled'));
  const job = JSON.parse(readFileSync(STANDARD_INPUT, 'utf8')) as WrapperJob;
  if (!claim(job.folder)) return;
  const startedAt = new Date().toISOString();
  const finish = (how: Omit<CommandEnd, 'workFolder' | 'startedAt' | 'endedAt'>): void => {
    const { workFolder } = job;
    const result: CommandEnd = { ...how, workFolder, startedAt, endedAt: new Date().toISOString() };
    writeAtomically(job.folder, folderFiles.result, result);
    process.exit(0);
  };
  if (existsSync(join(job.folder, folderFiles.cancel))) {
    finish({ how: 'cancelled' });
    return;
  }

  const [file = '', ...rest] = job.argv;
  const child = spawn(file, rest, {
    cwd: job.workFolder,
    env: { ...job.environment },
    shell: false,
    detached: true,
    stdio: 'pipe',
  });
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) finish({ how: 'notStarted', detail: error.code ?? error.message });
  });
  if (child.pid === undefined) return;
  const leader = child.pid;
  writeAtomically(job.folder, folderFiles.command, identityOf(leader) ?? { pid: leader, startedAt: '' });

  let killer: NodeJS.Timeout | undefined;
  end = (why) => {
    if (stop !== undefined) return;
    stop = why;
    signalGroup(leader, 'SIGTERM');
    killer = setTimeout(() => signalGroup(leader, 'SIGKILL'), job.graceMs);
  };
  const limit = setTimeout(() => end('timedOut'), Math.min(job.timeoutMs, LONGEST_TIMER_MS));

  feed(child, job.input);
  const outputs = keepOutput(child, job);
  let ended: Pick<CommandEnd, 'exitCode' | 'signal'> = {};
  const conclude = once(() => {
    // a stopped command takes its whole group along, those that ignored SIGTERM included
    if (job.endLeftovers || stop !== undefined) {
      signalGroup(leader, 'SIGKILL');
      endHeirsOf(`HOME=${job.environment['HOME'] ?? ''}`); // the home is this run's own: whoever left the group still has it
    }
    for (const output of outputs) output.end();
    finish({ how: stop ?? (ended.signal === undefined ? 'exited' : 'signalled'), ...ended });
  });
  child.on('exit', (code, signal) => {
    clearTimeout(limit);
    ended = { ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) };
    if (stop !== undefined && groupExists(leader)) {
      waitForGroup(leader, conclude);
      return;
    }
    clearTimeout(killer);
    setTimeout(conclude, DRAIN_MS);
  });
  child.on('close', () => {
    if (stop === undefined || !groupExists(leader)) conclude();
  });
}

/** A stopped group is given its grace time although its leader has gone already; the killer ends it at the latest. */
function waitForGroup(leader: number, then: () => void): void {
  const look = setInterval(() => {
    if (groupExists(leader)) return;
    clearInterval(look);
    then();
  }, 50);
}

function keepOutput(child: ChildProcess, job: WrapperJob): CappedOutput[] {
  const mask = createMask(job.secrets);
  return (['stdout', 'stderr'] as const).map((name) => {
    const target = openSync(join(job.folder, folderFiles[name]), 'w', 0o600);
    const output = capOutput(mask, (text) => writeSync(target, text));
    child[name]?.on('data', (chunk: Buffer) => output.push(chunk));
    return output;
  });
}

function feed(child: ChildProcess, input: string): void {
  // a command that does not read its input closes the pipe: its right
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

main();
