import { condition, sleep } from '@temporalio/workflow';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { CompensationView, RolloutView } from '../domain/release/release.ts';
import { canProbe } from '../domain/rollout/by-hand.ts';
import { mendingCommand } from '../domain/rollout/mend.ts';
import { nextCompensations } from '../domain/rollout/order.ts';
import { settleTargets } from '../domain/rollout/targets.ts';
import { failedUndosTold } from '../domain/rollout/undo-told.ts';
import { undoAction } from '../domain/rollout/undo.ts';
import { whyNoWayBack } from '../domain/rollout/way-back.ts';
import type { RecoverInput } from './contract.ts';
import { isLookedAt, lookByHand } from './look-by-hand.ts';
import { standsWithoutTraffic, wayBackShut } from './no-way-back.ts';
import { deploymentChange, goingBack, operation } from './operations.ts';
import type { ReleaseRun } from './run.ts';
import { untilAnswered } from './stuck.ts';
import { undoRollout } from './undo-rollout.ts';

/** Attempts at one undo before people are asked (semantics §7), and the growing pause between them. */
const attempts = 3;
const pauseSeconds = [2, 10];

interface Registered {
  stage: StagePlan;
  component: PlannedComponent;
  rollout: RolloutView;
  view: CompensationView;
  /** Only tried out so far: once it is undone, nothing was touched. */
  isRehearsal?: true;
  /** Places of which a person has heard that nobody can tell what runs there. */
  doubts: Set<string>;
}

/** How the undoing ended, over all components that were touched. */
export interface Undone {
  compensated: number;
  left: number;
}

/**
 * The registered undos of the stage under way. Each is registered before the step it undoes, because the step's answer may
 * be lost; so an undo must bear that its step never happened.
 */
export class Compensations {
  private readonly run: ReleaseRun;
  private registered: Registered[] = [];
  private recovery: RecoverInput | undefined;
  /** Why the last answer did not let it go on. */
  private refused: string | undefined;

  constructor(run: ReleaseRun) {
    this.run = run;
  }

  get isAnyRegistered(): boolean {
    return this.registered.length > 0;
  }

  /** Something was done, or is about to be, that is to stay: what is only rehearsed does not count. */
  get isBegun(): boolean {
    return this.registered.some(({ isRehearsal }) => !isRehearsal);
  }

  /** Registers the undo of a component; a further step of the same component changes nothing. */
  register(stage: StagePlan, component: PlannedComponent, rollout: RolloutView): void {
    const known = this.registeredFor(component.service);
    if (known) delete known.isRehearsal;
    else {
      const view: CompensationView = {
        state: 'pending',
        attempts: 0,
        because: 'a step may have taken effect',
      };
      rollout.compensation = view;
      this.registered.push({ stage, component, rollout, view, doubts: new Set() });
    }
    this.heedBans();
  }

  /** Shows of each why people may not take it back, by the bans that are known now and by what has traffic. */
  heedBans(): void {
    for (const { component, rollout, view } of this.registered) {
      const bans = standsWithoutTraffic(rollout) ? [] : (this.run.view.quarantines ?? []);
      const shut = whyNoWayBack([component], bans, true);
      if (shut === undefined) delete view.shut;
      else view.shut = shut;
    }
  }

  /** Its first step was announced, and came not to begin. */
  unregister(service: string): void {
    const known = this.registeredFor(service);
    if (!known) return;
    delete known.rollout.compensation;
    this.registered = this.registered.filter((one) => one !== known);
  }

  /** The same before a rehearsal, which counts as nothing done once it was taken back ({@link dropRehearsed}). */
  registerRehearsal(stage: StagePlan, component: PlannedComponent, rollout: RolloutView): void {
    if (this.registeredFor(component.service)) return;
    this.register(stage, component, rollout);
    const known = this.registeredFor(component.service);
    if (known && this.run.rehearsesApart) known.isRehearsal = true;
  }

  /** Its rehearsal was taken back, and what ran before was found to run again: there is nothing to undo. */
  dropRehearsed(service: string): void {
    if (this.registeredFor(service)?.isRehearsal) this.unregister(service);
  }

  private registeredFor(service: string): Registered | undefined {
    return this.registered.find((known) => known.component.service === service);
  }

  /** The stage is finished: what it did stays, and is undone only by another release. */
  forget(): void {
    for (const { rollout } of this.registered) delete rollout.compensation;
    this.registered = [];
  }

  /** The first step never began, so there is nothing to undo. */
  notNeeded(service: string): void {
    const known = this.registeredFor(service);
    if (!known) return;
    known.view.state = 'notNeeded';
    known.view.because = 'its first step never began';
  }

  isWaitingFor(service: string): boolean {
    return this.registered.some(({ component, view }) => component.service === service && isWaiting(view));
  }

  /** A person's answer to a failed undo; `undoAll` goes on with it. Gives the headline until it has. */
  recover(input: RecoverInput): string | undefined {
    this.recovery = input;
    const isLooked = this.registered.some(
      ({ stage, component, view }) =>
        view.state === 'failed' &&
        (input.service ?? component.service) === component.service &&
        canProbe(stage.deploy),
    );
    return input.how === 'doneByHand' && isLooked
      ? `${this.run.title} says soon whether what runs is what should: Gantry looks.`
      : undefined;
  }

