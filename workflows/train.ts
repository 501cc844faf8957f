import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  makeContinueAsNewFunc,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Boarding, DepartAnswer, DeparturePlan, TrainEntry } from '../activities/contract.ts';
import { instantText } from '../domain/instant-text.ts';
import {
  trainChangedSignal,
  trainCommands,
  trainCommandUpdate,
  trainQuery,
  type TrainCommand,
  type TrainState,
  type TrainView,
} from './contract-train.ts';
import { refusal } from './failures.ts';
import { record } from './proxies.ts';
import { assertCommand, isInstant } from './well-formed.ts';

/** Departures in one run before the entity starts afresh with its state carried over. */
const departuresPerRun = 50;
/** A train that nothing is planned for looks again after this time: the policy may have gained a date. */
const lookAgainMs = 24 * 3_600_000;

type Departure = Extract<DeparturePlan, { kind: 'departure' }>;

/** One entity for each train: waits for the cut-off, boards who is ready, and leaves as one release (semantics §2, "Train"). */
export async function train(state: TrainState): Promise<void> {
  const run = new TrainRun(state);
  run.listen();
  let isGone = false;
  for (let departures = 0; departures < departuresPerRun && !workflowInfo().continueAsNewSuggested;) {
    const plan = await record.planDeparture({
      train: state.train,
      after: state.after,
      number: state.number + 1,
      forgivenUpTo: state.forgivenUpTo,
      now: run.now,
    });
    isGone = plan.kind === 'gone';
    if (plan.kind === 'gone') break;
    if (plan.kind !== 'departure' || state.hold) {
      await run.standStill(plan);
      continue;
    }
    if (await takeDeparture(run, plan)) departures += 1;
  }
  run.isSettled = true; // who waits for an answer gets it before the run ends
  await condition(allHandlersFinished);
  if (!isGone) await makeContinueAsNewFunc<typeof train>({})(state);
}

/** From the wait for the cut-off to the departure. False where people or the policy changed something: then it is planned anew. */
async function takeDeparture(run: TrainRun, plan: Departure): Promise<boolean> {
  run.beginBoarding();
  run.view.next = { number: plan.number, departsAt: plan.departsAt, cutoffAt: plan.cutoffAt };
  run.say(`Departs ${instantText(plan.departsAt)}; boarding ends ${instantText(plan.cutoffAt)}.`);
  if (!(await run.until(plan.cutoffAt, 'boarding ends'))) return run.obeyed(plan);
  let answer: DepartAnswer;
  do {
    const boarding = await board(run, plan);
    if (!boarding) return run.obeyed(plan);
    run.say(`Departs ${instantText(plan.departsAt)} with ${boarding.aboard.length} aboard.`);
    if (!(await run.until(plan.departsAt, 'departure'))) return run.obeyed(plan);
    run.isDeparting = true;
    answer = await record.departTrain({
      ...datesOf(plan),
      train: run.state.train,
      aboard: boarding.aboard,
      left: boarding.left,
      ...(run.isLeaving ? { isLeaving: true } : {}),
      now: run.now,
    });
    run.isDeparting = false;
  } while (answer.boardAgain);
  const { because, isOff } = answer;
  if (isOff) await run.standStill({ kind: 'stopped', because });
  else run.finish(plan, because);
  return !isOff;
}

const datesOf = ({ number, scheduledAt, departsAt, cutoffAt }: Departure) => ({
  number,
  scheduledAt,
  departsAt,
  cutoffAt,
});

/** Boards who is ready. Where a required service is not, nothing leaves until its captain says so or people change the plan. */
async function board(run: TrainRun, plan: Departure): Promise<Boarding | undefined> {
  for (;;) {
    const boarding = await record.boardTrain({
      ...datesOf(plan),
      train: run.state.train,
      isLeaving: run.isLeaving,
      now: run.now,
    });
    run.view.boarded = boarding.aboard;
    run.view.leftBehind = boarding.left;
    run.view.missing = boarding.missing;
    if (boarding.missing.length === 0) return boarding;
    run.say(boarding.because);
    await run.rest(() => run.isLeaving || run.isChanged);
    if (run.isChanged) return undefined;
  }
}

