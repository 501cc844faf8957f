import {
  CancellationScope,
  condition,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { WorkflowVersion } from '../domain/release/workflow-version.ts';
import type { NoticeAnswer, NoticeInput } from '../activities/contract.ts';
import type { ReleasePlan, StagePlan } from '../domain/release/plan.ts';
import {
  releaseTitle,
  type Actor,
  type HoldView,
  type ReleaseOrder,
  type ReleaseView,
  type StageView,
  type Vote,
} from '../domain/release/release.ts';
import { datesOf } from '../domain/release/first-view.ts';
import { isTerminal, type ReleaseState } from '../domain/release/state.ts';
import type { RiskDoubt } from '../domain/risk/snapshot.ts';
import { nameAmong, namesIn } from '../domain/release/names.ts';
import { headlineOf } from '../domain/release/words.ts';
import { Compensations } from './compensations.ts';
import {
  searchAttributes,
  type CalendarChangedMessage,
  type LockGrant,
  type LockPlace,
  type OperatorMessage,
  type OperatorSignal,
  type RetryCheckInput,
  type ToldAnswer,
} from './contract.ts';
import { currentDetails } from './details.ts';
import type { DoorAhead } from './door.ts';
import { causeOf, Stop, type StopCause } from './failures.ts';
import { CheckRounds } from './keep-checks.ts';
import type { Replan } from './phases/replan.ts';
import { Rehearsals } from './rehearsals.ts';
import { riskIndexed } from './risk-index.ts';
import { lastNotices, notices } from './proxies.ts';
import { Recorder, type EventExtras } from './recorder.ts';
import type { EventAction } from '../domain/release/events.ts';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const phaseKey = keyword(searchAttributes.phase);
const environmentKey = keyword(searchAttributes.environment);
const outcomeKey = keyword(searchAttributes.outcome);
/** States in which a hold shows as `held`; before them it leaves the state and shows as a gate (semantics §12). */
export const holdable: readonly ReleaseState[] = ['ready', 'deploying', 'watching'];
/** States that operators search for; the short ones between them are not worth a write to the visibility store. */
const indexed: readonly ReleaseState[] = ['gating', 'deploying', 'rollingBack', 'stuck'];
/** What the index says already is not written again: the API starts a release as waiting at its gates. */
const isIndexedAs = (state: ReleaseState, environment: string | undefined): boolean => {
  const { typedSearchAttributes: at } = workflowInfo();
  return at.get(phaseKey) === state && at.get(environmentKey) === environment;
};

/**
 * Changes that reached releases already open; the names stand in their histories. From the version beside it on, a release has each
 * from its beginning; `Infinity`: no version has it yet, and each has it by its history.
 */
const mendedSince = {
  'a-plan-that-waits-says-why': 3,
  'a-rollback-is-never-rolled-back-by-itself': 3,
  'every-stage-has-the-outdated-guard': 3,
  'looks-at-what-was-done-by-hand': 3,
  'says-from-when-on-it-asks': 3,
  'tells-only-what-is-news': 3,
  'tells-what-holds-it-now': 3,
  'a-ban-meets-other-names-of-its-build': 6,
  'asks-about-nothing-that-is-overtaken': 6,
  'a-lifted-hold-ends-at-once': Infinity,
  'a-skip-passes-over-no-verdict': Infinity,
  'a-way-back-that-is-shut-is-not-taken': Infinity,
  'asks-anew-when-a-way-back-shuts': Infinity,
  'reads-ranges-of-versions': Infinity,
  'tells-no-start-of-what-has-started': Infinity,
  'what-never-began-is-no-part-of-it': Infinity,
} as const satisfies Record<string, number>;

/** Why the gates of a stage are asked anew. */
export interface Reopening {
  because: string;
  /** Samples may have been good by what was lost alone. */
  isWaiverLost?: true;
}

/** Everything one release knows and waits for. Handlers change it; the story reads it. */
export class ReleaseRun {
  /** What was asked for, with what people have changed of it since. */
  order: ReleaseOrder;
  readonly view: ReleaseView;
  readonly recorder: Recorder;
  readonly compensations: Compensations;
  /** The forward way; an abort or a rollback cancels it, and recovery runs outside of it. */
  readonly forward = new CancellationScope();
  plan: ReleasePlan = {
    stages: [],
    components: [],
    onCall: [],
    changes: { count: 0, breaking: 0, truncated: false, top: [] },
  };
  /** The story waits for a change, and will look at once when there is one. */
  isWaiting = false;
  /** Rises with everything that may change a verdict. */
  revision = 0;
  stopping: StopCause | undefined;
  /** Locks granted to this release, by environment. */
  readonly locks = new Map<string, LockGrant>();
  /** Every vote cast, replaced ones too, by request: closing looks at when the outcome turned. */
  readonly cast = new Map<string, Vote[]>();
  /** Ids of decisions that were taken back: the record holds them still, as received. */
  readonly takenBack = new Set<string>();
  /** Environments that were asked for and not given back. */
  readonly requestedLocks = new Set<string>();
  /** When each was asked for: the first instant, and the last time in epoch milliseconds. */
  readonly lockAsks = new Map<string, { first: string; last: number }>();
  /** Place in the queue of an environment, as of when this release joined it. */
  readonly lockPlaces = new Map<string, LockPlace>();
  /** When absences were last asked for, by environment; epoch milliseconds. */
  readonly absencesAskedAt = new Map<string, number>();
  /** What the door said when the lock was granted, by environment. */
  readonly doorAhead = new Map<string, DoorAhead>();
  retry: RetryCheckInput | undefined;
  /** Newest revision of each quarantine that was heard of: news may come twice, and late. */
  readonly seenQuarantines = new Map<string, number>();
  /** Why the risk of a stage could not be assessed, by environment. */
  readonly riskDoubts = new Map<string, RiskDoubt>();
  /** What the last look at the risk of a stage hung on, by environment. */
  readonly riskBases = new Map<string, string>();
  /** Changes of the calendar that it was woken for and has not looked at. */
  readonly wakes: CalendarChangedMessage[] = [];
  /** Ids of all wakes that ever came: the relay may send one twice. */
  readonly seenWakes = new Set<string>();
  /** The request that was void last, by environment: the next one shows what has changed since. */
  readonly previousRequests = new Map<string, string>();
  /** Why the rest is to be planned anew before the next step. */
  replan: Replan | undefined;
  /** Environments for whose stage a task was added that its gates have not seen. */
  readonly stagesWithNewTasks = new Set<string>();
  /** It was delayed, and what holds after that has not been looked at. */
  wasPostponed = false;
  /** Newest revision of each regression that was heard of, by incident. */
  readonly seenRegressions = new Map<string, number>();
  /** Why gates are to be judged anew with nothing agreed to, by environment: a waiver is lost, or a version has regressed. */
  readonly reopened = new Map<string, Reopening>();
  /** Environments whose door was passed, and which have not been asked anew since. */
  readonly beyondDoor = new Set<string>();
  readonly rehearsals = new Rehearsals();
  readonly checkRounds = new CheckRounds();
  /** A look at the calendar is under way beside the story. */
  isAskingCalendar = false;
  readonly signals: { name: OperatorSignal; message: OperatorMessage }[] = [];
  /** Keys of commands already applied. */
  readonly applied = new Set<string>();
  private readonly background: Promise<unknown>[] = [];
  private details = '';

  constructor(order: ReleaseOrder) {
    this.order = order;
    this.view = openingView(order);
    this.recorder = new Recorder(
      this.view,
      this.version >= 5 ? { wants: () => [...this.requestedLocks] } : {},
    );
    this.compensations = new Compensations(this);
  }

  /** Which way it goes where ways differ (docs/adr/0011). */
  get version(): 1 | WorkflowVersion {
    return this.order.workflowVersion ?? 1;
  }

  /** Whether it goes by what was mended: always from the version on that has it, before by what its history says, a marker each. */
  isMended(change: keyof typeof mendedSince): boolean {
    return this.version >= mendedSince[change] || patched(change);
  }

  /** Whether a calendar is asked: releases from before there was one go their way without. */
  get hasCalendar(): boolean {
    return this.version >= 2;
  }

  /** What its gates have not seen sends a stage back before its first step: not where an older worker may share its history. */
  get turnsBackForDoubts(): boolean {
    return this.version >= 4;
  }

  /** What was only rehearsed does not count as begun: not where an older worker may share its history. */
  get rehearsesApart(): boolean {
    return this.version >= 5;
  }

  /** A regression that comes and goes is one: not where an older worker may share its history. */
  get bearsFlapping(): boolean {
    return this.version >= 5;
  }

  /** Checks that only read are tried by one quick look before anything longer: not where an older worker may share its history. */
  get looksQuickly(): boolean {
    return this.version >= 6;
  }

  /** People are reminded of its tasks: not where it was begun before they were. */
  get remindsOfTasks(): boolean {
    return this.version >= 4;
  }

  /** It goes back: the word alone is not enough, where its plan says that nothing shows it. */
  get isBack(): boolean {
    return this.view.intent === 'rollback' && this.plan.onlyCalledBack !== true;
  }

  /** A date or another release is waited for, so the calendar must be asked whatever its rules say. */
  get isDated(): boolean {
    return this.view.schedule !== undefined || (this.view.needs ?? []).length > 0;
  }

  /** How much of it the record was told. */
  get told(): ToldAnswer {
    const { id, seq, updatedAt, ended } = this.view;
    return {
      releaseId: id,
      entries: seq - this.recorder.waiting,
      toldAt: updatedAt,
      hasEnded: ended !== undefined,
    };
  }

  get title(): string {
    return releaseTitle(this.view.components);
  }

  get now(): string {
    return new Date(Date.now()).toISOString();
  }

  get isHeld(): boolean {
    return this.view.holds.length > 0;
  }

  /** The stage as it is planned now: what runs there may have changed since the release began. */
  stagePlan(environment: string): StagePlan {
    const stage = this.plan.stages.find((candidate) => candidate.environment === environment);
    if (!stage) throw new Error(`stage ${environment} is not in the plan`);
    return stage;
  }

  stageView(stage: StagePlan): StageView {
    const view = this.view.stages.find((candidate) => candidate.environment === stage.environment);
    if (!view) throw new Error(`stage ${stage.environment} is not in the view`);
    return view;
  }

  /** Adds an event to the log and renews the headline that everybody reads. */
  tell(action: EventAction, object: string, sentence: string, extras: EventExtras = {}, lazy = false): void {
    this.refresh();
    this.recorder.tell(action, object, sentence, extras, lazy);
  }

  /** Moves the release to another state; the caller tells why. */
  enter(state: ReleaseState): void {
    if (this.view.state === state) return;
    this.view.state = state;
    if (isTerminal(state))
      upsertSearchAttributes([
        { key: phaseKey, value: state },
        { key: outcomeKey, value: state },
        ...riskIndexed(this.plan, this.view),
      ]);
    else if (indexed.includes(state) && !(this.version >= 2 && isIndexedAs(state, this.view.stage))) {
      const environment = this.view.stage ? [{ key: environmentKey, value: this.view.stage }] : [];
      upsertSearchAttributes([
        { key: phaseKey, value: state },
        ...environment,
        ...riskIndexed(this.plan, this.view),
      ]);
    }
    this.refresh();
  }

  /** How a sentence calls a person: by name, where the policy that this release follows knows one. */
  readonly nameOf = (person: string): string => nameAmong(this.plan.stages[0]?.candidates ?? [], person);

  refresh(): void {
    const names = namesIn(this.view, this.plan.stages[0]?.candidates ?? []);
    if (names) this.view.names = names;
    this.view.headline = headlineOf(this.view, this.now);
    const details = currentDetails(this.view);
    if (details === this.details) return;
    this.details = details;
    setCurrentDetails(details);
  }

  /** Something happened that a verdict may hang on: whoever waits looks again. */
  touch(): void {
    this.revision += 1;
  }

  /** Waits until something changes or `until` (epoch milliseconds) is reached. */
  async change(since: number, until: number | undefined, summary: string): Promise<void> {
    const changed = () => this.revision !== since;
    if (changed()) return;
    this.recorder.hurry();
    this.isWaiting = true;
    try {
      if (until === undefined) await condition(changed);
      else await condition(changed, Math.max(1, until - Date.now()), { summary });
    } finally {
      this.isWaiting = false;
    }
  }

  hold(hold: Omit<HoldView, 'at'>, actor?: Actor): void {
    this.view.holds.push({ ...hold, at: this.now });
    if (holdable.includes(this.view.state)) this.enter('held');
    this.tell('hold.set', this.title, `${this.title} is held: ${hold.reason}`, {
      reason: hold.reason,
      ...(actor ? { actor } : {}),
    });
    this.touch();
  }

  /**
   * Lifts holds; false where none of them is such. After the last, what the release does is said again at once, though it only stays or soaks:
   * else nothing could be done in that.
   */
  lift(isLifted: (hold: HoldView) => boolean): boolean {
    const staying = this.view.holds.filter((hold) => !isLifted(hold));
    if (staying.length === this.view.holds.length) return false;
    this.view.holds.splice(0, this.view.holds.length, ...staying);
    if (!this.isHeld && this.view.state === 'held' && this.isMended('a-lifted-hold-ends-at-once'))
      this.enter(this.stateOfStage);
    return true;
  }

  /** What the release does in its stage, beside any hold. */
  get stateOfStage(): ReleaseState {
    const stage = this.view.stages.find(({ environment }) => environment === this.view.stage);
    return stage?.state === 'watching' || stage?.state === 'ready' ? stage.state : 'deploying';
  }

  /** Mail goes out beside the story: a mail server that is away must not stop a release. It is handed over with the record. */
  notify(notice: Omit<NoticeInput, 'releaseId'>): void {
    const people = [...new Set(notice.to)];
    if (people.length === 0) return;
    const whole: NoticeInput = { ...notice, to: people, releaseId: this.view.id };
    if (this.version >= 2) this.recorder.noticed(whole);
    else this.sendBeside(whole);
  }

  /** The first way: an activity for each mail. */
  private sendBeside(notice: NoticeInput): void {
    const sending = CancellationScope.nonCancellable(async () => {
      try {
        const answer = await this.send(notice);
        for (const failed of answer.failed) {
          this.recorder.tell(
            'notice.failed',
            failed.person,
            `A mail to ${failed.person} could not be sent: ${failed.because}`,
          );
        }
      } catch (error) {
        this.recorder.tell(
          'notice.failed',
          notice.to.join(', '),
          `A mail was given up: ${causeOf(error).because}`,
        );
      }
    });
    this.background.push(sending);
  }

  /** Mail of a release that has ended goes out at once, for nobody waits behind it; where that fails, as any other. */
  private async send(notice: NoticeInput): Promise<NoticeAnswer> {
    if (isTerminal(this.view.state)) {
      try {
        return await this.recorder.alone(() => lastNotices.sendNotices(notice));
      } catch {
        // the mail server is slow or away; whoever has the mail already does not get it again
      }
    }
    const summary = `mail ${notice.kind} to ${notice.to.join(', ')}`;
    return notices.sendNotices.executeWithOptions({ summary }, [notice]);
  }

  /** All mail of this release is out or given up. */
  async settled(): Promise<void> {
    await CancellationScope.nonCancellable(() => Promise.all(this.background));
  }

  /** Takes the release off its forward way; the first cause stands. */
  stop(cause: StopCause): void {
    if (this.stopping) return;
    this.stopping = cause;
    this.touch();
    this.forward.cancel();
  }

  /** Throws the pending stop, if there is one: called where the story may be left. */
  leaveIfStopped(): void {
    if (this.stopping) throw new Stop(this.stopping);
  }

  /** People who must know how this release goes: its owner and whoever asked for it. */
  get audience(): string[] {
    const requester =
      this.order.requestedBy.person ??
      (this.order.requestedBy.kind === 'person' ? this.order.requestedBy.id : undefined);
    return [this.plan.owner, requester].filter((person): person is string => person !== undefined);
  }
}

function openingView(order: ReleaseOrder): ReleaseView {
  return {
    id: order.releaseId,
    workflowId: workflowInfo().workflowId,
    attempt: order.attempt,
    components: order.components,
    intent: order.intent,
    ...(order.to ? { to: order.to } : {}),
    requestedBy: order.requestedBy,
    ...(order.reason ? { reason: order.reason } : {}),
    ...datesOf(order),
    policyDigest: order.policyDigest,
    state: 'draft',
    headline: `${releaseTitle(order.components)} is being planned.`,
    stages: [],
    residue: 'none',
    holds: [],
    changes: { count: 0, breaking: 0, truncated: false, top: [] },
    createdAt: order.createdAt,
    updatedAt: order.createdAt,
    seq: 0,
  };
}
