import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type {
  ClosedApproval,
  DeploymentChange,
  GlassReviewInput,
  NoticeInput,
  OpenApprovalInput,
  RecordBatch,
  RenewedApproval,
  RehearsalRow,
} from '../activities/contract.ts';
import type { RecordAnswer } from '../activities/contract.ts';
import type { EventAction, NewEvent } from '../domain/release/events.ts';
import type { Actor, ReleaseView } from '../domain/release/release.ts';
import { record } from './proxies.ts';

/** What else an event says besides its sentence. */
export interface EventExtras {
  actor?: Actor;
  reason?: string;
  facts?: Record<string, unknown>;
  requestId?: string;
}

type Rows = Required<
  Pick<RecordBatch, 'deployments' | 'opened' | 'renewed' | 'closed' | 'notices' | 'freed'>
> &
  Pick<RecordBatch, 'waivers' | 'rehearsals' | 'reviews' | 'quarantined'>;
const noRows = (): Rows => ({
  deployments: [],
  opened: [],
  renewed: [],
  closed: [],
  notices: [],
  freed: [],
});

const system: Actor = { id: 'gantry', kind: 'system' };

/**
 * Numbers the events of one release and writes them, with the view after them, in batches. Everything that happens in one
 * activation goes in one row transaction; `written()` is the barrier before an effect: written down before it is done.
 */
export class Recorder {
  private readonly view: ReleaseView;
  private readonly wants: (() => string[]) | undefined;
  private events: NewEvent[] = [];
  private rows: Rows = noRows();
  private writing = false;
  /** The calendar's revision and the writer's clock as of the last batch; absent in histories from before they were told. */
  reading: { revision?: number; at: string } | undefined;
  private urgent = false;
  private last: Promise<void> = Promise.resolve();
  /** Local activities that have begun so far. */
  turns = 0;
  /** Local activities that are under way, or wait for their turn. */
  private busy = 0;

  /**
   * @param how with `wants`, from version 5 on: which environments are held or asked for, as each batch says; and a batch waits for
   * other local activities, so that what follows from their answers is in it
   */
  constructor(view: ReleaseView, { wants }: { wants?: () => string[] } = {}) {
    this.view = view;
    this.wants = wants;
    void CancellationScope.nonCancellable(() => this.writeForever());
  }

  /**
   * Runs one local activity at a time. Two that end within one workflow task come back one by one the first time, but
   * together in a replay; what hangs on that order, such as the size of a batch, would then differ.
   */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.busy += 1;
    const mine = this.last.then(() => {
      this.turns += 1;
      return work();
    });
    const isOver = (): void => void (this.busy -= 1);
    this.last = mine.then(isOver, isOver);
    return mine;
  }

  /** Adds an event. It is written at the end of this activation, or with the next batch where `lazy`. */
  tell(action: EventAction, object: string, sentence: string, extras: EventExtras = {}, lazy = false): void {
    this.view.seq += 1;
    const at = new Date(Date.now()).toISOString();
    this.view.updatedAt = at;
    this.events.push({
      key: String(this.view.seq),
      at,
      actor: extras.actor ?? system,
      action,
      object,
      sentence,
      ...optional(extras),
    });
    if (!lazy) this.urgent = true;
  }

  /** Adds a change of what runs where; goes with the event beside it. */
  deployed(change: DeploymentChange): void {
    this.rows.deployments.push(change);
  }

  /** Adds an approval request; goes with the event beside it. */
  opened(request: OpenApprovalInput): void {
    this.rows.opened.push(request);
  }

  /** Adds what holds for an open request from now on; goes with the event beside it. */
  renewed(request: RenewedApproval): void {
    this.rows.renewed.push(request);
  }

  /** Adds the end of an approval request; goes with the event beside it. */
  closed(request: ClosedApproval): void {
    this.rows.closed.push(request);
  }

  /** Adds a review that is owed; goes with the event beside it. */
  reviewOwed(review: GlassReviewInput): void {
    this.rows.reviews = [...(this.rows.reviews ?? []), review];
  }

  /** Adds a mail; goes with the event beside it. */
  noticed(notice: NoticeInput): void {
    this.rows.notices.push(notice);
  }

  /** Adds an exception to a failed check; goes with the event beside it. */
  waived(waiver: NonNullable<RecordBatch['waivers']>[number]): void {
    (this.rows.waivers ??= []).push(waiver);
  }

  /** Adds an undo that was tried out; goes with the event beside it. */
  rehearsed(rehearsal: RehearsalRow): void {
    (this.rows.rehearsals ??= []).push(rehearsal);
  }

  /** Bans versions everywhere; goes with the event beside it. */
  quarantined(versions: NonNullable<RecordBatch['quarantined']>): void {
    if (versions.length > 0) this.rows.quarantined = [...(this.rows.quarantined ?? []), ...versions];
  }

  /** Gives an environment back; goes with the event beside it. */
  freed(environment: string): void {
    this.rows.freed.push(environment);
  }

  /** Whether an environment is still to be given back with the next batch. */
  isFreeing(environment: string): boolean {
    return this.rows.freed.includes(environment);
  }

  /** An environment is not given back after all. */
  keep(environment: string): void {
    this.rows.freed = this.rows.freed.filter((one) => one !== environment);
  }

  /** Events that wait for a batch. */
  get waiting(): number {
    return this.events.length;
  }

  /** Writes what may wait after all, because nothing may happen for long. */
  hurry(): void {
    if (this.hasMore) this.urgent = true;
  }

  /** Returns when everything told so far is in the record. */
  async written(): Promise<void> {
    this.hurry();
    await this.urgentWritten();
  }

  /** Returns when everything told so far is in the record, but for what may wait for the next batch. */
  async urgentWritten(): Promise<void> {
    await CancellationScope.nonCancellable(() => condition(() => !this.urgent && !this.writing));
  }

  private get hasMore(): boolean {
    return this.events.length + this.rows.notices.length + this.rows.freed.length > 0;
  }

  private async writeForever(): Promise<never> {
    const info = workflowInfo();
    for (;;) {
      await condition(() => this.urgent && this.hasMore && !(this.wants && this.busy > 0));
      this.writing = true;
      await this.alone(async () => {
        const { events, rows } = this;
        this.events = [];
        this.rows = noRows();
        this.urgent = false;
        const answer = await record.record({
          releaseId: this.view.id,
          events,
          ...rows,
          view: this.view,
          ...(this.wants ? { wants: this.wants() } : {}),
          workflow: { id: info.workflowId, runId: info.runId },
        });
        this.reading = readingOf(answer);
      });
      this.writing = false;
    }
  }
}

const readingOf = ({ at, calendarRevision: revision }: RecordAnswer): Recorder['reading'] =>
  at === undefined ? undefined : { at, ...(revision === undefined ? {} : { revision }) };

function optional(extras: EventExtras): Pick<NewEvent, 'reason' | 'facts' | 'requestId'> {
  return {
    ...(extras.reason ? { reason: extras.reason } : {}),
    ...(extras.facts ? { facts: extras.facts } : {}),
    ...(extras.requestId ? { requestId: extras.requestId } : {}),
  };
}
