import { ApplicationFailure } from '@temporalio/common';
import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import { prepareRequest } from '../../activities/approvals/prepare-request.ts';
import { planTaskReminders } from '../../activities/tasks/plan-task-reminders.ts';
import { laterNow } from '../../activities/clock.ts';
import { createLocks } from '../../activities/environments/locks.ts';
import type {
  Activities,
  AnalyseInput,
  AnalysisResult,
  CheckInput,
  CheckResult,
  DoorAnswer,
  DoorInput,
  NoticeInput,
  OperationInput,
  OperationResult,
  RecordBatch,
  StandingInput,
} from '../../activities/contract.ts';
import type { AwaitSourcesInput, SourcesAnswer } from '../../activities/contract-analysis.ts';
import type { ProbeInput } from '../../activities/contract-runner.ts';
import type { Reading } from '../../domain/rollout/drift.ts';
import type { StandingFacts } from '../../domain/gates/standing.ts';
import type { RiskSnapshot } from '../../domain/risk/snapshot.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import type { Absence } from '../../domain/gates/approvals/stand-ins.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { newestWorkflowVersion } from '../../domain/release/workflow-version.ts';
import type { ReleasePlan, StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseOrder, ReleaseView } from '../../domain/release/release.ts';
import { CommandDeployerSchema } from '../../domain/policy/deployer.schema.ts';
import { planRollout } from '../../domain/rollout/plan.ts';
import { MetricSchema } from '../../domain/policy/metric.schema.ts';
import { CommandCheckSchema } from '../../domain/policy/check.schema.ts';
import { untilTaken } from '../../platform/temporal/until-taken.ts';
import {
  calendarChangedSignal,
  type CalendarChangedMessage,
  decideUpdate,
  releaseWorkflow,
  releaseWorkflowId,
  stateQuery,
  type DecideAnswer,
  type DecideInput,
} from '../../workflows/contract.ts';
import type { ReleaseOutcome } from '../../workflows/phases/conclude.ts';
import { aSnapshot } from './a-snapshot.ts';
import { WorldCalendar } from './world-calendar.ts';
import { WorldLocks } from './world-locks.ts';
import { WorldRunners } from './world-runners.ts';
import { WorldTrains } from './world-trains.ts';
import { WorldWatch } from './world-watch.ts';

const hour = 3_600_000;

/** A stage with one check, no approvals and one step; every test says what is special about its own. */
export function aStage(over: Partial<StagePlan> = {}): StagePlan {
  return {
    environment: 'production',
    production: true,
    exclusive: true,
    checks: [CommandCheckSchema.parse({ id: 'unit', kind: 'command', run: ['true'] })],
    rules: [],
    candidates: [
      { id: 'ana', name: 'Ana', roles: ['qa'] },
      { id: 'ben', name: 'Ben', roles: ['qa', 'developer'] },
      { id: 'sam', name: 'Sam', roles: ['security'] },
    ],
    excluded: [],
    approval: { expiresMs: 72 * hour, graceMs: 0, onExpiry: 'close', assurance: 'link' },
    engineSignals: 'allow',
    deploy: CommandDeployerSchema.parse({ kind: 'command', apply: ['deploy'], undo: ['undo'] }),
    deployTimeoutMs: 60_000,
    analysis: [],
    soakMs: 0,
    autoRollback: true,
    doubt: { answerMs: hour, sourceBackMs: hour / 2 },
    components: [
      { service: 'shop', version: '1.4.0', mode: 'deploy', previousVersion: '1.3.0', dependsOn: [] },
    ],
    subjectDigest: 'd'.repeat(64),
    ...over,
  };
}

export const qaRule = { role: 'qa', atLeast: 1, not: ['author' as const] };
export const steps = (...weights: [weight: number, hold: string][]): StagePlan['deploy'] =>
  CommandDeployerSchema.parse({
    kind: 'command',
    apply: ['deploy'],
    undo: ['undo'],
    steps: weights.map(([weight, hold]) => ({ weight, hold })),
  });
/** A stage that comes out as these settings say, with its steps planned ahead. */
export const comingOut = (settings: object, over: Partial<StagePlan> = {}): StagePlan => {
  const deploy = CommandDeployerSchema.parse({
    kind: 'command',
    apply: ['deploy'],
    undo: ['undo'],
    ...settings,
  });
  return aStage({ deploy, rollout: planRollout(deploy), ...over });
};
export const aMetric = MetricSchema.parse({
  id: 'errors',
  kind: 'json',
  url: 'http://127.0.0.1/',
  pointer: '/rate',
  failWhen: 'value > 0.02',
});