/** A train's state and what people told it; the story above reads it. */
class TrainRun {
  readonly state: TrainState;
  readonly view: TrainView;
  /** The captain lets it go without those who are missing. */
  isLeaving = false;
  /** Something that the plan hangs on is another now. */
  isChanged = false;
  /** It waits again, so what the view says is what was made of all commands. */
  isSettled = false;
  /** What is next is leaving: it can be neither skipped nor delayed any more. */
  isDeparting = false;
  private commands: TrainCommand[] = [];

  constructor(state: TrainState) {
    this.state = state;
    this.view = { ...state, headline: 'Is being planned.', boarded: [], leftBehind: [], missing: [] };
  }

  get now(): string {
    return new Date(Date.now()).toISOString();
  }

  say(headline: string): void {
    this.show();
    this.view.headline = headline;
    setCurrentDetails(headline);
  }

  listen(): void {
    setHandler(defineQuery<TrainView>(trainQuery), () => this.view, { description: 'The next departure' });
    setHandler(
      defineSignal(trainChangedSignal),
      () => {
        this.isChanged = true;
      },
      { description: 'The policy was changed: reads the definition again' },
    );
    setHandler(
      defineUpdate<TrainView, [TrainCommand]>(trainCommandUpdate),
      (command) => this.answer(command),
      {
        description: 'skip, delay, hold, resume, or leave without those who are not ready',
        validator: (command: TrainCommand) => {
          assertCommand(command);
          if (!this.state.applied.includes(command.commandId)) this.assertPossible(command);
        },
      },
    );
  }

  private assertPossible(command: TrainCommand): void {
    const { next } = this.view;
    if (!trainCommands.includes(command.name))
      throw refusal('COMMAND_NOT_POSSIBLE', `A train does not know "${command.name}".`);
    if (command.name === 'resume') {
      if (!this.state.hold && next)
        throw refusal('COMMAND_NOT_POSSIBLE', `Train ${this.state.train} is not held.`);
      return;
    }
    if (command.name === 'hold') {
      const { hold, train: id } = this.state;
      if (hold)
        throw refusal(
          'COMMAND_NOT_POSSIBLE',
          `Train ${id} is held already, by ${hold.by} since ${instantText(hold.at)}: ${hold.reason}`,
        );
      return;
    }
    if (next && this.isDeparting)
      throw refusal(
        'COMMAND_NOT_POSSIBLE',
        `Departure ${next.number} of ${this.state.train} is leaving now.`,
      );
    if (next && command.departure !== undefined && command.departure !== next.number)
      throw refusal(
        'COMMAND_NOT_POSSIBLE',
        `Departure ${command.departure} of ${this.state.train} is not the next one: that is ${next.number}.`,
      );
    if (!next)
      throw refusal(
        'COMMAND_NOT_POSSIBLE',
        this.state.hold
          ? `Train ${this.state.train} is held, so no departure of it is planned. Resume it first.`
          : `Train ${this.state.train} has no departure that is planned.`,
      );
    if (command.name === 'delay') this.assertLater(command.until, next.departsAt);
    if (command.name === 'leave' && this.view.missing.length === 0)
      throw refusal('COMMAND_NOT_POSSIBLE', `Train ${this.state.train} waits for nobody.`);
  }

  /** A delay makes it later: an earlier departure would leave without those who rely on the time that is published. */
  private assertLater(until: string | undefined, departsAt: string): void {
    if (!isInstant(until) || Date.parse(until) <= Date.now())
      throw refusal('COMMAND_NOT_POSSIBLE', 'A train can only be delayed to a time to come.');
    if (Date.parse(until) <= Date.parse(departsAt))
      throw refusal(
        'COMMAND_NOT_POSSIBLE',
        `Train ${this.state.train} departs ${instantText(departsAt)}; ${instantText(until)} is not later. Give a time after it.`,
      );
  }

