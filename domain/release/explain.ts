import type { Quarantine } from '../gates/quarantine/evaluate.ts';
import { isWaived } from '../gates/checks/evaluate.ts';
import { instantText } from '../instant-text.ts';
import { withStop } from '../full-stop.ts';
import type { SaidSince } from '../rollout/left-then.ts';
import type { LeftPart } from '../rollout/live-in-part.ts';
import { shutWayBack, waysToEnd } from '../rollout/shut-way-back.ts';
import { componentState } from '../rollout/where.ts';
import type { Ask, GateVerdict } from '../verdict.ts';
import { afterTheEnd, type RunningPlace } from './after-the-end.ts';
import { namedIn, type Names } from './names.ts';
import {
  currentStage,
  releaseTitle,
  type DoubtView,
  type HoldView,
  type ReleaseView,
  type StageView,
} from './release.ts';
import { stallRemedy, wordOf } from './stalled.ts';
import { heldBecause, whatResumingDoes } from './resuming.ts';
import { isTerminal } from './state.ts';
import { needsReason } from './why-shut.ts';
import { isOutstanding } from './tasks.ts';
import { verdictsTold } from './verdicts-told.ts';
import { headlineSince } from './words.ts';

/** What a next step does, as the table of access calls it. */
export type NextAction =
  | 'release.abort'
  | 'release.recover'
  | 'release.rollBack'
  | 'release.advance'
  | 'release.retryCheck'
  | 'release.extend'
  | 'release.resume'
  | 'release.create'
  | 'task.move'
  | 'override.give'
  | 'quarantine.lift'
  | 'decision.make';

/** Why a release is where it is, who can change that, and how. Page, mail, API and CLI print these sentences. */
export interface Explanation {
  id: string;
  title: string;
  state: ReleaseView['state'];
  /** The state as people say it. */
  word: string;
  headline: string;
  stage?: string;
  /** Rows of the current stage's gates, word for word as they were concluded; but for a freeze that holds it by now, which is told as it is. */
  verdicts: GateVerdict[];
  holds: HoldView[];
  /** People who could open a gate now. */
  mayAct: Ask[];
  /** What to do now; the command acts on this release. */
  next?: {
    because: string;
    command: string;
    /** What the command does; left out: it only reads, which everybody may. */
    action?: NextAction;
    /** Who may do it, where whoever reads this may not; added where the reader is known. */
    whoCan?: string;
  };
  /** Names of the people who are mentioned, by id. */
  names?: Names;
  ended?: { at: string; because: string; by?: string };
  asOf: string;
}

/**
 * Explains a release at the instant `now`: what has already run out by then is said to have run out.
 * @param o.bans quarantines that stand on builds of it; left out: those that it knows of, which after its end are those of then
 * @param o.left what it has left, where it has ended
 * @param o.said what has the places since that it had left something in
 * @param o.runs what runs of it by now: nobody is told to release that again
 * @param o.isLeftShown what it has left stands beside it already: only the way to give it back is told
 */
export function explain(
  view: ReleaseView,
  now: string,
  {
    bans = view.quarantines ?? [],
    left = [],
    said = [],
    runs = [],
    isLeftShown = false,
  }: {
    bans?: readonly Quarantine[];
    left?: readonly LeftPart[];
    said?: readonly SaidSince[];
    runs?: readonly RunningPlace[];
    isLeftShown?: boolean;
  } = {},
): Explanation {
  const stage = currentStage(view);
  const verdicts = verdictsTold(view);
  const next = isTerminal(view.state)
    ? afterTheEnd(view, { bans, left, runs, isLeftShown })
    : nextStep(view, stage, now);
  return {
    id: view.id,
    title: releaseTitle(view.components),
    state: view.state,
    word: wordOf(view),
    headline: headlineSince(view, said),
    ...(view.stage === undefined ? {} : { stage: view.stage }),
    verdicts,
    holds: view.holds,
    mayAct: isTerminal(view.state) ? [] : askedIn(view, verdicts),
    ...(next ? { next } : {}),
    ...(view.ended ? { ended: view.ended } : {}),
    ...(view.names ? { names: view.names } : {}),
    asOf: now,
  };
}

const askedIn = ({ holds }: ReleaseView, verdicts: readonly GateVerdict[]): Ask[] => [
  ...verdicts.flatMap((verdict) => (verdict.kind === 'needsPeople' && !verdict.passed ? verdict.who : [])),
  ...holds.flatMap(({ doubt }) =>
    doubt && doubt.who.length > 0 ? [{ rule: 'analysis', candidates: doubt.who, seats: 1 }] : [],
  ),
];