  /** Undoes everything registered, dependants before their providers; waits for people where an undo fails. */
  async undoAll(): Promise<Undone> {
    for (;;) {
      const next = nextCompensations(
        this.registered.map(({ component, view }) => ({
          service: component.service,
          dependsOn: component.dependsOn,
          state: view.state,
        })),
      );
      for (const service of next.needsPeople) this.markNeedsPeople(service);
      if (next.run.length > 0) {
        await Promise.all(
          this.registered
            .filter(({ component }) => next.run.includes(component.service))
            .map((one) => this.undo(one)),
        );
      } else if (this.registered.some(({ view }) => isWaiting(view))) {
        await this.waitForPeople();
      } else {
        return this.tally();
      }
    }
  }

  private tally(): Undone {
    const inState = (...states: CompensationView['state'][]) =>
      this.registered.filter(({ view }) => states.includes(view.state)).length;
    return { compensated: inState('compensated', 'doneByHand'), left: inState('left') };
  }

  private markNeedsPeople(service: string): void {
    const known = this.registered.find((candidate) => candidate.component.service === service);
    if (known?.view.state !== 'pending') return;
    if (wayBackShut(this.run, known.stage, true) === undefined) this.sayWhatMends(known);
    known.view.state = 'needsPeople';
    known.view.because = 'a service that depends on it could not be undone and still runs the new version';
  }

  private async undo(one: Registered): Promise<void> {
    const { run } = this;
    const { component, stage, view, rollout } = one;
    const { previousVersion } = goingBack(component);
    const back = previousVersion ? `back to ${previousVersion}` : 'away again';
    view.state = 'running';
    delete view.isRefused;
    one.doubts.clear(); // a new try may leave another thing behind than people have heard of
    // whoever stops a release through the engine asks nobody whether it may go back; all of it stays where a part must, for the rest
    // was deployed for that
    const shut = one.isRehearsal ? undefined : wayBackShut(run, stage, true); // a rehearsal takes itself back
    if (shut !== undefined) {
      this.refuse(one, shut);
      return;
    }
    run.tell(
      'compensation.started',
      component.service,
      `${component.service} in ${stage.environment} is brought ${back}.`,
    );
    await run.recorder.written();
    for (let attempt = 1; ; attempt += 1) {
      view.attempts += 1;
      const result = await this.attemptUndo(one);
      view.because = result.because;
      view.at = run.now;
      if (result.done) break;
      if (attempt >= attempts) {
        view.state = 'failed';
        this.sayWhatMends(one);
        run.tell(
          'compensation.failed',
          component.service,
          `${component.service} in ${stage.environment} could not be brought ${back}: ${result.because}`,
        );
        return;
      }
      await sleep(`${pauseSeconds[attempt - 1] ?? 10}s`, {
        summary: `pause before undoing ${component.service} again`,
      });
    }
    view.state = 'compensated';
    rollout.exposure = 0;
    run.recorder.deployed(deploymentChange(run, stage, component, 'rolledBack', 0));
    run.tell(
      'compensation.finished',
      component.service,
      `${component.service} in ${stage.environment} is ${component.previousVersion ? `on ${component.previousVersion} again` : 'taken away again'}.`,
    );
  }

  /** It must not be taken back: nothing is tried, and people say how it goes on. */
  private refuse({ component, stage, view }: Registered, shut: string): void {
    view.state = 'failed';
    view.isRefused = true;
    view.because = `was not tried: ${shut}`;
    view.at = this.run.now;
    delete view.command;
    this.run.tell(
      'compensation.failed',
      component.service,
      `${component.service} in ${stage.environment} is not taken back: ${shut}`,
    );
  }

  /** What people would run by hand, one line for each part of the environment that has not gone back. */
  private sayWhatMends({ stage, component, view, rollout }: Registered): void {
    const { environment, deploy } = stage;
    const action = undoAction(rollout.steps);
    const left = rollout.targets?.filter(({ state }) => state !== 'undone' && state !== 'pending');
    const commands = (left ?? [undefined]).map((target) => {
      const of = target === undefined ? {} : { target: target.name };
      const { operationId, component: back } = operation(this.run, stage, component, {
        ...{ kind: 'undo', step: view.attempts, weight: 0, summary: '' },
        ...of,
      });
      return mendingCommand(deploy, {
        ...{ releaseId: this.run.view.id, environment, component: back, operationId },
        ...of,
        ...(action === undefined ? {} : { action }),
      });
    });
    if (commands.length > 0 && commands.every((command) => command !== undefined))
      view.command = commands.join(' && ');
  }

  /** Every attempt asked for by a person or after a failure is an operation of its own; a crash within one joins it. */
  private async attemptUndo({
    stage,
    component,
    view,
    rollout,
  }: Registered): Promise<{ done: boolean; because: string }> {
    return undoRollout({ run: this.run, stage, component, rollout }, { kind: 'undo', step: view.attempts });
  }