/** What the world does when it is asked; a test changes what it needs. */
export interface Behaviour {
  stages: StagePlan[];
  refused?: ReleasePlan['refused'];
  supersedes?: ReleasePlan['supersedes'];
  /** How often the source cannot be read before it can. */
  sourceAway: number;
  runCheck: (input: CheckInput) => Promise<Partial<CheckResult>>;
  /** What a quick first try tells of a check that only reads; null: nothing. */
  quickCheck: (input: CheckInput) => Promise<Partial<CheckResult> | null>;
  applyStep: (input: OperationInput) => Promise<OperationResult>;
  undoComponent: (input: OperationInput) => Promise<OperationResult>;
  analyse: (input: AnalyseInput) => Promise<Partial<AnalysisResult>>;
  awaitSources: (input: AwaitSourcesInput) => Promise<SourcesAnswer>;
  /** What really runs. */
  probe: (input: ProbeInput) => Promise<Reading>;
  door: (input: DoorInput) => DoorAnswer;
  standing: (input: StandingInput) => StandingFacts;
  quarantines?: ReleasePlan['quarantines'];
  regressions?: ReleasePlan['regressions'];
  /** Nothing shows that what is called a rollback goes back. */
  onlyCalledBack?: true;
  escalation?: ReleasePlan['escalation'];
  /** How risky it is; called at every look. */
  risk: () => RiskSnapshot | Promise<RiskSnapshot>;
  /** What happens while a request is prepared. */
  prepared: () => Promise<void>;
  /** What happens while a batch is written down: the record may be slow, and others change it meanwhile. */
  recorded: (batch: RecordBatch) => Promise<void>;
  received: DecideInput[];
  /** How often the record cannot be asked for received decisions before it can. */
  unreadable: number;
  absences: Absence[];
}

const rehearsed = ({ isRehearsal }: OperationInput): string => (isRehearsal === true ? 'rehearsal: ' : '');
/** Which part of the environment, and what is done there, where the rollout says so. */
const partOf = ({ target, action }: OperationInput): string =>
  `${action === undefined ? '' : ` ${action}`}${target === undefined ? '' : ` on ${target}`}`;
const done: OperationResult = { outcome: 'done', because: 'done' };

/** The world around one test: in memory, and it remembers everything that was done to it. */
export class ReleaseWorld {
  readonly behaviour: Behaviour = {
    stages: [aStage()],
    sourceAway: 0,
    runCheck: async () => ({}),
    quickCheck: async () => null,
    applyStep: async () => done,
    undoComponent: async () => done,
    analyse: async () => ({}),
    awaitSources: async () => ({ isBack: false, because: 'errors: it does not answer' }),
    probe: async () => ({ kind: 'runs', version: '1.3.0', because: 'its probe says 1.3.0' }),
    door: () => ({ kind: 'open', because: 'both agree' }),
    standing: ({ now }) => ({ at: now }),
    risk: () => aSnapshot(),
    prepared: async () => undefined,
    recorded: async () => undefined,
    received: [],
    unreadable: 0,
    absences: [],
  };
  /** As the policy knows them where it says more than the candidates do: their managers. */
  people: Policy['people'] = [];
  readonly calendar = new WorldCalendar();
  readonly locks = new WorldLocks();
  readonly trains = new WorldTrains();
  readonly runners = new WorldRunners();
  readonly watch = new WorldWatch();
  /** How far the clock of activities is ahead of the workflow's: they were scheduled long before they were done. */
  lateMs = 0;
  /** When the calendar watch has looked, and what it was told to look at next. */
  readonly warnings: { looks: string[]; nextAt?: string } = { looks: [] };
  readonly events: (NewEvent & { releaseId: string })[] = [];
  readonly batches: RecordBatch[] = [];
  readonly notices: NoticeInput[] = [];
  /** Every effect on the outside, in order: `apply shop 10`, `undo shop`. */
  readonly effects: string[] = [];
  view: ReleaseView | undefined;
  readonly handles: WorkflowHandle<() => Promise<ReleaseOutcome>>[] = [];
  readonly client: Client;
  readonly taskQueue: string;

  constructor(connection: Connection, taskQueue: string) {
    this.client = new Client({ connection });
    this.taskQueue = taskQueue;
  }

  private readonly clock = (): number => Date.now() + this.lateMs;

