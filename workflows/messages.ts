import {
  condition,
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import { mayVote, tally } from '../domain/gates/approvals/quorum.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { Actor, ApprovalView, ReleaseView, Vote } from '../domain/release/release.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import {
  abortUpdate,
  decideUpdate,
  grantedSignal,
  operatorSignals,
  pauseUpdate,
  recoverUpdate,
  resumeUpdate,
  retryCheckUpdate,
  rollBackUpdate,
  stateQuery,
  withdrawUpdate,
  type AbortInput,
  type Command,
  type CommandAnswer,
  type DecideAnswer,
  type DecideInput,
  type LockGrant,
  type OperatorMessage,
  type OperatorSignal,
  type RecoverInput,
  type RetryCheckInput,
  type WithdrawInput,
} from './contract.ts';
import { refusal } from './failures.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

/** Everything a release listens to. Handlers are synchronous: they change the run, and the story reacts. */
export function listen(run: ReleaseRun): void {
  setHandler(defineQuery<ReleaseView>(stateQuery), () => run.view, {
    description: 'The whole state of this release',
  });

  setHandler(defineUpdate<DecideAnswer, [DecideInput]>(decideUpdate), (decision) => count(run, decision), {
    description: 'Counts a received decision: approve or reject',
    validator: (decision) => assertCountable(run, decision),
  });
  setHandler(defineUpdate<CommandAnswer, [WithdrawInput]>(withdrawUpdate), (input) => withdraw(run, input), {
    description: 'Takes back a vote while its request is open',
    validator: (input) => {
      if (openApproval(run, input.requestId) === undefined)
        throw refusal('APPROVAL_NOT_OPEN', 'This request is closed, so the vote stays.');
    },
  });

  command<Command>(run, pauseUpdate, 'Holds the release at its next step', assertOpen, pause);
  command<Command>(run, resumeUpdate, 'Lifts all holds', assertOpen, resume);
  command<AbortInput>(
    run,
    abortUpdate,
    'Stops the release; undoes what has been deployed unless told to leave it',
    assertAbortable,
    abort,
  );
  command<Command>(run, rollBackUpdate, 'Brings the previous version back', assertRollBackPossible, rollBack);
  command<RecoverInput>(
    run,
    recoverUpdate,
    'Goes on after an undo has failed: retry, done by hand, or leave it',
    assertStuck,
    (r, input) => {
      r.compensations.recover(input);
    },
  );
  command<RetryCheckInput>(run, retryCheckUpdate, 'Runs checks again', assertCheckRetryable, retryCheck);

  setHandler(defineSignal<[LockGrant]>(grantedSignal), (grant) => {
    run.locks.set(grant.environment, grant);
    run.touch();
  });
  for (const name of operatorSignals) {
    setHandler(defineSignal<[OperatorMessage]>(name), (message) => void run.signals.push({ name, message }), {
      description: `Operator: ${name}, with {by, reason}`,
    });
  }
  void CancellationScope.nonCancellable(() => obeySignals(run));
}

/** Registers one command: refused without a trace where it cannot be, applied once however often it comes. */
function command<I extends Command>(
  run: ReleaseRun,
  name: string,
  description: string,
  assertPossible: (run: ReleaseRun, input: I) => void,
  apply: (run: ReleaseRun, input: I) => void,
): void {
  setHandler(defineUpdate<CommandAnswer, [I]>(name), (input) => obey(run, name, input, apply), {
    description,
    validator: (input) => {
      if (!run.applied.has(input.commandId)) assertPossible(run, input);
    },
  });
}

function obey<I extends Command>(
  run: ReleaseRun,
  name: string,
  input: I,
  apply: (run: ReleaseRun, input: I) => void,
): CommandAnswer {
  if (!run.applied.has(input.commandId)) {
    run.applied.add(input.commandId);
    run.tell('command.received', run.title, `${input.by.id} asked to ${words[name] ?? name} ${run.title}.`, {
      actor: input.by,
      ...(input.reason ? { reason: input.reason } : {}),
      ...(input.requestId ? { requestId: input.requestId } : {}),
    });
    apply(run, input);
    run.touch();
    run.refresh();
  }
  return { state: run.view.state, headline: run.view.headline, seq: run.view.seq };
}

const words: Record<string, string> = {
  [pauseUpdate]: 'pause',
  [resumeUpdate]: 'resume',
  [abortUpdate]: 'abort',
  [rollBackUpdate]: 'roll back',
  [recoverUpdate]: 'go on with the undo of',
  [retryCheckUpdate]: 'run checks again for',
};

function assertOpen(run: ReleaseRun): void {
  if (isTerminal(run.view.state)) throw refusal('RELEASE_ENDED', endedSentence(run));
  if (run.stopping)
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} is ${stateWord(run.view.state)}: it is already being stopped.`,
    );
}

const endedSentence = (run: ReleaseRun): string =>
  `${run.title} ended as ${stateWord(run.view.state)} at ${run.view.ended?.at ?? run.now}; start a new release.`;

function assertAbortable(run: ReleaseRun, input: AbortInput): void {
  assertOpen(run);
  if (input.leave && !input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', 'To leave what has been deployed as it is, give a reason.');
}

function assertRollBackPossible(run: ReleaseRun): void {
  assertOpen(run);
  if (!run.compensations.isAnyRegistered) {
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `Nothing of ${run.title} has been deployed to ${run.view.stage ?? 'this stage'} yet, so there is nothing to roll back. Abort it instead.`,
    );
  }
}

function assertStuck(run: ReleaseRun, input: RecoverInput): void {
  if (isTerminal(run.view.state)) throw refusal('RELEASE_ENDED', endedSentence(run));
  if (run.view.state !== 'stuck')
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} is ${stateWord(run.view.state)}, not stuck: no undo waits for a person.`,
    );
  if (input.how === 'leave' && !input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', 'To leave it as it is, give a reason.');
  if (input.service && !run.compensations.isWaitingFor(input.service))
    throw refusal('COMMAND_NOT_POSSIBLE', `No undo of ${input.service} waits for a person.`);
}