  private async waitForPeople(): Promise<void> {
    const { run } = this;
    run.enter('stuck');
    const waiting = this.registered.filter(({ view }) => isWaiting(view));
    const what = waiting
      .map(({ component, stage }) => `${component.service} ${component.version} in ${stage.environment}`)
      .join(', ');
    const sentence = `${run.title} needs a person: ${this.refused ?? `${failedUndosTold(run.view) ?? `the undo of ${what} failed`}.`}`;
    this.refused = undefined;
    run.tell('release.stuck', run.title, sentence, {
      facts: Object.fromEntries(
        this.registered.map(({ component, view }) => [component.service, view.state]),
      ),
    });
    run.notify({
      occasion: `stuck/${run.view.seq}`,
      kind: 'needsPerson',
      to: [...run.plan.onCall, ...run.audience],
      ...(run.view.stage ? { environment: run.view.stage } : {}),
      sentence,
      facts: Object.fromEntries(waiting.map(({ component, view }) => [component.service, view.because])),
    });
    // a wait of one promise more would put what follows into another batch, in histories from before there was escalation
    const { escalation } = run.plan;
    if (escalation) await untilAnswered(run, escalation, () => this.recovery !== undefined, what);
    else await condition(() => this.recovery !== undefined);
    const input = this.recovery;
    this.recovery = undefined;
    if (!input) return;
    const asked = waiting.filter(
      ({ component }) => (input.service ?? component.service) === component.service,
    );
    const looked = asked.filter(
      (one) => input.how === 'doneByHand' && one.view.state === 'failed' && isLookedAt(this.run, one.stage),
    );
    const believed = asked.filter((one) => one.view.state === 'failed' && !looked.includes(one));
    for (const one of asked) if (!looked.includes(one)) this.settle(one, input);
    run.enter('rollingBack');
    run.tell(
      'compensation.started',
      run.title,
      `${nameOfGiver(run, input)} answered: ${answerWords[input.how]}.${believed.length > 0 ? beliefOf(input) : ''}`,
      {
        actor: input.by,
        ...(input.reason ? { reason: input.reason } : {}),
      },
    );
    if (looked.length > 0) await this.lookAtAll(looked, input);
  }

  private settle(one: Registered, input: RecoverInput, because?: string): void {
    const { run } = this;
    const { component, stage, view, rollout } = one;
    answerOf[input.how](view, { who: nameOfGiver(run, input), input });
    if (because !== undefined) view.because = `${view.because}. ${because}`;
    if (view.state !== 'doneByHand' && view.state !== 'left') return;
    settleTargets(rollout.targets ?? [], view.state, run.now);
    if (view.state === 'left') return;
    rollout.exposure = 0;
    run.recorder.deployed(deploymentChange(run, stage, component, 'rolledBack', 0));
  }

  /** A person says that these were undone by hand. Where something else runs than should, they stay as they are and wait again. */
  private async lookAtAll(these: readonly Registered[], input: RecoverInput): Promise<void> {
    const { run } = this;
    const name = nameOfGiver(run, input);
    for (const { view } of these) view.state = 'running';
    run.refresh();
    await run.recorder.written();
    await Promise.all(
      these.map(async (one) => {
        const { component, stage, view } = one;
        const { isDone, because } = await lookByHand(run, one);
        view.state = 'failed';
        view.at = run.now;
        if (isDone) this.settle(one, input, because);
        else if (!view.isRefused) view.because = because; // why it was refused is why it waits
        const said = `${name} says that the undo of ${component.service} in ${stage.environment} was done by hand`;
        if (!isDone) this.refused = [this.refused, `${said}. ${because}`].filter(Boolean).join(' ');
        run.tell(
          isDone ? 'compensation.finished' : 'compensation.notByHand',
          component.service,
          `${said}. ${because}`,
        );
      }),
    );
  }
}

/** Who has said how it goes on. */
const nameOfGiver = (run: ReleaseRun, { by }: RecoverInput): string => run.nameOf(by.person ?? by.id);

/** What nobody can look at is believed, and the record says so. */
const beliefOf = ({ how }: RecoverInput): string =>
  how === 'doneByHand' ? ' Its deployer has no `probe`, so nobody has looked, and that is believed.' : '';

const isWaiting = (view: CompensationView): boolean =>
  view.state === 'failed' || view.state === 'needsPeople';

const answerWords = {
  retry: 'try the undo again',
  doneByHand: 'the undo was done by hand',
  leave: 'leave it as it is',
} as const;

/** A provider only waits for its dependants, so every answer but "leave" puts it back in line. */
const answerOf: Record<
  RecoverInput['how'],
  (view: CompensationView, of: { who: string; input: RecoverInput }) => void
> = {
  retry: (view) => {
    view.state = 'pending';
  },
  doneByHand: (view, { who }) => {
    view.state = view.state === 'failed' ? 'doneByHand' : 'pending';
    if (view.state === 'doneByHand') view.because = `done by hand, says ${who}`;
  },
  leave: (view, { who, input }) => {
    view.state = 'left';
    view.because = `left as it is by ${who}${input.reason ? `: ${input.reason}` : ''}`;
  },
};