function nextStep(view: ReleaseView, stage: StageView | undefined, now: string): Explanation['next'] {
  if (view.stalled) return { because: stallRemedy, command: 'gantry doctor' };
  if (view.state === 'stuck') return recovering(view, stage);
  const [hold] = view.holds;
  const shut = shutWayBack(view);
  if (hold?.kind === 'quarantine' && shut !== undefined)
    return {
      because: `It is held: ${withStop(hold.reason)} It can go neither on nor back: ${withStop(shut)} Abort it and leave what is there, or let two people lift the quarantine.`,
      command: `gantry release abort ${view.id} --leave --reason "…"`,
      action: 'release.abort',
    };
  if (hold?.kind === 'quarantine')
    return {
      because: `It is held: ${withStop(hold.reason)} It cannot go on; ${waysToEnd(view)[0]}, or let two people lift the quarantine.`,
      ...(waysToEnd(view)[0] === 'roll it back'
        ? { command: `gantry release roll-back ${view.id}`, action: 'release.rollBack' as const }
        : { command: `gantry release abort ${view.id} --reason "…"`, action: 'release.abort' as const }),
    };
  if (hold?.doubt) return answering(view, hold, hold.doubt);
  if (hold) return lifting(view, stage, hold);
  const goesOn = stage?.rollout.find(({ steps }) => steps.some(({ until }) => until === 'manual'));
  if (goesOn)
    return {
      because: `${goesOn.service} is ${componentState(goesOn)}.`,
      command: `gantry release advance ${view.id} --reason "…"`,
      action: 'release.advance',
    };
  const failed = stage?.checks.find(
    (check) =>
      check.required &&
      check.how === undefined &&
      ['failed', 'error', 'inconclusive'].includes(check.outcome) &&
      !isWaived(check, now),
  );
  if (failed)
    return {
      because: `Check ${failed.id} has not passed: ${failed.summary}`,
      command: `gantry release retry ${view.id} --check ${failed.id}`,
      action: 'release.retryCheck',
    };
  const task = view.tasks?.find((one) => stage && one.before === stage.environment && isOutstanding(one));
  return (
    votesMissing(view, stage, now) ??
    (task && {
      because: `Task ${task.id} of ${namedIn(view.names)(task.acceptedBy ?? task.owner)} is not done: ${task.title}`,
      command: `gantry release task done ${view.id} ${task.id}`,
      action: 'task.move' as const,
    })
  );
}

/** Each undo that waits for people, with what was found last: why it failed, or what runs although it was said to be back. */
/** How it goes on after undos that failed. One that the schema shuts for good is not offered again. */
function recovering(view: ReleaseView, stage: StageView | undefined): Explanation['next'] {
  const failed = (stage?.rollout ?? []).flatMap(({ service, compensation }) =>
    compensation?.state === 'failed' ? [{ service, compensation }] : [],
  );
  const told = failed.map(({ service, compensation: { because, isRefused } }) =>
    withStop(`The undo of ${service} ${isRefused ? '' : 'failed: '}${because}`),
  );
  const isShut = failed.length > 0 && failed.every(({ compensation }) => compensation.shut !== undefined);
  const rest = isShut
    ? 'Nobody can take it back: leave what is there and release a version that mends it.'
    : 'Look at what is where, then say how to go on.';
  return {
    because: [told.length > 0 ? told.join(' ') : 'An undo failed.', rest].join(' '),
    command: `gantry release recover ${view.id} --how ${isShut ? 'leave --reason "…"' : 'retry'}`,
    action: 'release.recover',
  };
}

const isAboutVotes = ({ gate, kind, passed }: GateVerdict): boolean =>
  kind === 'needsPeople' && gate !== 'tasks' && !passed;

/** A doubt has three answers; the one that costs time and nothing else is the one that is offered. */
function answering(view: ReleaseView, hold: HoldView, doubt: DoubtView): Explanation['next'] {
  const because =
    doubt.againUntil === undefined
      ? `It is held: ${withStop(hold.reason)} Extend its analysis, continue with a reason, or ${waysToEnd(view)[0]}.`
      : `It is measured again ${instantText(doubt.againUntil)} at the latest; you may answer before: extend, continue, or ${waysToEnd(view)[0]}.`;
  return {
    because,
    command: `gantry release extend ${view.id} --by 30m --reason "…"`,
    action: 'release.extend',
  };
}

/** A hold of a freeze ends by itself, and nobody can lift it: it is waited for, or overridden. */
function lifting(view: ReleaseView, stage: StageView | undefined, hold: HoldView): Explanation['next'] {
  const then = whatResumingDoes(view, hold);
  if (hold.kind !== 'freeze')
    return {
      because: then === undefined ? heldBecause(hold) : `${withStop(heldBecause(hold))} ${then}`,
      command: `gantry release resume ${view.id}${needsReason(view) ? ' --reason "…"' : ''}`,
      action: 'release.resume',
    };
  const freeze = stage?.calendar?.inFlight?.freezeId;
  return {
    because: `It is held: ${withStop(hold.reason)} It goes on by itself when the freeze ends; an override lets it go on before.`,
    ...(freeze === undefined
      ? { command: 'gantry freeze list' }
      : { command: `gantry override ${view.id} ${freeze} --reason "…"`, action: 'override.give' }),
  };
}

function votesMissing(view: ReleaseView, stage: StageView | undefined, now: string): Explanation['next'] {
  const approval = stage?.approval;
  if (approval?.state !== 'open' || !stage?.verdicts.some(isAboutVotes)) return undefined;
  const denied = stage.verdicts.find(
    (row) => row.kind === 'denied' && row.passed === undefined && !isAboutVotes(row),
  );
  if (denied?.kind === 'denied')
    return {
      because: `No vote opens it: ${withStop(denied.because)} ${denied.remedy}`,
      command: `gantry release why ${view.id}`,
    };
  if (approval.deadline <= now)
    return {
      because: `The time to decide was over at ${instantText(approval.deadline)}.`,
      command: `gantry release show ${view.id}`,
    };
  return {
    because: `It needs votes until ${instantText(approval.deadline)}.`,
    command: `gantry decide ${view.id} approve`,
    action: 'decision.make',
  };
}