function assertCheckRetryable(run: ReleaseRun, input: RetryCheckInput): void {
  assertOpen(run);
  const stage = run.view.stages.find((candidate) => candidate.environment === run.view.stage);
  if (stage?.state !== 'gating')
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `No check of ${run.title} can be run again now: it is ${stateWord(run.view.state)}.`,
    );
  const known = stage.checks.filter((check) => !input.check || check.id === input.check);
  if (known.length === 0)
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `There is no check "${input.check ?? ''}" in ${stage.environment}.`,
    );
  if (!input.check && known.every((check) => check.outcome === 'passed'))
    throw refusal('COMMAND_NOT_POSSIBLE', 'All checks have passed; name one to run it again.');
}

function pause(run: ReleaseRun, input: Command): void {
  if (run.view.holds.some((hold) => hold.kind === 'person' && hold.by === input.by.id)) return;
  run.hold({ by: input.by.id, reason: input.reason ?? 'paused', kind: 'person' }, input.by);
}

function resume(run: ReleaseRun, input: Command): void {
  if (run.view.holds.length === 0) return;
  run.view.holds.splice(0);
  run.tell('hold.lifted', run.title, `${input.by.id} lifted the hold of ${run.title}.`, {
    actor: input.by,
    ...(input.reason ? { reason: input.reason } : {}),
  });
}

function abort(run: ReleaseRun, input: AbortInput): void {
  run.stop({
    kind: 'abort',
    because: input.reason ?? `${input.by.id} aborted it`,
    by: input.by.id,
    ...(input.leave ? { leave: true } : {}),
  });
}

function rollBack(run: ReleaseRun, input: Command): void {
  run.stop({ kind: 'rollBack', because: input.reason ?? `${input.by.id} rolled it back`, by: input.by.id });
}

function retryCheck(run: ReleaseRun, input: RetryCheckInput): void {
  run.retry = input;
}

interface OpenApproval {
  stage: StagePlan;
  approval: ApprovalView;
}

