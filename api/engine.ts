import { WorkflowExecutionAlreadyStartedError, type Client, type Connection } from '@temporalio/client';
import { TypedSearchAttributes, defineSearchAttributeKey } from '@temporalio/common';
import type { RiskInput } from '../activities/contract.ts';
import { closeRemedy } from '../domain/release/close-command.ts';
import { releaseTitle, type ReleaseOrder } from '../domain/release/release.ts';
import { isRunOf, takenByAnother, type RunOfOrder } from '../domain/release/run-of-order.ts';
import type { StallCause } from '../domain/release/stalled.ts';
import type { RiskSnapshot } from '../domain/risk/snapshot.ts';
import { GantryError } from '../platform/errors.ts';
import { newId } from '../platform/ids.ts';
import type { Stalls } from '../platform/record/stalled.ts';
import { within } from '../platform/temporal/connect.ts';
import { orderOfRun } from '../platform/temporal/order-of-run.ts';
import { releaseRuns, type ReleaseRuns } from '../platform/temporal/release-runs.ts';
import { runnerLastPolled, workersLastPolled } from '../platform/temporal/runner-pollers.ts';
import { untilTaken } from '../platform/temporal/until-taken.ts';
import {
  environmentWorkflow,
  releaseWorkflow,
  searchAttributes,
  toldQuery,
  taskQueue,
} from '../workflows/contract.ts';
import { calendarWatchId, calendarWatchWorkflow } from '../workflows/contract-calendar-watch.ts';
import { riskPreviewWorkflow } from '../workflows/contract-risk.ts';
import { trainWorkflow, type TrainState } from '../workflows/contract-train.ts';
import { watchWorkflow } from '../workflows/contract-watch.ts';
import { engineProblem } from './engine-problem.ts';

/** What Temporal is told at the start of a release, for people who look at it there. */
export interface StartInput {
  workflowId: string;
  order: ReleaseOrder;
  environment: string;
  /** Plain text, at most 400 bytes. */
  summary: string;
  /** Markdown, at most 20,000 bytes. */
  details: string;
}

export interface UpdateInput {
  workflowId: string;
  name: string;
  /** Temporal answers a second update of the same id with the first result. */
  updateId: string;
  input: unknown;
  /** Milliseconds that are left for it, where it is one of several calls for one answer. */
  withinMs?: number;
}

export interface SignalInput {
  workflowId: string;
  name: string;
  input?: unknown;
}

/** What the API asks of Temporal. Each ends within five seconds, with an answer or a known problem. */
export interface Engine {
  /**
   * Starting a release twice is harmless: the run of this order stays the same run, also once it has ended. ENGINE_DISAGREES where the workflow id is
   * taken by a run that another order has started: nothing is attached to that.
   */
  start(input: StartInput): Promise<void>;
  /** Starts the workflow of a train; one that runs already is left alone. `withinMs`: as of an update. */
  startTrain(input: { workflowId: string; state: TrainState; withinMs?: number }): Promise<void>;
  /** Starts the one workflow that warns of freezes; where it runs it is left alone. */
  startCalendarWatch(): Promise<void>;
  update(input: UpdateInput): Promise<unknown>;
  /** Tells a workflow something that nobody waits for. RELEASE_ENDED where none of that name is open. */
  signal(input: SignalInput): Promise<void>;
  /** A state that a workflow tells of itself. `withinMs`: as of an update. */
  query(workflowId: string, name: string, withinMs?: number): Promise<unknown>;
  /** Has a worker look at a risk, which asks sources outside and so takes up to a minute. Changes nothing. */
  assessRisk(input: RiskInput): Promise<RiskSnapshot>;
  /** Workflows that no worker can move, as far as the engine has marked them. */
  stalled(): Promise<Stalls>;
  /** How the engine has these workflows of releases, and all others that run; by workflow id. */
  releaseRuns(workflowIds: readonly string[], stopped?: AbortSignal): Promise<ReleaseRuns>;
  /** The run under a workflow id, and the order that it was started with. */
  runOf(workflowId: string): Promise<RunOfOrder>;
  /** When a worker asked for the work of this runner last; undefined where the engine does not remember. */
  runnerPolledAt(runner: string): Promise<Date | undefined>;
  /** When an ordinary worker asked for work last, by the same clock: the engine's time, at most a minute late while one lives. */
  workersPolledAt(): Promise<Date | undefined>;
  /** Whether the server answers at all. */
  isReachable(): Promise<boolean>;
}

/** With what is to be done before and after, the caller has its answer within five seconds (trust §8, row 10). */
export const answerMs = 4_800;
const lookMs = 1_500;
const assessMs = 60_000;
const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