  /** Whoever steers reads what came of it, not what was before: they would steer twice (trust, promise P17). */
  private async answer(command: TrainCommand): Promise<TrainView> {
    this.take(command);
    if (patched('a-train-answers-with-the-state-after')) await condition(() => this.isSettled);
    return this.view;
  }

  private take(command: TrainCommand): void {
    if (!this.state.applied.includes(command.commandId)) {
      this.state.applied = [...this.state.applied.slice(-99), command.commandId];
      if (command.name === 'leave') this.isLeaving = true;
      this.isSettled = false;
      this.commands.push(command);
      if (command.name === 'hold')
        this.state.hold = { by: whoOf(command), reason: command.reason ?? 'held', at: this.now };
      if (command.name === 'resume') {
        delete this.state.hold;
        this.state.forgivenUpTo = this.state.number;
      }
      if (command.name !== 'leave') this.isChanged = true;
    }
    this.show();
  }

  /** A hold that is over is no part of the state any more, and of the view neither. */
  private show(): void {
    delete this.view.hold;
    Object.assign(this.view, this.state);
  }

  /** Waits for people, the policy or, with `leftMs`, the time; false where only the time has come. */
  async rest(isOver: () => boolean, leftMs?: number, summary?: string): Promise<boolean> {
    if (!isOver()) this.isSettled = true;
    if (leftMs === undefined) {
      await condition(isOver);
      return true;
    }
    return condition(isOver, leftMs, { summary: summary ?? this.state.train });
  }

  /** What was boarded for a departure that is planned anew is void, and so is the word of the captain. */
  beginBoarding(): void {
    this.isLeaving = false;
    this.view.boarded = [];
    this.view.leftBehind = [];
    this.view.missing = [];
  }

  /** True at `instant`, false where something changed before. */
  async until(instant: string, summary: string): Promise<boolean> {
    const left = Date.parse(instant) - Date.now();
    if (this.isChanged) return false;
    if (left <= 0) return true;
    return !(await this.rest(() => this.isChanged, left, `${this.state.train}: ${summary}`));
  }

  /** Nothing to wait for but people or the policy. */
  async standStill(plan: Exclude<DeparturePlan, { kind: 'gone' }>): Promise<void> {
    delete this.view.next;
    const { hold } = this.state;
    this.say(
      hold
        ? `Held by ${hold.by}: ${hold.reason}`
        : plan.kind === 'departure'
          ? 'Is being planned.'
          : plan.because,
    );
    await this.rest(() => this.isChanged, lookAgainMs, 'look for a departure');
    await this.obey(undefined);
  }

  /** Does what people said; the departure is planned anew then. */
  async obeyed(plan: Departure): Promise<boolean> {
    await this.obey(plan);
    return false;
  }

  private async obey(plan: Departure | undefined): Promise<void> {
    this.isChanged = false;
    const commands = this.commands.splice(0);
    for (const command of commands) {
      const number = plan?.number ?? this.state.number + 1;
      await record.recordTrain(entryOf(this.state.train, number, command, plan));
      if (command.name === 'skip' && plan) this.over(plan);
    }
  }

  /** The departure is over; the next one keeps the rhythm. */
  finish(plan: Departure, headline: string): void {
    this.over(plan);
    this.say(headline);
  }

  private over(plan: Departure): void {
    this.state.number = plan.number;
    this.state.after = plan.scheduledAt;
    this.beginBoarding();
    delete this.view.next;
  }
}

const whoOf = ({ by }: TrainCommand): string => by.person ?? by.id;

function entryOf(
  trainId: string,
  number: number,
  command: TrainCommand,
  plan: Departure | undefined,
): TrainEntry {
  return {
    train: trainId,
    number,
    command: command.name,
    by: command.by,
    key: command.commandId,
    ...(command.reason === undefined ? {} : { reason: command.reason }),
    ...(command.until === undefined ? {} : { until: command.until }),
    ...(plan
      ? { plan: { scheduledAt: plan.scheduledAt, departsAt: plan.departsAt, cutoffAt: plan.cutoffAt } }
      : {}),
    now: new Date(Date.now()).toISOString(),
  };
}