function openApproval(run: ReleaseRun, requestId: string): OpenApproval | undefined {
  for (const stage of run.plan.stages) {
    const { approval } = run.stageView(stage);
    if (approval?.requestId === requestId)
      return approval.state === 'open' && !run.stopping ? { stage, approval } : undefined;
  }
  return undefined;
}

function assertCountable(run: ReleaseRun, decision: DecideInput): void {
  const open = openApproval(run, decision.requestId);
  if (!open) {
    if (knownVote(run, decision)) return;
    throw refusal('APPROVAL_NOT_OPEN', `This request is closed: ${run.view.headline}`);
  }
  if (decision.subjectDigest !== open.approval.subjectDigest)
    throw refusal('APPROVAL_DIGEST_CHANGED', 'What is decided about has changed since you looked at it.');
  const eligible = mayVote(quorumOf(open), decision.person);
  if (!eligible.ok) throw refusal('APPROVAL_EXCLUDED', eligible.because);
}

const knownVote = (run: ReleaseRun, decision: DecideInput) =>
  run.view.stages
    .flatMap((stage) => stage.approval?.votes ?? [])
    .find((vote) => vote.decisionId === decision.decisionId);

const quorumOf = ({ stage, approval }: OpenApproval) => ({
  rules: stage.rules,
  candidates: stage.candidates,
  excluded: stage.excluded,
  votes: approval.votes,
});

/** Counts a decision: a person's later vote replaces the earlier one, and the same decision counts once. */
export function count(run: ReleaseRun, decision: DecideInput): DecideAnswer {
  const open = openApproval(run, decision.requestId);
  const known = knownVote(run, decision);
  if (open && !known) {
    const { approval } = open;
    const vote: Vote = {
      person: decision.person,
      choice: decision.choice,
      ...(decision.comment ? { comment: decision.comment } : {}),
      at: castAt(approval),
      via: decision.via,
      decisionId: decision.decisionId,
    };
    run.cast.set(decision.requestId, [...(run.cast.get(decision.requestId) ?? []), vote]);
    approval.votes = [...approval.votes.filter((other) => other.person !== decision.person), vote];
    const counted = tally(quorumOf(open));
    approval.seats = counted.seats;
    run.tell(
      'decision.counted',
      `${run.title} → ${open.stage.environment}`,
      `${decision.person} chose to ${decision.choice} ${run.title} for ${open.stage.environment}.`,
      {
        actor: {
          id: decision.person,
          kind: decision.via === 'signal' ? 'engine' : 'person',
          assurance: decision.via === 'signal' ? 'engine' : decision.via === 'link' ? 'link' : 'session',
        },
        ...(decision.comment ? { reason: decision.comment } : {}),
        facts: {
          decision: decision.decisionId,
          choice: decision.choice,
          subject: decision.subjectDigest,
          filled: counted.filled,
          seats: counted.total,
        },
      },
    );
    run.notify({
      occasion: `approval/${decision.requestId}/counted/${decision.decisionId}`,
      kind: 'confirmation',
      to: [decision.person, ...(run.plan.owner ? [run.plan.owner] : [])],
      requestId: decision.requestId,
      environment: open.stage.environment,
      sentence: `${decision.person} chose to ${decision.choice} ${run.title} for ${open.stage.environment}.`,
      facts: { person: decision.person, choice: decision.choice, via: decision.via },
    });
    run.touch();
  }
  return answerTo(run, decision, known?.choice ?? decision.choice);
}

/** What was received in time counts as in time, however late it was delivered: the door judged that, and no two clocks are compared. */
const castAt = (approval: ApprovalView): string =>
  new Date(Math.min(Date.now(), Date.parse(approval.deadline) - 1)).toISOString();

function answerTo(run: ReleaseRun, decision: DecideInput, choice: DecideAnswer['choice']): DecideAnswer {
  const stage = run.plan.stages.find(
    (candidate) => run.stageView(candidate).approval?.requestId === decision.requestId,
  );
  const approval = stage && run.stageView(stage).approval;
  const counted = stage && approval ? tally(quorumOf({ stage, approval })) : undefined;
  return {
    choice,
    approvalState: approval?.state ?? 'withdrawn',
    filled: counted?.filled ?? 0,
    seats: counted?.total ?? 0,
    ...(approval?.closesAt ? { closesAt: approval.closesAt } : {}),
    headline: run.view.headline,
    seq: run.view.seq,
  };
}

