import { instantText } from '../instant-text.ts';
import { listOf } from '../list-of.ts';
import type { CompensationView, RolloutView, StageView } from '../release/release.ts';
import type { StepView } from './view.ts';
import { runsOn } from './targets.ts';

/** What the exposure of a component is a share of. */
export const shareWord = ({ targets }: Pick<RolloutView, 'targets'>): string =>
  targets ? 'of targets' : 'of traffic';

/** What a step is called: `10 %`, `wave eu-1, eu-2`, `switch`. */
export function stepName({ weight, targets, action }: StepView): string {
  if (targets) return listOf(targets, 'and');
  return action === undefined ? `${weight} %` : actionNames[action];
}

const actionNames = {
  deploy: 'deploy beside what runs',
  switch: 'switch all traffic',
  retire: 'take the old version away',
} as const;

/** How long a pause lasts, as far as it is known: a person ends it, or its time does. */
export const untilWords = ({ until }: StepView): string =>
  until === undefined
    ? 'being watched'
    : until === 'manual'
      ? 'until a person goes on'
      : `until ${instantText(until)}`;

/**
 * Where a component stands in its stage, in few words: the same on page, command line and in Temporal.
 * @param isOver its release has ended: nobody watches it, and it goes nowhere any more
 */
export function componentState(one: RolloutView, isOver = false): string {
  const { compensation, steps, version, exposure } = one;
  if (compensation && compensation.state !== 'pending') return undone(one, compensation);
  const current = steps.find(({ state }) => state !== 'done' && state !== 'skipped');
  if (!current) return `on ${version}`;
  switch (current.state) {
    case 'applying':
      if (isOver) return `left on the way to ${stepName(current)}: nobody knows what it has`;
      return current.targets || current.action
        ? `at ${exposure} %, going on: ${stepName(current)}`
        : `going to ${current.weight} %`;
    case 'holding':
      if (isOver) return `left at ${exposure} %`;
      return `at ${exposure} %, ${current.skipped ? 'going on: its pause was skipped' : untilWords(current)}`;
    case 'failed':
      return `failed: ${stepName(current)}`;
    case 'unknown':
      return `unknown: nobody knows whether ${stepName(current)} took effect`;
    default:
      return steps.some(({ state }) => state !== 'pending') ? `at ${exposure} %` : 'not touched';
  }
}

const undone = ({ previousVersion }: RolloutView, { state }: CompensationView): string => {
  const back = previousVersion === undefined ? 'taken away again' : `back on ${previousVersion}`;
  const words: Record<CompensationView['state'], string> = {
    pending: 'not undone yet',
    running: 'being undone',
    compensated: back,
    notNeeded: 'not touched',
    failed: 'undo failed',
    needsPeople: 'undo waits for a person',
    doneByHand: `${back}, by hand`,
    left: 'left as it is',
  };
  return words[state];
};

/** One place, and what runs there as far as it is known. */
export interface Running {
  /** Service, and target where the environment has parts. */
  where: string;
  runs: string;
}

const ended: readonly CompensationView['state'][] = ['compensated', 'notNeeded', 'doneByHand'];

/** Whether an undo is over, and what ran before runs again. */
export const isBack = ({ compensation }: Pick<RolloutView, 'compensation'>): boolean =>
  compensation !== undefined && ended.includes(compensation.state);

/** Whether a step or an undo went wrong, so that nobody knows what it has now. */
export const wentWrong = (one: Pick<RolloutView, 'steps' | 'compensation'>): boolean =>
  undoWentWrong(one) || one.steps.some(({ state }) => state === 'failed' || state === 'unknown');

/** Whether an undo was tried and failed. Where a person then leaves it, it is by their word that the new version stays where it is. */
export const undoWentWrong = ({ compensation }: Pick<RolloutView, 'compensation'>): boolean =>
  compensation?.state === 'failed' && !compensation.isRefused;

/**
 * Whether the new version was put beside what runs and takes nothing, as green before its switch: `known` where it stands there, `unknown` where
 * the step that puts it there may have begun.
 */
export function standsIdle(
  one: Pick<RolloutView, 'steps' | 'compensation' | 'exposure'>,
): 'known' | 'unknown' | undefined {
  const step = one.steps.find(({ weight }) => weight === 0);
  if (!step || one.exposure > 0 || isBack(one)) return undefined;
  if (step.state === 'holding' || step.state === 'done') return 'known';
  return step.state === 'applying' ? 'unknown' : undefined;
}

/**
 * Whether the previous version still stands beside the new one that has all traffic, as blue after the switch: `known` while nothing has begun to take
 * it away, `unknown` where that may have begun.
 */
export function previousStandsIdle(
  one: Pick<RolloutView, 'steps' | 'compensation' | 'exposure' | 'previousVersion'>,
): 'known' | 'unknown' | undefined {
  const retire = one.steps.find(({ action }) => action === 'retire');
  if (!retire || one.previousVersion === undefined || one.exposure < 100 || isBack(one)) return undefined;
  if (retire.state === 'done') return undefined;
  const isUntouched = retire.state === 'pending' || retire.state === 'skipped';
  return isUntouched && !wentWrong(one) ? 'known' : 'unknown';
}

/**
 * Exactly what runs where, component by component and target by target. What nobody knows is said so, never guessed.
 * @param isPast it is told of then: `1.4.0 took 20 %`
 */
export function runsWhere(one: RolloutView, isPast = false): Running[] {
  const { service, version, targets, exposure } = one;
  const before = one.previousVersion ?? 'nothing';
  if (targets) {
    const words = { before, new: version, unknown: 'nobody knows' };
    return targets.map((target) => ({
      where: `${service} on ${target.name}`,
      runs: `${words[runsOn(target)]}${target.because === undefined ? '' : ` (${target.because})`}`,
    }));
  }
  if (isBack(one)) return [{ where: service, runs: before }];
  if (isDoubtful(one))
    return [{ where: service, runs: `nobody knows: it was at ${exposure} % on ${version}` }];
  return [{ where: service, runs: sharesOf(one, isPast) }];
}

/** Whether nobody knows what a component without targets has: something went wrong, or a step is under way. */
export const isDoubtful = (one: Pick<RolloutView, 'steps' | 'compensation'>): boolean =>
  wentWrong(one) || one.steps.some(({ state }) => state === 'applying');

/** `1.4.0 takes 20 %, 1.3.0 the rest`: which version has what, where that is known; told of then: `took`. */
export function sharesOf(one: RolloutView, isPast = false): string {
  const { version, exposure, previousVersion: before = 'nothing' } = one;
  if (exposure >= 100) return version;
  if (standsIdle(one))
    return `${before}, and ${version} ${isPast ? 'stood' : 'stands'} there without traffic`;
  return exposure === 0
    ? before
    : `${version} ${isPast ? 'took' : 'takes'} ${exposure} %, ${before} the rest`;
}

/** `api on eu-1 runs 1.4.0, web 1.3.0`: one sentence over all components of a stage. */
export const runsInWords = ({ rollout }: Pick<StageView, 'rollout'>, isPast = false): string =>
  rollout
    .flatMap((one) => runsWhere(one, isPast))
    .map(({ where, runs }) => `${where}: ${runs}`)
    .join('; ');