  get activities(): Activities {
    const { behaviour } = this;
    const checkDoor: Activities['checkDoor'] = async (input) => behaviour.door(input);
    const locks = createLocks(this.client, {
      ...{ rows: this.locks, queue: this.taskQueue, checkDoor, aftermathMs: 0 },
    });
    return {
      planRelease: async (order) => this.plan(order),
      readReceived: async ({ known }) => {
        if (behaviour.unreadable > 0) {
          behaviour.unreadable -= 1;
          throw new Error('the database is away');
        }
        return { decisions: behaviour.received.filter((one) => !known.includes(one.decisionId)) };
      },
      prepareRequest: async (input) => {
        await behaviour.prepared();
        return prepareRequest(
          input,
          { organisation: { name: 'Acme', zone: 'UTC', onCall: [] }, people: this.people },
          behaviour.absences.filter(({ from, until }) => from <= input.openedAt && input.openedAt < until),
        );
      },
      planTaskReminders: async (input) =>
        planTaskReminders(
          input,
          { organisation: { name: 'Acme', zone: 'UTC', onCall: [] }, people: this.people },
          behaviour.absences
            .filter(({ from, until }) => from <= input.now && input.now < until)
            .map(({ person }) => person),
        ),
      checkDoor,
      readStanding: async (input) => behaviour.standing(input),
      assessRisk: async ({ now }) => ({ ...(await behaviour.risk()), at: now }),
      judgeCalendar: async (input) => this.calendar.judge({ ...input, now: laterNow(input.now, this.clock) }),
      warnOfFreezes: async ({ now }) => {
        this.warnings.looks.push(now);
        const { nextAt } = this.warnings;
        return nextAt === undefined || nextAt <= now ? {} : { nextAt };
      },
      record: async (batch) => {
        const answer = this.record(batch);
        await behaviour.recorded(batch);
        const owner = batch.workflow.id;
        const unwanted = batch.wants ? this.locks.unwanted(owner, batch.wants) : [];
        for (const environment of new Set([...(batch.freed ?? []), ...unwanted]))
          await locks.freeLock({ environment, owner });
        return {
          ...answer,
          calendarRevision: this.calendar.revision,
          at: new Date(this.clock()).toISOString(),
        };
      },
      recordEnvironment: async () => undefined,
      receiveSignal: async (input) => ({
        decision: {
          decisionId: `dec_signal_${input.number}`,
          requestId: input.requestId,
          person: input.by,
          choice: input.choice,
          comment: input.reason,
          subjectDigest: input.subjectDigest,
          receivedAt: input.at,
          via: 'signal',
        },
      }),
      sendNotices: async (notice) => {
        this.notices.push(notice);
        this.wake();
        return { sent: notice.to.length, failed: [] };
      },
      ...this.trains.activities,
      ...this.watch.activities,
      ...locks,
      runCheck: async (input) => ({ ...passedCheck(input), ...(await behaviour.runCheck(input)) }),
      makeQuickChecks: async ({ checks }) =>
        Promise.all(
          checks.map(async (input) => {
            const told = await behaviour.quickCheck(input);
            return told && { ...passedCheck(input), ...told };
          }),
        ),
      applyStep: async (input) => {
        this.locks.assertHeld(input);
        this.effects.push(
          `${rehearsed(input)}apply ${input.component.service} ${input.weight}${partOf(input)}`,
        );
        return behaviour.applyStep(input);
      },
      undoComponent: async (input) => {
        this.effects.push(`${rehearsed(input)}undo ${input.component.service}${partOf(input)}`);
        return behaviour.undoComponent(input);
      },
      ...this.runners.activities,
      probeComponent: async (input) => behaviour.probe(input),
      analyse: async (input) => ({
        phase: 'passed',
        because: 'all metrics passed',
        metrics: [],
        endedAt: new Date().toISOString(),
        ...(await behaviour.analyse(input)),
      }),
      awaitSources: async (input) => behaviour.awaitSources(input),
    };
  }

  /** Starts a release of shop 1.4.0 and gives its handle. */
  async start(over: Partial<ReleaseOrder> = {}): Promise<WorkflowHandle<() => Promise<ReleaseOutcome>>> {
    const order: ReleaseOrder = {
      releaseId: `rel_${crypto.randomUUID().replaceAll('-', '')}`,
      attempt: 1,
      components: [{ service: 'shop', version: `1.4.0-${crypto.randomUUID().slice(0, 8)}` }],
      intent: 'deploy',
      requestedBy: { id: 'ben', kind: 'person' },
      createdAt: new Date().toISOString(),
      policyDigest: 'p'.repeat(64),
      workflowVersion: newestWorkflowVersion,
      ...over,
    };
    const handle = (await this.client.workflow.start(releaseWorkflow, {
      workflowId: releaseWorkflowId(order),
      taskQueue: this.taskQueue,
      args: [order],
    })) as WorkflowHandle<() => Promise<ReleaseOutcome>>;
    this.handles.push(handle);
    return handle;
  }

