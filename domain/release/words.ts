import { withoutStop } from '../full-stop.ts';
import { formatDuration } from '../policy/duration.ts';
import { headlineVerdict, isShut } from '../verdict.ts';
import { clockText, instantText } from '../instant-text.ts';
import { listOf } from '../list-of.ts';
import { runsOn } from '../rollout/targets.ts';
import { componentState, isBack, isDoubtful, runsInWords, sharesOf } from '../rollout/where.ts';
import { currentStage, type ReleaseView, releaseTitle, type RolloutView, type StageView } from './release.ts';
import type { SaidSince } from '../rollout/left-then.ts';
import { namedIn } from './names.ts';
import { becauseOfHold } from './resuming.ts';
import type { StepView } from '../rollout/view.ts';
import { isTerminal, type OpenState, type TerminalState } from './state.ts';

/**
 * One sentence of what a release does now, what it waits for or how it ended: the same on page, mail, CLI and in the
 * Temporal UI (ux §5). Times are UTC, so that a replay writes the same words.
 */
export function headlineOf(view: ReleaseView, now: string): string {
  if (isTerminal(view.state)) return endedSentence(view, view.state);
  const stage = currentStage(view);
  if (stage?.missingRunner)
    return `${titleOf(view)} → ${stage.environment} waits: ${stage.missingRunner.because}`;
  return openSentences[view.state](view, stage, now);
}

type Sentence = (view: ReleaseView, stage: StageView | undefined, now: string) => string;

const openSentences: Record<OpenState, Sentence> = {
  draft: (view) => `${titleOf(view)} is being planned.`,
  planned: (view, stage) =>
    stage
      ? stage.state === 'gating' // it was there, and people have delayed it
        ? waiting(view, stage)
        : verifying(view, stage)
      : `${titleOf(view)} is planned and starts soon.`,
  gating: (view, stage) => (stage ? waiting(view, stage) : `${titleOf(view)} waits for its gates.`),
  ready: (view, stage) => (stage ? waiting(view, stage) : `${titleOf(view)} is ready to be deployed.`),
  deploying: (view, stage) => deploying(view, stage),
  held: (view) => held(view),
  watching: (view, stage, now) => watching(view, stage, now),
  rollingBack: (view, stage) => `${titleOf(view)} is being rolled back${at(stage)}${leftToUndo(stage)}.`,
  stuck: (view, stage) => stuck(view, stage),
};

function verifying(view: ReleaseView, stage: StageView): string {
  const checks = stage.checks.filter((check) => check.how === undefined);
  if (checks.length === 0) return `${titleOf(view)} starts in ${stage.environment}.`;
  const passed = checks.filter((check) => check.outcome === 'passed').length;
  const running = checks.filter((check) => check.outcome === 'running').map((check) => check.id);
  const now = running.length > 0 ? `; running: ${listOf([...new Set(running)], 'and')}` : '';
  return `${titleOf(view)} is being checked for ${stage.environment}: ${passed} of ${checks.length} checks passed${now}.`;
}

/** The gate that heads the list, since when, and what happens if nobody acts. */
function waiting(view: ReleaseView, stage: StageView): string {
  if (stage.state === 'verifying') return verifying(view, stage);
  const paused = view.holds.find(({ kind }) => kind === 'person');
  if (paused)
    return `${titleOf(view)} → ${stage.environment}: held by ${namedIn(view.names)(paused.by)} since ${clockText(paused.at)}${becauseOfHold(paused)}.`;
  // what the gates of any stage conclude has rows; without one, nobody has been asked
  if (stage.verdicts.length === 0)
    return `${titleOf(view)} → ${stage.environment}: its gates are being asked.`;
  const shut = stage.verdicts.filter(isShut);
  const delayed = view.state === 'planned' ? shut.find(({ gate }) => gate === 'postponed') : undefined;
  const head = delayed ?? headlineVerdict(shut);
  if (!head) return `${titleOf(view)} → ${stage.environment}: all gates allow it; it starts now.`;
  // The lock is asked for when all others allow: that it waits for them tells nobody anything.
  const more = shut.filter((verdict) => verdict !== head && verdict.gate !== 'lock').length;
  const others = more > 0 ? ` (and ${more} more)` : '';
  const { approval } = stage;
  const isAsked = head.kind === 'needsPeople' && approval?.state === 'open';
  const deadline = isAsked ? ` Deadline ${instantText(approval.deadline)}; silence ships nothing.` : '';
  const since = ` Since ${clockText(isAsked ? approval.openedAt : head.since)}${others}.`;
  return `${titleOf(view)} → ${stage.environment}: ${head.because}${since}${deadline}`;
}