function withdraw(run: ReleaseRun, input: WithdrawInput): CommandAnswer {
  const open = openApproval(run, input.requestId);
  const vote = open?.approval.votes.find((candidate) => candidate.person === input.person);
  if (open && vote) {
    run.cast.set(
      input.requestId,
      (run.cast.get(input.requestId) ?? []).filter((candidate) => candidate.person !== input.person),
    );
    open.approval.votes = open.approval.votes.filter((vote) => vote.person !== input.person);
    open.approval.seats = tally(quorumOf(open)).seats;
    run.tell(
      'decision.withdrawn',
      `${run.title} → ${open.stage.environment}`,
      `${input.person} took back the vote on ${run.title}.`,
      {
        actor: { id: input.person, kind: 'person' },
        facts: { decision: vote.decisionId },
      },
    );
    run.touch();
  }
  return { state: run.view.state, headline: run.view.headline, seq: run.view.seq };
}

/** Signals have no answer, so a refused one is written to the log instead; none may throw, that would fail the run. */
async function obeySignals(run: ReleaseRun): Promise<never> {
  let number = 0;
  for (;;) {
    await condition(() => run.signals.length > 0);
    const next = run.signals.shift();
    if (!next) continue;
    number += 1;
    const by = typeof next.message?.by === 'string' && next.message.by ? next.message.by : 'unknown';
    const reason = typeof next.message?.reason === 'string' ? next.message.reason : '';
    const refused = await obeySignal(run, next.name, by, reason, number);
    if (refused !== undefined) {
      run.tell('signal.refused', run.title, `Signal ${next.name} from ${by} was refused: ${refused}`, {
        actor: engine(by),
        ...(reason ? { reason } : {}),
      });
    }
  }
}

const engine = (by: string): Actor => ({ id: by, kind: 'engine', assurance: 'engine' });

async function obeySignal(
  run: ReleaseRun,
  name: OperatorSignal,
  by: string,
  reason: string,
  number: number,
): Promise<string | undefined> {
  if (name === 'approve' || name === 'reject') return receiveVote(run, name, by, reason, number);
  const input: Command = { by: engine(by), commandId: `signal/${number}`, ...(reason ? { reason } : {}) };
  const steps = {
    pause: [assertOpen, pause, pauseUpdate],
    resume: [assertOpen, resume, resumeUpdate],
    abort: [assertAbortable, abort, abortUpdate],
    rollBack: [assertRollBackPossible, rollBack, rollBackUpdate],
  } as const;
  const [assertPossible, apply, update] = steps[name];
  try {
    assertPossible(run, input);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  obey(run, update, input, apply);
  return undefined;
}

async function receiveVote(
  run: ReleaseRun,
  choice: 'approve' | 'reject',
  by: string,
  reason: string,
  number: number,
): Promise<string | undefined> {
  const stage = run.plan.stages.find((candidate) => run.stageView(candidate).approval?.state === 'open');
  const approval = stage && run.stageView(stage).approval;
  if (!stage || !approval) return 'no approval request is open.';
  if (stage.engineSignals === 'refuse')
    return `decisions by signal do not count in ${stage.environment}; use the mailed link, the page or the CLI.`;
  if (choice === 'reject' && !reason) return 'a rejection needs a reason.';
  const eligible = mayVote(quorumOf({ stage, approval }), by);
  if (!eligible.ok) return eligible.because;
  const received = await record.receiveSignal({
    requestId: approval.requestId,
    releaseId: run.view.id,
    stage: stage.environment,
    subjectDigest: approval.subjectDigest,
    by,
    reason,
    choice,
    number,
    at: run.now,
  });
  if ('refused' in received) return received.refused;
  if (approval.state !== 'open') return 'the request closed in between.';
  count(run, received.decision);
  return undefined;
}
