import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { ReleaseView } from '../domain/release/release.ts';
import {
  decideUpdate,
  operatorSignals,
  stateQuery,
  toldQuery,
  withdrawUpdate,
  type CommandAnswer,
  type DecideAnswer,
  type DecideInput,
  type OperatorMessage,
  type ToldAnswer,
  type WithdrawInput,
} from './contract.ts';
import { refusal } from './failures.ts';
import { obeyAmendments, obeyAnswers, obeyPlanning, obeySteering, obeyWork } from './message-commands.ts';
import { hearOfSuccessor, hearNews } from './message-news.ts';
import type { ReleaseRun } from './run.ts';
import { obeySignals } from './signals.ts';
import { assertCountable, count, isDecided, openApproval, withdraw } from './votes.ts';

/**
 * Everything a release listens to. Handlers are synchronous: they change the run, and the story reacts. What came in before they stand is
 * handed over in the order in which they are set, so that this order is part of the workflow, and stays.
 */
export function listen(run: ReleaseRun): void {
  answerQueries(run);
  countVotes(run);
  obeySteering(run);
  obeyPlanning(run);
  obeyAnswers(run);
  obeyAmendments(run);
  hearOfSuccessor(run);
  obeyWork(run);
  hearNews(run);
  hearOperators(run);
}

function answerQueries(run: ReleaseRun): void {
  setHandler(defineQuery<ReleaseView>(stateQuery), () => run.view, {
    description: 'The whole state of this release',
  });
  setHandler(defineQuery<ToldAnswer>(toldQuery), () => run.told, {
    description: 'How much of it the record was told',
  });
}

function countVotes(run: ReleaseRun): void {
  setHandler(defineUpdate<DecideAnswer, [DecideInput]>(decideUpdate), (decision) => count(run, decision), {
    description: 'Counts a received decision: approve or reject',
    validator: (decision: DecideInput) => assertCountable(run, decision),
  });
  setHandler(defineUpdate<CommandAnswer, [WithdrawInput]>(withdrawUpdate), (input) => withdraw(run, input), {
    description: 'Takes back a vote while its request is open',
    validator: (input: WithdrawInput) => {
      const open = openApproval(run, input.requestId);
      if (open === undefined || isDecided(run, open))
        throw refusal('APPROVAL_NOT_OPEN', 'This request is closed, so the vote stays.');
    },
  });
}

/** Signals of whoever has nothing but the engine at hand; they are obeyed one after another. */
function hearOperators(run: ReleaseRun): void {
  for (const name of operatorSignals) {
    setHandler(defineSignal<[OperatorMessage]>(name), (message) => void run.signals.push({ name, message }), {
      description: `Operator: ${name}, with {by, reason}`,
    });
  }
  void CancellationScope.nonCancellable(() => obeySignals(run));
}