function deploying(view: ReleaseView, stage: StageView | undefined): string {
  const rollout = stage && foremost(stage);
  if (!stage || !rollout) return `${titleOf(view)} is being deployed${at(stage)}.`;
  const step = rollout.steps.find(isAhead);
  const before = rollout.previousVersion === undefined ? '' : ` (before: ${rollout.previousVersion})`;
  const share =
    step?.until !== undefined || step?.targets || step?.action
      ? componentState(rollout)
      : step?.state === 'holding'
        ? `at ${step.weight} %, being watched`
        : `going to ${step?.weight ?? 100} %`;
  const others = besides(stage, rollout);
  return `${rollout.service} ${rollout.version} is being deployed in ${stage.environment}: ${share}${before}.${others}`;
}

const isAhead = ({ state }: StepView): boolean => state !== 'done' && state !== 'skipped';

const isUnderWay = ({ steps }: RolloutView): boolean =>
  steps.some(({ state }) => state !== 'pending') && steps.some(isAhead);

/** What waits for a person comes first, then what is under way, then what is next. */
const foremost = ({ rollout }: StageView): RolloutView | undefined =>
  rollout.find(({ steps }) => steps.some(({ until, state }) => until === 'manual' && state === 'holding')) ??
  rollout.find(isUnderWay) ??
  rollout.find(({ steps }) => steps.some(isAhead));

/** What is deployed beside it at the same time. */
function besides({ rollout }: StageView, first: RolloutView): string {
  const others = rollout.filter((one) => one !== first && isUnderWay(one));
  if (others.length === 0) return '';
  return ` Beside it: ${listOf(
    others.map((one) => `${one.service} ${componentState(one)}`),
    'and',
  )}.`;
}

function held(view: ReleaseView): string {
  const [hold, ...others] = view.holds;
  if (!hold) return `${titleOf(view)} is held.`;
  const more = others.length > 0 ? ` ${others.length} more ${others.length === 1 ? 'hold' : 'holds'}.` : '';
  const again =
    hold.doubt?.againUntil === undefined
      ? ''
      : ` It is measured again ${instantText(hold.doubt.againUntil)} at the latest.`;
  const until =
    hold.until === undefined ? again : ` Without an answer it is rolled back ${instantText(hold.until)}.`;
  return `${titleOf(view)} is held by ${namedIn(view.names)(hold.by)} since ${clockText(hold.at)}${becauseOfHold(hold)}.${until}${more}`;
}

function watching(view: ReleaseView, stage: StageView | undefined, now: string): string {
  const until = stage?.soakUntil;
  if (!stage || until === undefined) return `${titleOf(view)} is being watched${at(stage)}.`;
  const left = Date.parse(until) - Date.parse(now);
  const rest = left > 0 ? ` (${formatDuration(left)} left)` : '';
  return `${titleOf(view)} is being watched in ${stage.environment} until ${clockText(until)}${rest}.`;
}

function stuck(view: ReleaseView, stage: StageView | undefined): string {
  const rollouts = stage?.rollout.filter((one) => one.compensation) ?? [];
  const failed = rollouts.filter((one) => one.compensation?.state === 'failed');
  const back = rollouts.filter(isBack);
  const what =
    failed.length > 0
      ? `rollback of ${listOf(
          failed.map((one) => one.service),
          'and',
        )} failed`
      : 'the rollback cannot go on';
  const still = rollouts.filter((one) => !back.includes(one)).map(whereNotBack);
  const where =
    still.length > 0
      ? ` ${back.length === 0 ? 'No service is back yet' : `${back.length} of ${rollouts.length} services are back`}; ${listOf(still, 'and')}.`
      : '';
  return `${titleOf(view)} needs a person: ${what}${at(stage)}.${where}`;
}

/** What a component that is not back has: after an undo that failed nobody knows, and at a share the version before has the rest. */
function whereNotBack(one: RolloutView): string {
  const { service, version, targets, exposure } = one;
  if (targets) {
    const names = targets.filter((target) => runsOn(target) !== 'before').map(({ name }) => name);
    return `${service} is not back on ${listOf(names, 'and')}`;
  }
  if (isDoubtful(one)) return `nobody knows what ${service} has (it was at ${exposure} % on ${version})`;
  return exposure >= 100 ? `${service} is on ${version}` : `${service} is where it was: ${sharesOf(one)}`;
}