  /** Waits until the recorded view is as asked: the record is what everybody else sees, so tests look there too. */
  async until(isSo: (view: ReleaseView) => boolean, what = 'the view to change'): Promise<ReleaseView> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      if (this.view && isSo(this.view)) return this.view;
      if (Date.now() > deadline)
        throw new Error(
          `waited in vain for ${what}; the release says: ${this.view?.state} ${this.view?.headline}`,
        );
      await this.nextRecord();
    }
  }

  /** Votes as the API does it. */
  async decide(
    handle: WorkflowHandle,
    person: string,
    choice: 'approve' | 'reject',
    over: Partial<DecideInput> = {},
  ): Promise<DecideAnswer> {
    const approval = this.view?.stages.find((stage) => stage.approval?.state === 'open')?.approval;
    const decision: DecideInput = {
      decisionId: `dec_${crypto.randomUUID()}`,
      requestId: approval?.requestId ?? 'none',
      person,
      choice,
      ...(choice === 'reject' ? { comment: 'carts are lost' } : {}),
      subjectDigest: approval?.subjectDigest ?? '',
      receivedAt: new Date().toISOString(),
      via: 'link',
      ...over,
    };
    return untilTaken(async () =>
      handle.executeUpdate<DecideAnswer, [DecideInput]>(decideUpdate, {
        args: [decision],
        updateId: decision.decisionId,
      }),
    );
  }

  async command<I extends object>(handle: WorkflowHandle, name: string, input: I): Promise<unknown> {
    const command = { by: { id: 'ben', kind: 'person' }, commandId: crypto.randomUUID(), ...input };
    const updateId = crypto.randomUUID(); // of its own: one command id sent twice is for the workflow to notice
    return untilTaken(async () => handle.executeUpdate(name, { args: [command], updateId }));
  }

  /** Tells a release of a change in the calendar, as the relay does. */
  async wakeRelease(
    handle: WorkflowHandle,
    sentence: string,
    wakeId: string = crypto.randomUUID(),
  ): Promise<void> {
    this.calendar.revision += 1;
    const message: CalendarChangedMessage = { wakeId, revision: this.calendar.revision, sentence };
    await handle.signal(calendarChangedSignal, message);
  }

  async state(handle: WorkflowHandle): Promise<ReleaseView> {
    return handle.query<ReleaseView, []>(stateQuery);
  }

  private waiters: (() => void)[] = [];

  private async nextRecord(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Has the next step stand still once it has begun; later ones are done at once. */
  holdStep(): { begun: Promise<void>; letGo: () => void } {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const begun = new Promise<void>((resolve) => {
      this.behaviour.applyStep = async () => {
        this.behaviour.applyStep = async () => done;
        resolve();
        await held;
        return done;
      };
    });
    return { begun, letGo };
  }

  /** Lets whoever waits for this world look again. */
  wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }

  private plan(order: ReleaseOrder): ReleasePlan {
    const { stages, refused, supersedes } = this.behaviour;
    if (this.behaviour.sourceAway > 0) {
      this.behaviour.sourceAway -= 1;
      throw ApplicationFailure.create({
        type: 'SOURCE_UNREADABLE',
        message: 'The repository does not answer.',
      });
    }
    return {
      stages: stages.map((stage) => ({
        ...stage,
        environment: `${stage.environment}-${this.taskQueue}`, // locks of the same name would meet across test files
        components: stage.components.map((component) => ({
          ...component,
          version:
            order.components.find((one) => one.service === component.service)?.version ?? component.version,
        })),
      })),
      components: order.components,
      changes: { count: 2, breaking: 0, truncated: false, top: [] },
      owner: 'ben',
      onCall: ['sam'],
      indexesRisk: true,
      ...(supersedes && order.supersedes ? { supersedes } : {}),
      ...(this.behaviour.quarantines ? { quarantines: this.behaviour.quarantines } : {}),
      ...(this.behaviour.regressions ? { regressions: this.behaviour.regressions } : {}),
      ...(this.behaviour.onlyCalledBack ? { onlyCalledBack: true } : {}),
      ...(this.behaviour.escalation ? { escalation: this.behaviour.escalation } : {}),
      ...(refused ? { refused } : {}),
    };
  }

  private record(batch: RecordBatch): { recorded: number } {
    const known = new Set(
      this.events.filter((event) => event.releaseId === batch.releaseId).map((event) => event.key),
    );
    const fresh = batch.events.filter((event) => !known.has(event.key));
    this.events.push(...fresh.map((event) => ({ ...event, releaseId: batch.releaseId })));
    this.batches.push(batch);
    this.notices.push(...(batch.notices ?? []));
    if (!this.view || batch.view.id !== this.view.id || batch.view.seq >= this.view.seq)
      this.view = batch.view;
    this.wake();
    return { recorded: fresh.length };
  }
}

const passedCheck = (input: CheckInput): CheckResult => ({
  outcome: 'passed',
  summary: 'all passed',
  resultId: `res_${input.check.id}_${input.round}`,
  startedAt: new Date().toISOString(),
  endedAt: new Date().toISOString(),
});