/** The engine behind a Temporal client. Every call has a deadline: a lazy connection without one hangs for many seconds. */
export function temporalEngine({ connection, client }: { connection: Connection; client: Client }): Engine {
  const ask = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    try {
      return await within(connection, ms, work);
    } catch (error) {
      throw engineProblem(error);
    }
  };
  return {
    start: (input) => ask(answerMs, () => startRelease({ connection, client }, input)),
    startTrain: async ({ workflowId, state, withinMs = answerMs }) => {
      await ask(Math.min(answerMs, withinMs), () =>
        client.workflow.start(trainWorkflow, {
          workflowId,
          taskQueue,
          args: [state],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `train ${state.train}`,
        }),
      );
    },
    startCalendarWatch: async () => {
      await ask(answerMs, () =>
        client.workflow.start(calendarWatchWorkflow, {
          workflowId: calendarWatchId,
          taskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'warns people of freezes',
        }),
      );
    },
    update: ({ workflowId, name, updateId, input, withinMs = answerMs }) =>
      ask(Math.min(answerMs, withinMs), () =>
        untilTaken(async () =>
          client.workflow.getHandle(workflowId).executeUpdate(name, { args: [input], updateId }),
        ),
      ),
    signal: ({ workflowId, name, input }) =>
      ask(answerMs, () =>
        client.workflow.getHandle(workflowId).signal(name, ...(input === undefined ? [] : [input])),
      ),
    query: (workflowId, name, withinMs = lookMs) =>
      ask(Math.min(lookMs, withinMs), () => client.workflow.getHandle(workflowId).query(name)),
    assessRisk: (input) => ask(assessMs, () => assess(client, input)),
    stalled: () => ask(answerMs, () => findStalled(client)),
    releaseRuns: (workflowIds, stopped) =>
      releaseRuns(
        { connection, client },
        { type: releaseWorkflow, query: toldQuery, workflowIds, stopped },
      ).catch((error: unknown) => {
        throw engineProblem(error);
      }),
    runOf: (workflowId) => ask(answerMs, () => orderOfRun({ connection, client }, workflowId)),
    runnerPolledAt: (runner) =>
      ask(lookMs, () => runnerLastPolled(connection, client.options.namespace, runner)),
    workersPolledAt: () =>
      ask(lookMs, () => workersLastPolled(connection, client.options.namespace, taskQueue)),
    isReachable: () =>
      ask(lookMs, () => connection.workflowService.getSystemInfo({})).then(
        () => true,
        () => false,
      ),
  };
}

const assess = (client: Client, input: RiskInput): Promise<RiskSnapshot> =>
  client.workflow.execute<(asked: RiskInput) => Promise<RiskSnapshot>>(riskPreviewWorkflow, {
    workflowId: `risk/${newId('req')}`,
    taskQueue,
    args: [input],
    workflowExecutionTimeout: assessMs,
    staticSummary: `risk of ${input.components.map(({ service, version }) => `${service} ${version}`).join(', ')}`,
  });

/** More than so many are not looked at; those that were known are then not taken for moving again. */
const mostStalled = 500;
/** The engine marks a run after some tries that failed in a row, and takes the mark away after one that did not. */
const problemsKey = defineSearchAttributeKey('TemporalReportedProblems', 'KEYWORD_LIST');
const failing = 'category=WorkflowTaskFailed';
const hanging = 'category=WorkflowTaskTimedOut';
/** Others may share the namespace: what fails there is not for us to tell of. */
const ours = [releaseWorkflow, environmentWorkflow, trainWorkflow, watchWorkflow, calendarWatchWorkflow];

async function findStalled(client: Client): Promise<Stalls> {
  const types = ours.map((type) => `'${type}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN (${types}) AND TemporalReportedProblems IN ('${failing}', '${hanging}')`;
  const found: { workflowId: string; cause: StallCause }[] = [];
  for await (const { workflowId, typedSearchAttributes } of client.workflow.list({ query })) {
    if (found.length >= mostStalled) return { found, isAll: false };
    const isHanging = !typedSearchAttributes.get(problemsKey)?.includes(failing);
    found.push({ workflowId, cause: isHanging ? 'hangs' : 'fails' });
  }
  return { found, isAll: true };
}

async function startRelease(
  { connection, client }: { connection: Connection; client: Client },
  input: StartInput,
): Promise<void> {
  try {
    await startWorkflow(client, input);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { workflowId, order } = input;
    const run = await orderOfRun({ connection, client }, workflowId);
    if (run.kind === 'missing') throw error; // gone in this moment: the next try starts it
    if (isRunOf(run, order) !== true)
      throw new GantryError(
        'ENGINE_DISAGREES',
        {
          detail: takenByAnother(releaseTitle(order.components), workflowId, run),
          fix: closeRemedy(order.releaseId),
        },
        { cause: error },
      );
  }
}

async function startWorkflow(
  client: Client,
  { workflowId, order, environment, summary, details }: StartInput,
): Promise<void> {
  await client.workflow.start(releaseWorkflow, {
    workflowId,
    taskQueue,
    args: [order],
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keyword(searchAttributes.service), value: order.components[0]?.service ?? '' },
      { key: keyword(searchAttributes.environment), value: environment },
      { key: keyword(searchAttributes.phase), value: 'gating' },
    ]),
    staticSummary: summary,
    staticDetails: details,
  });
}