export const endings: Record<TerminalState, string> = {
  succeeded: 'is released',
  rejected: 'was rejected',
  expired: 'expired',
  cancelled: 'was cancelled',
  superseded: 'was superseded',
  aborted: 'was aborted',
  failed: 'failed',
  rolledBack: 'was rolled back',
};
const residues: Record<Exclude<ReleaseView['residue'], 'restored'>, string> = {
  none: '',
  partial: ' Only a part of it was undone: look at what runs where.',
  left: ' What was deployed is left as it is.',
};

function endedSentence(view: ReleaseView, state: TerminalState): string {
  const { ended } = view;
  const by = ended?.by === undefined ? '' : ` by ${namedIn(view.names)(ended.by)}`;
  const when = ended ? ` ${instantText(ended.at)}` : '';
  const isGood = state === 'succeeded';
  const why = isGood || !ended?.because ? '' : withoutStop(reasonOf(view, ended));
  const because = why === '' ? '' : `: ${why}`;
  const reached = !isGood && view.reached !== undefined ? ` It reached ${view.reached}.` : '';
  return `${titleOf(view)} ${endings[state]}${by}${when}${because}.${residueOf(view)}${left(view)}${reached}`;
}

/**
 * How an ended release stood, as {@link headlineOf} wrote it down when it ended, and what has the places since that it had left something in: so
 * nobody takes what stood there then for what stands there now.
 * @param said what has them since, a place each; none: what was written down holds
 */
export function headlineSince(view: ReleaseView, said: readonly SaidSince[]): string {
  if (!view.ended || said.length === 0) return view.headline;
  const was = residueOf(view).replace('is left as it is', 'was left as it was');
  const then = view.headline.replace(`${residueOf(view)}${left(view)}`, () => `${was}${left(view, true)}`);
  return [
    then === view.headline ? `${then} So it was when it ended.` : then,
    ...said.map(({ environment, sentence }) => `After that in ${environment}: ${sentence}.`),
  ].join(' ');
}

/** What it left behind. Only the stage that it ended in went back: those before it keep the new version. */
const residueOf = ({ residue, stage }: ReleaseView): string =>
  residue === 'restored'
    ? ` What ran before runs again${stage === undefined ? '' : ` in ${stage}`}.`
    : residues[residue];

/** What a person did who ended it, where the sentence has said that and who it was. */
const doneBy: Partial<Record<TerminalState, string>> = {
  rejected: 'rejected it',
  rolledBack: 'rolled it back',
  aborted: 'aborted it',
  cancelled: 'aborted it',
};

/** Why it ended, without who did it; empty where that is all that is known. */
function reasonOf({ state, names }: ReleaseView, { because, by }: NonNullable<ReleaseView['ended']>): string {
  const did = isTerminal(state) ? doneBy[state] : undefined;
  if (did === undefined || by === undefined) return because;
  const said = [namedIn(names)(by), by].map((who) => `${who} ${did}`);
  const start = said.find((one) => because.startsWith(`${one}: `) || withoutStop(because) === one);
  return start === undefined ? because : because.slice(start.length).replace(/^(: |\.$)/, '');
}

/** What runs where, exactly, where not all of it could be undone; or what ran there when it ended. */
function left(view: ReleaseView, isPast = false): string {
  const stage = currentStage(view);
  const isPartial = view.residue === 'partial' || view.residue === 'left';
  if (!isPartial || !stage || stage.rollout.length === 0) return '';
  return ` In ${stage.environment}${isPast ? ' when it ended' : ''}: ${runsInWords(stage, isPast)}.`;
}

/** `: 2 of 3 services left`; nothing while there is only one. */
function leftToUndo(stage: StageView | undefined): string {
  const all =
    stage?.rollout.filter(
      (one): one is RolloutView & { compensation: object } => one.compensation !== undefined,
    ) ?? [];
  const open = all.filter(
    (one) => one.compensation.state === 'pending' || one.compensation.state === 'running',
  );
  return all.length > 1 && open.length > 0 ? `: ${open.length} of ${all.length} services left` : '';
}

const titleOf = (view: ReleaseView): string => releaseTitle(view.components);
const at = (stage: StageView | undefined): string => (stage ? ` in ${stage.environment}` : '');
